#include "constrain/regular/numbers.h"

#include <array>
#include <utility>

#include "constrain/regular/language_dfa.h"
#include "constrain/regular/number_trackers.h"
#include "constrain/regular/vector_set.h"

namespace byeol::constrain {
namespace {

constexpr std::size_t kLongestDivisor = 9;  // Digits.
constexpr std::int32_t kMinusClass = 11, kPointClass = 12, kClasses = 13;

// Digits are classes 1 to 10, all other characters 0.
const Alphabet& alphabet() {
  static const Alphabet result = [] {
    Alphabet all;
    all.starts = {0, '-', '.', '/'};
    all.class_of = {0, kMinusClass, kPointClass, 0};
    for (std::int32_t digit = 0; digit < 10; ++digit) {
      all.starts.push_back('0' + static_cast<char32_t>(digit));
      all.class_of.push_back(1 + digit);
    }
    all.starts.push_back('9' + 1);
    all.class_of.push_back(0);
    all.classes = kClasses;
    return all;
  }();
  return result;
}

struct Limit {
  Comparison comparison;
  bool excluded;
};

// The numbers of one sign, by their magnitude.
struct Side {
  bool possible = true;
  std::optional<Limit> lower, upper;
};

Decimal magnitude(Decimal number) {
  number.negative = false;
  return number;
}

Side positive_side(const NumberLimits& limits) {
  Side side;
  if (limits.max) {
    side.possible = !limits.max->negative;
    side.upper = Limit{Comparison(magnitude(*limits.max)), limits.max_excluded};
  }
  if (limits.min && !limits.min->negative)
    side.lower = Limit{Comparison(*limits.min), limits.min_excluded};
  return side;
}

Side negative_side(const NumberLimits& limits) {
  Side side;
  side.lower = Limit{Comparison(Decimal{}), true};  // No "-0".
  if (limits.min) {
    side.possible = limits.min->negative;
    side.upper = Limit{Comparison(magnitude(*limits.min)), limits.min_excluded};
  }
  if (limits.max && limits.max->negative)
    side.lower = Limit{Comparison(magnitude(*limits.max)), limits.max_excluded};
  return side;
}

enum class Phase : std::int32_t { kBegin, kSign, kZero, kWhole, kPoint, kFraction };

// Where in a number: as a list, the key of a state.
struct Written {
  Phase phase = Phase::kBegin;
  std::int32_t negative = 0;
  Comparison::State lower = 0, upper = 0;
  std::vector<Remainder::State> remainders;

  void load(std::span<const std::int32_t> key) {
    phase = static_cast<Phase>(key[0]);
    negative = key[1];
    lower = key[2];
    upper = key[3];
    remainders.clear();
    for (std::size_t i = 4; i < key.size(); i += 2) remainders.push_back({key[i], key[i + 1]});
  }
  void store(std::vector<std::int32_t>& key) const {
    key = {static_cast<std::int32_t>(phase), negative, lower, upper};
    for (const Remainder::State& state : remainders) {
      key.push_back(state.remainder);
      key.push_back(state.count);
    }
  }
};

class NumberAutomaton {
 public:
  NumberAutomaton(const NumberLimits& limits, Budget& budget)
      : sides_{positive_side(limits), negative_side(limits)}, budget_(budget) {
    if (limits.integer) decimals_ = 0;
    for (const Decimal& divisor : limits.multiple_of) {
      const std::int64_t decimals = Remainder::decimals(divisor);
      if (decimals_ < 0 || decimals < decimals_) decimals_ = decimals;
      divisors_.emplace_back(divisor);
    }
  }

  Result<Language> build() {
    Written written;
    written.remainders.resize(divisors_.size());
    std::vector<std::int32_t> key;
    written.store(key);
    VectorSet states;
    states.insert(key);
    Dfa dfa;
    dfa.alphabet = alphabet();
    for (std::int32_t state = 0; state < states.size(); ++state) {
      BYEOL_TRY_OK(budget_.spend(static_cast<std::int64_t>(8 + 4 * divisors_.size()),
                                 "the limits of a number"));
      from_.load(states[state]);
      dfa.accepting.push_back(accepts());
      dfa.next.push_back(Dfa::kDead);
      for (std::int32_t cls = 1; cls < kClasses; ++cls) {
        written = from_;
        const bool goes = cls == kMinusClass   ? minus(written)
                          : cls == kPointClass ? point(written)
                                               : digit(written, cls - 1);
        if (goes) written.store(key);
        dfa.next.push_back(goes ? states.insert(key) : Dfa::kDead);
      }
    }
    return LanguageDfa::wrap(minimal(std::move(dfa)));
  }

