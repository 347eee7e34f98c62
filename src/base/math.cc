#include "base/math.h"

#include <bit>
#include <cstdint>
#include <limits>

namespace byeol::math {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// ln 2 and pi / 2 as sums. The leading parts have so few bits that n times one of them is exact.
constexpr double kLn2High = 0x1.62e42fefa2000p-1;  // 40 bits: |n| < 2^13.
constexpr double kLn2Low = 0x1.9ef35793c7673p-41;
constexpr double kPio2High = 0x1.921fb54400000p+0;  // 33 bits: |n| <= 2^20.
constexpr double kPio2Middle = 0x1.0b4611a600000p-34;
constexpr double kPio2Low = 0x1.3198a2e037073p-69;
constexpr double kInverseLn2 = 0x1.71547652b82fep+0;
constexpr double kInversePio2 = 0x1.45f306dc9c883p-1;

// The nearest integer; ties away from zero. |x| < 2^62.
std::int64_t nearest(double x) {
  return static_cast<std::int64_t>(x < 0 ? x - 0.5 : x + 0.5);
}

// 2^n for a normal result.
double power_of_two(std::int64_t n) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(n + 1023) << 52);
}

// x^first / first! + x^(first + 2) / (first + 2)! ..., with alternating signs, to order `last`.
template <int kFirst, int kLast>
double alternating_series(double x) {
  const double square = x * x;
  double sum = 1.0;
  for (int k = kLast; k > kFirst; k -= 2) sum = 1.0 - square * sum / (k * (k - 1));
  return kFirst == 0 ? sum : x * sum;
}

// sin(x + quarter * pi / 2).
double sine_of_quarters(double x, std::int64_t quarter) {
  if (!(x > -0x1p31 && x < 0x1p31)) return kNan;
  const std::int64_t n = nearest(x * kInversePio2);
  const auto count = static_cast<double>(n);
  const double rest = ((x - count * kPio2High) - count * kPio2Middle) - count * kPio2Low;
  switch ((n + quarter) & 3) {
    case 0:
      return alternating_series<1, 19>(rest);
    case 1:
      return alternating_series<0, 20>(rest);
    case 2:
      return -alternating_series<1, 19>(rest);
    default:
      return -alternating_series<0, 20>(rest);
  }
}

}  // namespace

double exp(double x) {
  if (x != x) return x;
  if (x > 709.8) return kInfinity;
  if (x < -745.2) return 0.0;
  const std::int64_t n = nearest(x * kInverseLn2);
  const auto count = static_cast<double>(n);
  const double rest = (x - count * kLn2High) - count * kLn2Low;  // |rest| <= 0.347
  double sum = 1.0;
  for (int k = 14; k > 0; --k) sum = 1.0 + rest * sum / k;
  // In two steps, so that 2^1024 and the subnormal results do not break the exponent.
  const std::int64_t half = n / 2;
  return sum * power_of_two(half) * power_of_two(n - half);
}

double log(double x) {
  if (x != x || x == kInfinity) return x;
  if (x <= 0) return x == 0 ? -kInfinity : kNan;
  std::int64_t n = 0;
  if (x < std::numeric_limits<double>::min()) {  // Subnormal: give it an exponent.
    x *= 0x1p54;
    n = -54;
  }
  const auto bits = std::bit_cast<std::uint64_t>(x);
  n += static_cast<std::int64_t>(bits >> 52) - 1023;
  double mantissa =
      std::bit_cast<double>((bits & 0x000f'ffff'ffff'ffff) | 0x3ff0'0000'0000'0000);  // [1, 2)
  if (mantissa > 0x1.6a09e667f3bcdp+0) {                                              // sqrt(2)
    mantissa *= 0.5;
    ++n;
  }
  // log(m) = 2 atanh((m - 1) / (m + 1)), and |(m - 1) / (m + 1)| <= 0.172.
  const double s = (mantissa - 1) / (mantissa + 1);
  const double square = s * s;
  double sum = 0.0;
  for (int k = 23; k > 1; k -= 2) sum = square * (1.0 / k + sum);
  const auto count = static_cast<double>(n);
  return count * kLn2High + (2 * s + (2 * s * sum + count * kLn2Low));
}

double sin(double x) {
  return sine_of_quarters(x, 0);
}
double cos(double x) {
  return sine_of_quarters(x, 1);
}
double pow(double x, double y) {
  return exp(y * log(x));
}

}  // namespace byeol::math
