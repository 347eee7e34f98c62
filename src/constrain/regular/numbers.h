// JSON's numbers as texts: which spellings have a value within limits.
//
// An integer is written without fraction and exponent; a number without exponent where it has
// limits, else as JSON lets it. "-0" is not written.
//
// Errors: kInvalidArgument with a sentence. Threads: pure.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "constrain/regular/language.h"

namespace byeol::constrain {

// A decimal number of any size: digits * 10^exponent.
struct Decimal {
  bool negative = false;
  std::string digits;  // Without leading and trailing zeros; empty: 0.
  std::int64_t exponent = 0;

  // JSON's spelling, as it stood in the schema.
  static Result<Decimal> parse(std::string_view number);
  bool operator==(const Decimal&) const = default;
};
std::strong_ordering operator<=>(const Decimal& a, const Decimal& b);

struct NumberLimits {
  bool integer = false;
  std::optional<Decimal> min = {}, max = {};
  bool min_excluded = false, max_excluded = false;
  std::vector<Decimal> multiple_of = {};  // All of them; each above 0.
};

// Empty where no number is within them. multipleOf of a number that is no integer counts in
// decimals: 0.01 allows two digits behind the point (0.30 as well as 0.3).
Result<Language> language_of_numbers(const NumberLimits& limits, Budget& budget);

}  // namespace byeol::constrain