 private:
  const Side& side(const Written& written) const {
    return sides_[static_cast<std::size_t>(written.negative)];
  }
  bool begin(Written& written, bool negative) const {
    written.negative = negative;
    const Side& on = side(written);
    if (on.lower) written.lower = on.lower->comparison.start();
    if (on.upper) written.upper = on.upper->comparison.start();
    return on.possible;
  }

  bool minus(Written& written) const {
    if (written.phase != Phase::kBegin) return false;
    written.phase = Phase::kSign;
    return begin(written, true);
  }

  bool digit(Written& written, int digit) const {
    if (written.phase == Phase::kZero) return false;
    if (written.phase == Phase::kBegin && !begin(written, false)) return false;
    const bool decimal = written.phase == Phase::kPoint || written.phase == Phase::kFraction;
    for (std::size_t i = 0; i < divisors_.size(); ++i) {
      Remainder::State& state = written.remainders[i];
      if (decimal && state.count == decimals_) return false;
      state = decimal ? divisors_[i].decimal(state, digit) : divisors_[i].digit(state, digit);
    }
    const Side& on = side(written);
    if (on.lower) written.lower = on.lower->comparison.digit(written.lower, digit);
    if (on.upper) written.upper = on.upper->comparison.digit(written.upper, digit);
    if (decimal)
      written.phase = Phase::kFraction;
    else if (written.phase != Phase::kWhole)
      written.phase = digit == 0 ? Phase::kZero : Phase::kWhole;
    return may_be_met(written);
  }

  bool point(Written& written) const {
    if (decimals_ == 0) return false;
    if (written.phase != Phase::kZero && written.phase != Phase::kWhole) return false;
    written.phase = Phase::kPoint;
    for (std::size_t i = 0; i < divisors_.size(); ++i)
      written.remainders[i] = divisors_[i].point(written.remainders[i]);
    const Side& on = side(written);
    if (on.lower) written.lower = on.lower->comparison.point(written.lower);
    if (on.upper) written.upper = on.upper->comparison.point(written.upper);
    return may_be_met(written);
  }

  bool may_be_met(const Written& written) const {
    const Side& on = side(written);
    return !(on.lower && written.lower == Comparison::kBelow) &&
           !(on.upper && written.upper == Comparison::kAbove);
  }

  bool accepts() const {
    const bool behind_point = from_.phase == Phase::kFraction;
    if (from_.phase != Phase::kZero && from_.phase != Phase::kWhole && !behind_point) return false;
    const Side& on = side(from_);
    if (on.lower) {
      const auto order = on.lower->comparison.order(from_.lower);
      if (std::is_lt(order) || (std::is_eq(order) && on.lower->excluded)) return false;
    }
    if (on.upper) {
      const auto order = on.upper->comparison.order(from_.upper);
      if (std::is_gt(order) || (std::is_eq(order) && on.upper->excluded)) return false;
    }
    if (from_.phase == Phase::kZero) return true;
    for (std::size_t i = 0; i < divisors_.size(); ++i)
      if (!divisors_[i].divides(from_.remainders[i], behind_point)) return false;
    return true;
  }

  const std::array<Side, 2> sides_;
  Budget& budget_;
  std::vector<Remainder> divisors_;
  std::int64_t decimals_ = -1;  // The most digits behind the point; -1: any number.
  Written from_;
};

}  // namespace

Result<Language> language_of_numbers(const NumberLimits& limits, Budget& budget) {
  if (!limits.integer && !limits.min && !limits.max && limits.multiple_of.empty())
    return Language::of_regex(
        R"((?!-0(?:\.0+)?(?:[eE].*)?$)-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)", budget);
  for (const Decimal& divisor : limits.multiple_of) {
    if (divisor.digits.empty() || divisor.negative)
      return Error{ErrorCode::kInvalidArgument, "a multiple of what is not above 0"};
    if (divisor.digits.size() > kLongestDivisor)
      return Error{ErrorCode::kInvalidArgument, "a multiple of a number of more than 9 digits"};
  }
  return NumberAutomaton(limits, budget).build();
}

}  // namespace byeol::constrain
