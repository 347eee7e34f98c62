// A JSON document as a schema needs it: names in their order, numbers as they are spelled.
//
// Errors: kInvalidArgument with a sentence: no JSON, deeper than kDeepest, a name written twice.
// Threads: pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "constrain/regular/numbers.h"
#include "constrain/schema/json_schema.h"

namespace byeol::constrain {

struct Json {
  enum class Kind : std::uint8_t { kNull, kBoolean, kNumber, kString, kArray, kObject };
  // So whoever follows a document down may recurse.
  static constexpr std::size_t kDeepest = 256;

  Kind kind = Kind::kNull;
  bool truth = false;
  std::string text;                // Of a string, or a number's spelling.
  std::vector<Json> items;         // Of an array or an object.
  std::vector<std::string> names;  // Of an object: one for each item.

  bool is(Kind other) const { return kind == other; }
  // The member of an object; nullptr where there is none, or no object.
  const Json* find(std::string_view name) const;

  static Json of_string(std::string text);
  static Json of_number(std::string spelling);
  static Json object(std::string name, Json value);
};

Result<Json> parse_json(std::string_view text);

// `text` between quotes, as Language::Spelling::kJson spells it.
std::string json_quoted(std::string_view text);
// In one line; kAny is written like kCompact.
std::string write_json(const Json& value, Spacing spacing);
// Equal for equal values, whatever the order of their names and the spelling of their numbers.
std::string equality_key(const Json& value);
// A number without exponent and needless zeros ("1" of "1.0" and "10e-1"); its own spelling where
// that would be longer than kLongestNumber.
inline constexpr std::int64_t kLongestNumber = 400;
std::string plain_number(std::string_view spelling);
// Whether a number of `value` is longer than that, written out.
bool has_long_number(const Json& value);
// A step of a JSON pointer.
std::string pointer_step(std::string_view name);

}  // namespace byeol::constrain
