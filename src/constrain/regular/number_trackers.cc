#include "constrain/regular/number_trackers.h"

#include <algorithm>

namespace byeol::constrain {

Comparison::Comparison(const Decimal& magnitude) {
  const auto size = static_cast<std::int64_t>(magnitude.digits.size());
  const std::int64_t point = size + magnitude.exponent;  // Digits before it; may be none.
  const std::int64_t before = std::clamp<std::int64_t>(point, 0, size);
  whole_ = magnitude.digits.substr(0, static_cast<std::size_t>(before));
  if (point > size) whole_.append(static_cast<std::size_t>(point - size), '0');
  if (point < 0 && size > 0) fraction_.assign(static_cast<std::size_t>(-point), '0');
  fraction_ += magnitude.digits.substr(static_cast<std::size_t>(before));
  if (whole_.empty()) whole_.assign(1, '0');
}

Comparison::State Comparison::digit(State state, int digit) const {
  if (state == kBelow || state == kAbove) return state;
  if (state < behind_point(0)) {
    const std::int32_t count = (state - 2) / 3, order = (state - 2) % 3 - 1;
    if (count == static_cast<std::int32_t>(whole_.size())) return kAbove;
    const int limit = whole_[static_cast<std::size_t>(count)] - '0';
    return whole(count + 1, order != 0 ? order : (digit > limit) - (digit < limit));
  }
  const std::int32_t count = state - behind_point(0);
  const bool at_end = count == static_cast<std::int32_t>(fraction_.size());
  const int limit = at_end ? 0 : fraction_[static_cast<std::size_t>(count)] - '0';
  if (digit != limit) return digit < limit ? kBelow : kAbove;
  return at_end ? state : state + 1;
}

Comparison::State Comparison::point(State state) const {
  if (state == kBelow || state == kAbove) return state;
  const std::int32_t count = (state - 2) / 3, order = (state - 2) % 3 - 1;
  if (count < static_cast<std::int32_t>(whole_.size()) || order < 0) return kBelow;
  return order > 0 ? kAbove : behind_point(0);
}

std::strong_ordering Comparison::order(State state) const {
  if (state >= 2 && state < behind_point(0)) state = point(state);
  if (state == kBelow) return std::strong_ordering::less;
  if (state == kAbove) return std::strong_ordering::greater;
  return state - behind_point(0) < static_cast<std::int32_t>(fraction_.size())
             ? std::strong_ordering::less
             : std::strong_ordering::equal;
}

Remainder::Remainder(const Decimal& divisor)
    : zeros_(static_cast<std::int32_t>(std::max<std::int64_t>(0, divisor.exponent))),
      decimals_(static_cast<std::int32_t>(decimals(divisor))) {
  for (const char digit : divisor.digits) divisor_ = 10 * divisor_ + (digit - '0');
  power_.push_back(1 % divisor_);
  for (std::int32_t i = 0; i <= std::max(zeros_, decimals_); ++i)
    power_.push_back(10 * power_.back() % divisor_);
}

Remainder::State Remainder::digit(State state, int digit) const {
  if (digit == 0 && state.count < zeros_) return {state.remainder, state.count + 1};
  // Of the zeros at the end, all but the last zeros_ belong to what is divided.
  const std::int32_t zeros = digit == 0 ? 0 : state.count;
  const std::int64_t remainder =
      (state.remainder * power_[static_cast<std::size_t>(zeros) + 1] + digit) % divisor_;
  return {static_cast<std::int32_t>(remainder), digit == 0 ? state.count : 0};
}

Remainder::State Remainder::decimal(State state, int digit) const {
  const std::int64_t remainder = (std::int64_t{10} * state.remainder + digit) % divisor_;
  return {static_cast<std::int32_t>(remainder), state.count + 1};
}

bool Remainder::divides(State state, bool behind_point) const {
  if (zeros_ > 0) return state.remainder == 0 && state.count == zeros_;
  const std::int32_t missing = decimals_ - (behind_point ? state.count : 0);
  return state.remainder * power_[static_cast<std::size_t>(missing)] % divisor_ == 0;
}

}  // namespace byeol::constrain
