#include <algorithm>
#include <cstddef>

#include "constrain/regular/numbers.h"

namespace byeol::constrain {
namespace {

constexpr std::int64_t kLargestExponent = 100'000;

std::size_t digits_at(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
  return end - from;
}

}  // namespace

Result<Decimal> Decimal::parse(std::string_view number) {
  const Error error{ErrorCode::kInvalidArgument, "no number of JSON: " + std::string(number)};
  Decimal result;
  std::size_t at = 0;
  if (number.starts_with('-')) {
    result.negative = true;
    at = 1;
  }
  const std::size_t whole = digits_at(number, at);
  if (whole == 0 || (whole > 1 && number[at] == '0')) return error;
  result.digits = number.substr(at, whole);
  at += whole;
  if (at < number.size() && number[at] == '.') {
    const std::size_t fraction = digits_at(number, ++at);
    if (fraction == 0) return error;
    result.digits += number.substr(at, fraction);
    result.exponent = -static_cast<std::int64_t>(fraction);
    at += fraction;
  }
  if (at < number.size() && (number[at] == 'e' || number[at] == 'E')) {
    ++at;
    const bool below = at < number.size() && number[at] == '-';
    if (at < number.size() && (number[at] == '-' || number[at] == '+')) ++at;
    const std::size_t count = digits_at(number, at);
    if (count == 0) return error;
    std::int64_t exponent = 0;
    for (std::size_t i = at; i < at + count; ++i)
      exponent = std::min(10 * kLargestExponent, 10 * exponent + (number[i] - '0'));
    result.exponent += below ? -exponent : exponent;
    at += count;
  }
  if (at != number.size()) return error;

  result.digits.erase(0, std::min(result.digits.find_first_not_of('0'), result.digits.size()));
  const std::size_t kept = result.digits.find_last_not_of('0') + 1;
  result.exponent += static_cast<std::int64_t>(result.digits.size() - kept);
  result.digits.resize(kept);
  if (kept == 0) return Decimal{};
  if (std::abs(result.exponent) > kLargestExponent)
    return Error{ErrorCode::kInvalidArgument,
                 "a number of more than 100000 digits: " + std::string(number)};
  return result;
}

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
  const auto sign = [](const Decimal& d) { return d.digits.empty() ? 0 : d.negative ? -1 : 1; };
  if (sign(a) != sign(b)) return sign(a) <=> sign(b);
  const Decimal& low = a.negative ? b : a;
  const Decimal& high = a.negative ? a : b;
  const auto size = [](const Decimal& d) {
    return static_cast<std::int64_t>(d.digits.size()) + d.exponent;
  };
  if (a.digits.empty()) return std::strong_ordering::equal;
  if (size(low) != size(high)) return size(low) <=> size(high);
  return low.digits.compare(high.digits) <=> 0;
}

}  // namespace byeol::constrain
