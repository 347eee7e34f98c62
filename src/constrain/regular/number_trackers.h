// What is known of a number while its digits are written, from the first to the last: how it
// compares with a limit, and its remainder.
//
// Both see the magnitude of a number without leading zeros: digits, perhaps a point and digits.
// Threads: immutable. Errors: none.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "constrain/regular/numbers.h"

namespace byeol::constrain {

class Comparison {
 public:
  using State = std::int32_t;
  static constexpr State kBelow = 0, kAbove = 1;  // Whatever follows.

  explicit Comparison(const Decimal& magnitude);

  State start() const { return whole(0, 0); }
  State digit(State state, int digit) const;
  State point(State state) const;
  // If nothing follows.
  std::strong_ordering order(State state) const;
  std::int64_t states() const { return behind_point(0) + static_cast<State>(fraction_.size()) + 1; }

 private:
  // `count` digits were read; the first that is not the limit's is lower (-1) or higher (1).
  State whole(std::int32_t count, std::int32_t order) const { return 2 + 3 * count + order + 1; }
  // They all are the limit's, and `count` behind the point.
  State behind_point(std::int32_t count) const {
    return whole(static_cast<std::int32_t>(whole_.size()), 1) + 1 + count;
  }

  std::string whole_, fraction_;  // Without trailing zeros behind the point.
};

// Whether a number is a multiple of `digits` * 10^exponent. Where the exponent is positive, so many
// zeros at the end are counted, not divided.
class Remainder {
 public:
  struct State {
    std::int32_t remainder = 0;
    std::int32_t count = 0;  // Zeros at its end, or digits behind the point.
  };

  // The most digits behind the point that a multiple has.
  static std::int64_t decimals(const Decimal& divisor) {
    return divisor.exponent < 0 ? -divisor.exponent : 0;
  }
  // `divisor` has 1 to 9 digits.
  explicit Remainder(const Decimal& divisor);

  State digit(State state, int digit) const;
  State point(State state) const { return {state.remainder, 0}; }
  State decimal(State state, int digit) const;
  bool divides(State state, bool behind_point) const;  // Not for 0, which is a multiple.

 private:
  std::int64_t divisor_ = 0;
  std::int32_t zeros_, decimals_;
  std::vector<std::int64_t> power_;  // Of ten, their remainders.
};

}  // namespace byeol::constrain
