// Reading a request's JSON: the text, then its fields one by one.
//
//   BYEOL_TRY(const Json json, parse_body(text));
//   FieldErrors errors;
//   const FieldReader body(json, errors);
//   request.model = body.required_string("model");
//   request.temperature = body.number("temperature", 0, 2).value_or(1);
//   if (errors) return errors.take();
//
// A reader notes the first thing that is wrong and reads on, so that a codec is a list of fields.
// The sentence names the path, the value and what was expected: "'temperature' is 3; expected a
// number from 0 to 2."; param is the path. null counts as absent. What nobody asks for is ignored:
// clients send new fields all the time. Integers are integral JSON numbers: 3.0 is none.
//
// Threads: an object belongs to one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/api_error.h"

namespace byeol::wire {

using Json = nlohmann::ordered_json;  // The order of keys is the order of a prompt's schema.

struct JsonLimits {
  std::size_t bytes = std::size_t{32} << 20;
  std::size_t depth = 64;
};

// The JSON of a text. 400 where it is too large or too deep, is not UTF-8, is not JSON, or names a
// key twice in one object. The time is linear: keys are not looked up while reading.
ApiResult<Json> parse_json(std::string_view text, JsonLimits limits = {});
// The same, of a body that must hold an object.
ApiResult<Json> parse_body(std::string_view text, JsonLimits limits = {});

// What a value is, for a sentence: "3", "\"warm\"", "an object", "a list of 2".
std::string described(const Json& value);

// The first thing that was wrong.
class FieldErrors {
 public:
  explicit operator bool() const { return first_.has_value(); }
  void add(ApiError error) {
    if (!first_) first_ = std::move(error);
  }
  // Only where there is one.
  ApiError take() {
    BYEOL_CHECK(first_.has_value());
    return *std::exchange(first_, std::nullopt);
  }

 private:
  std::optional<ApiError> first_;
};

class FieldReader {
 public:
  static constexpr std::int64_t kIntegerMin = std::numeric_limits<std::int64_t>::min();
  static constexpr std::int64_t kIntegerMax = std::numeric_limits<std::int64_t>::max();
  static constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

  // `object` must be a JSON object and outlive the reader, as must `errors`. `path` is where it
  // stands in the body: "messages[0]".
  FieldReader(const Json& object, FieldErrors& errors, std::string path = {});

  // The value; nullptr where it is absent or null.
  const Json* find(std::string_view name) const;
  std::string path_of(std::string_view name) const;  // "messages[0].content".
  FieldErrors& errors() const { return *errors_; }

  // Optional fields: nothing where absent, null or wrong.
  std::optional<bool> boolean(std::string_view name) const;
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t min = kIntegerMin,
                                      std::int64_t max = kIntegerMax) const;
  std::optional<double> number(std::string_view name, double min, double max) const;
  std::optional<std::string> string(std::string_view name) const;
  // Which of the names.
  template <typename Enum, std::size_t kSize>
  std::optional<Enum> choice(std::string_view name,
                             const std::pair<std::string_view, Enum> (&choices)[kSize]) const;
  // The values themselves, in the body.
  const Json* array(std::string_view name, std::size_t min_size = 0,
                    std::size_t max_size = kNoLimit) const;
  const Json* object(std::string_view name) const;
  // A reader of an object; nothing where there is none.
  std::optional<FieldReader> fields(std::string_view name) const;

  // Required fields: an error where absent or null; "" or nullptr where wrong.
  std::string required_string(std::string_view name) const;
  const Json* required_array(std::string_view name, std::size_t min_size = 0,
                             std::size_t max_size = kNoLimit) const;
  std::optional<FieldReader> required_fields(std::string_view name) const;

  // A reader for each element of an array of this object: all of them objects, or an error is noted
  // and fewer are given.
  std::vector<FieldReader> elements(std::string_view name, const Json& array) const;
  const std::string& path() const { return path_; }
  const Json& json() const { return *object_; }

  // Notes "'path' is VALUE; expected EXPECTED." (or "is missing").
  void wrong(std::string_view name, std::string_view expected) const;
  // Notes a sentence of the caller's about a field; `code` as in ApiError.
  void refuse(std::string_view name, std::string message,
              std::optional<std::string> code = {}) const;

 private:
  std::optional<std::size_t> choice_index(std::string_view name,
                                          std::span<const std::string_view> names) const;

  const Json* object_;
  FieldErrors* errors_;
  std::string path_;
};

// The same for an element of an array: "'stop[1]' is 3; expected a string.".
ApiError wrong_value(std::string_view path, const Json& value, std::string_view expected);

template <typename Enum, std::size_t kSize>
std::optional<Enum> FieldReader::choice(
    std::string_view name, const std::pair<std::string_view, Enum> (&choices)[kSize]) const {
  std::string_view names[kSize];
  for (std::size_t i = 0; i < kSize; ++i) names[i] = choices[i].first;
  const std::optional<std::size_t> index = choice_index(name, names);
  if (!index) return std::nullopt;
  return choices[*index].second;
}

}  // namespace byeol::wire
