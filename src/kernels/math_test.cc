// The functions of math.inc against libm in long double. The scalar source is included as it is;
// that the other instruction sets give its bits is the business of elementwise_test.cc and
// attention_test.cc.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

#include "kernels/kernel_table.h"

namespace byeol::kernels {
namespace {

#include "kernels/vec16_scalar.inc"
// Needs V16.
#include "kernels/math.inc"

constexpr float kInf = std::numeric_limits<float>::infinity();

float ulp(long double exact) {
  const float size = std::fabs(static_cast<float>(exact));
  return std::nextafter(size, kInf) - size;
}

// The largest error in ulp over every stride-th float of [from, to] (both of one sign).
template <typename Function, typename Exact>
long double worst_ulp(float from, float to, std::uint32_t stride, Function function, Exact exact) {
  const auto first_bits = std::bit_cast<std::uint32_t>(from);
  const auto last_bits = std::bit_cast<std::uint32_t>(to);
  long double worst = 0;
  for (std::uint32_t bits = first_bits; bits <= last_bits; bits += stride) {
    const float x = std::bit_cast<float>(bits);
    const long double expected = exact(static_cast<long double>(x));
    const long double error =
        std::fabs(static_cast<long double>(first(function(broadcast(x)))) - expected) /
        static_cast<long double>(ulp(expected));
    if (error > worst) worst = error;
  }
  return worst;
}

float exp_of(float x) {
  return first(exp(broadcast(x)));
}
float tanh_of(float x) {
  return first(tanh(broadcast(x)));
}
float silu_of(float x) {
  return first(silu(broadcast(x)));
}
float gelu_of(float x) {
  return first(gelu_tanh(broadcast(x)));
}

TEST(Exp, IsWithinOneUlp) {
  const auto exact = [](long double x) { return std::exp(x); };
  EXPECT_LE(worst_ulp(0x1p-30f, 88.7228317f, 10007, exp, exact), 1.0L);
  EXPECT_LE(worst_ulp(-0x1p-30f, -87.3f, 10007, exp, exact), 1.0L);
  EXPECT_LE(worst_ulp(-0x1p-30f, -87.3f, 10007, exp_of_negative, exact), 1.0L);
}

TEST(Exp, IsExactWhereItMustBe) {
  EXPECT_EQ(exp_of(0.0f), 1.0f);
  EXPECT_EQ(exp_of(-0.0f), 1.0f);
  EXPECT_EQ(first(exp_of_negative(zero())), 1.0f);
  for (const float x : {-87.31f, -100.0f, -1e30f, -kInf}) {
    EXPECT_EQ(exp_of(x), 0.0f) << x;
    EXPECT_EQ(first(exp_of_negative(broadcast(x))), 0.0f) << x;
  }
  EXPECT_GT(exp_of(-87.3f), std::numeric_limits<float>::min());
  EXPECT_LT(exp_of(88.7228317f), kInf);
  for (const float x : {88.7228394f, 100.0f, 1e30f, kInf}) EXPECT_EQ(exp_of(x), kInf) << x;
  EXPECT_TRUE(std::isnan(exp_of(std::bit_cast<float>(0x7F8FFFFFu))));
  EXPECT_TRUE(std::isnan(exp_of(-std::numeric_limits<float>::quiet_NaN())));
}

TEST(Tanh, IsWithinTwoUlp) {
  const auto exact = [](long double x) { return std::tanh(x); };
  EXPECT_LE(worst_ulp(0x1p-40f, 0x1p10f, 10007, tanh, exact), 2.0L);
  EXPECT_LE(worst_ulp(-0x1p-40f, -0x1p10f, 10007, tanh, exact), 2.0L);
}

TEST(Tanh, EndsAtOne) {
  EXPECT_EQ(tanh_of(kInf), 1.0f);
  EXPECT_EQ(tanh_of(-kInf), -1.0f);
  EXPECT_EQ(tanh_of(0.0f), 0.0f);
  EXPECT_TRUE(std::isnan(tanh_of(std::numeric_limits<float>::quiet_NaN())));
}

TEST(Silu, IsWithinThreeUlp) {
  const auto exact = [](long double x) { return x / (1 + std::exp(-x)); };
  EXPECT_LE(worst_ulp(0x1p-40f, 0x1p20f, 10007, silu, exact), 3.0L);
  EXPECT_LE(worst_ulp(-0x1p-40f, -88.0f, 10007, silu, exact), 3.0L);
  EXPECT_EQ(silu_of(-200.0f), 0.0f);
  EXPECT_EQ(silu_of(200.0f), 200.0f);
}

// The argument of its exponential grows with x^3: so does the relative error in the negative tail,
// where the values themselves vanish.
TEST(GeluTanh, IsWithinThreeUlpAndInTheTailWithinAMillionth) {
  const auto exact = [](long double x) {
    const long double u = std::sqrt(2 / 3.14159265358979323846264L) * (x + 0.044715L * x * x * x);
    return x / (1 + std::exp(-2 * u));
  };
  EXPECT_LE(worst_ulp(0x1p-40f, 0x1p10f, 10007, gelu_tanh, exact), 3.0L);
  EXPECT_LE(worst_ulp(-0x1p-40f, -0.5f, 10007, gelu_tanh, exact), 4.0L);
  for (float x = -0.5f; x > -8.0f; x -= 0.00013f)
    EXPECT_NEAR(gelu_of(x), static_cast<float>(exact(static_cast<long double>(x))), 1e-6f) << x;
  EXPECT_EQ(gelu_of(-30.0f), 0.0f);
  EXPECT_EQ(gelu_of(30.0f), 30.0f);
}

TEST(Halves, ConvertAsIeeeSays) {
  for (std::uint32_t bits = 0; bits < 0x10000u; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const std::uint32_t exponent = (bits >> 10) & 31u, mantissa = bits & 1023u;
    if (exponent == 31) continue;
    const double size = exponent == 0
                            ? std::ldexp(mantissa, -24)
                            : std::ldexp(1024.0 + mantissa, static_cast<int>(exponent) - 25);
    const float value = static_cast<float>((bits & 0x8000u) != 0 ? -size : size);
    ASSERT_EQ(from_f16(half), value) << bits;
    ASSERT_EQ(to_f16(value), half) << bits;
    if ((bits & 0x7FFFu) >= 0x7BFFu) continue;
    // Halfway to the next one, the even neighbour; a little more or less, the nearer one.
    const auto next = static_cast<std::uint16_t>(bits + 1);
    const float middle = (value + from_f16(next)) / 2;
    ASSERT_EQ(to_f16(middle), bits % 2 == 0 ? half : next) << bits;
    ASSERT_EQ(to_f16(std::nextafter(middle, value)), half) << bits;
    ASSERT_EQ(to_f16(std::nextafter(middle, from_f16(next))), next) << bits;
  }
}

}  // namespace
}  // namespace byeol::kernels
