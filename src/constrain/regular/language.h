// A regular language over characters (Unicode scalar values), as a minimal deterministic automaton:
// what patterns, lengths, formats, ranges of numbers and lists of texts have in common, so that
// they can be intersected, united and subtracted exactly.
//
// Errors: kInvalidArgument with a sentence for what cannot be read or costs more than the budget;
// kUnsupported for what is well-formed and not regular, or not read here (regex.h names it).
// Threads: immutable.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "constrain/budget.h"
#include "constrain/regular/byte_automaton.h"

namespace byeol::constrain {

inline constexpr std::int64_t kUnlimited = -1;

class Language {
 public:
  static Language nothing();
  static Language anything();
  // ECMA 262 as far as it is regular (regex.h), look-around included; back references are refused
  // by name. `pattern` of JSON Schema: it may match anywhere unless it is anchored.
  static Result<Language> of_pattern(std::string_view expression, Budget& budget);
  // The whole text must match.
  static Result<Language> of_regex(std::string_view expression, Budget& budget);
  // From `min` to `max` characters; kUnlimited: no upper limit.
  static Result<Language> of_length(std::int64_t min, std::int64_t max, Budget& budget);
  // Exactly these texts (UTF-8).
  static Result<Language> of_texts(const std::vector<std::string>& texts, Budget& budget);

  Result<Language> intersect(const Language& other, Budget& budget) const;
  Result<Language> unite(const Language& other, Budget& budget) const;
  Result<Language> subtract(const Language& other, Budget& budget) const;
  Result<Language> concatenate(const Language& other, Budget& budget) const;

  bool is_empty() const;
  bool is_anything() const;
  // Whether every beginning of one of its texts begins infinitely many of them.
  bool is_open_ended() const;
  bool contains(std::string_view utf8) const;
  // All of its texts where there are at most `most`; nothing where there are more.
  std::optional<std::vector<std::string>> texts(std::size_t most) const;

  // How a text is spelled in bytes: as it is, or as it stands between the quotes of a JSON string.
  // There each character may be written as itself where JSON lets it; `"`, `\` and control
  // characters as their short escape, else as \u00xx. kJsonAnyEscape takes each character's
  // \uXXXX (pairs of surrogates beyond U+FFFF, any case of digits) and every short escape, too.
  enum class Spelling { kText, kJson, kJsonAnyEscape };
  // Not of the empty language.
  Result<std::shared_ptr<const ByteAutomaton>> spell(Spelling spelling, Budget& budget) const;

 private:
  friend struct LanguageDfa;
  struct Automaton;
  explicit Language(std::shared_ptr<const Automaton> automaton)
      : automaton_(std::move(automaton)) {}

  std::shared_ptr<const Automaton> automaton_;
};

// The strings of a `format` of JSON Schema as jsonschema's checker sees it; kNotFound for a name
// that has none.
Result<Language> language_of_format(std::string_view format, Budget& budget);

}  // namespace byeol::constrain
