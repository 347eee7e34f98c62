// Regular expressions of ECMA 262 as trees.
//
// Read as a JSON Schema's `pattern` is meant: with the flag u (characters, not UTF-16 units), but
// with Annex B's leniency for `{`, `}`, `]` and `-` where they can only mean themselves. `$` is the
// very end of the text (Python's also stands before a last line feed), \d and \w are ASCII, \s and
// `.` are ECMA's. Of Python's, \A, \Z and (?P<name>…) are read as well.
//
// Refused by name (kUnsupported): back references, \p{…}, flags, atomic groups and possessive
// quantifiers. kInvalidArgument: no regular expression; nested too deeply; the budget is spent.
// Threads: pure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "constrain/budget.h"
#include "constrain/regular/char_set.h"

namespace byeol::constrain {

enum class RegexKind : std::uint8_t {
  kSequence,   // Of its children; none of them: the empty text.
  kChoice,     // One of its children.
  kChars,      // One character of `sets[set]`.
  kRepeat,     // Its child, min to max times; max -1: any number.
  kBegin,      // ^
  kEnd,        // $
  kBorder,     // \b
  kNoBorder,   // \B
  kAhead,      // (?=…)
  kNotAhead,   // (?!…)
  kBehind,     // (?<=…)
  kNotBehind,  // (?<!…)
};

struct RegexNode {
  RegexKind kind;
  std::int32_t set = -1;
  std::int64_t min = 0, max = 0;
  std::vector<std::int32_t> children;
};

struct Regex {
  std::vector<RegexNode> nodes;
  std::vector<CharSet> sets;  // Each once.
  std::int32_t root = -1;

  const RegexNode& node(std::int32_t index) const { return nodes[static_cast<std::size_t>(index)]; }
};

Result<Regex> parse_regex(std::string_view expression, Budget& budget);

// The characters of \d, \w and \s.
const CharSet& regex_digits();
const CharSet& regex_word();
const CharSet& regex_space();

}  // namespace byeol::constrain
