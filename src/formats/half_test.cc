#include "formats/half.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace byeol::formats {
namespace {

constexpr std::uint32_t kPatterns = 1u << 16;

// The definition: (-1)^sign * significand * 2^exponent, in double, which holds it exactly.
double half_by_definition(std::uint32_t half) {
  const int exponent = static_cast<int>(half >> 10 & 31);
  const double fraction = half & 0x3FF;
  const double magnitude = exponent == 0    ? std::ldexp(fraction, -24)
                           : exponent == 31 ? std::numeric_limits<double>::infinity()
                                            : std::ldexp(1024 + fraction, exponent - 25);
  return half & 0x8000 ? -magnitude : magnitude;
}

bool is_half_nan(std::uint32_t half) {
  return (half & 0x7FFF) > 0x7C00;
}

TEST(Half, EveryPatternWidensToItsDefinition) {
  for (std::uint32_t half = 0; half < kPatterns; ++half) {
    const float value = half_to_float(static_cast<std::uint16_t>(half));
    if (is_half_nan(half)) {
      EXPECT_TRUE(std::isnan(value)) << half;
    } else {
      ASSERT_EQ(static_cast<double>(value), half_by_definition(half)) << half;
      ASSERT_EQ(std::signbit(value), half >> 15 == 1) << half;
    }
  }
}

TEST(Half, EveryPatternSurvivesTheRoundTrip) {
  for (std::uint32_t half = 0; half < kPatterns; ++half) {
    const std::uint16_t back = float_to_half(half_to_float(static_cast<std::uint16_t>(half)));
    const std::uint32_t expected = is_half_nan(half) ? half | 0x200 : half;  // A NaN gets quiet.
    ASSERT_EQ(back, expected);
  }
}

// Between each half and the next: below the middle goes down, above goes up, the middle to the even
// one. The middle of 65,504 and what would follow it, 65,520, goes to infinity.
TEST(Half, NarrowingRoundsToNearestTiesToEven) {
  for (std::uint32_t half = 0; half < 0x7C00; ++half) {
    const double here = half_by_definition(half);
    const double next = half == 0x7BFF ? 65536.0 : half_by_definition(half + 1);
    const auto middle = static_cast<float>((here + next) / 2);
    const std::uint32_t even = half % 2 == 0 ? half : half + 1;
    for (const std::uint32_t sign : {0u, 0x8000u}) {
      const auto narrow = [sign](float value) { return float_to_half(sign ? -value : value); };
      ASSERT_EQ(narrow(middle), sign | even) << half;
      ASSERT_EQ(narrow(std::nextafter(middle, 0.0f)), sign | half) << half;
      ASSERT_EQ(narrow(std::nextafter(middle, 1e9f)), sign | (half + 1)) << half;
    }
  }
}

TEST(Half, WhatIsTooLargeBecomesInfinity) {
  EXPECT_EQ(float_to_half(65536.0f), 0x7C00);
  EXPECT_EQ(float_to_half(-std::numeric_limits<float>::max()), 0xFC00);
  EXPECT_EQ(float_to_half(std::numeric_limits<float>::infinity()), 0x7C00);
}

TEST(Bfloat16, EveryPatternIsTheUpperHalfOfAFloatAndSurvivesTheRoundTrip) {
  for (std::uint32_t pattern = 0; pattern < kPatterns; ++pattern) {
    const float value = bfloat16_to_float(static_cast<std::uint16_t>(pattern));
    ASSERT_EQ(std::bit_cast<std::uint32_t>(value), pattern << 16);
    const bool nan = (pattern & 0x7FFF) > 0x7F80;
    ASSERT_EQ(float_to_bfloat16(value), nan ? pattern | 0x40 : pattern);
  }
}

TEST(Bfloat16, NarrowingRoundsToNearestTiesToEven) {
  for (std::uint32_t pattern = 0; pattern < 0x7F80; ++pattern) {
    const std::uint32_t middle = pattern << 16 | 0x8000;
    const std::uint32_t even = pattern % 2 == 0 ? pattern : pattern + 1;
    ASSERT_EQ(float_to_bfloat16(std::bit_cast<float>(middle)), even);
    ASSERT_EQ(float_to_bfloat16(std::bit_cast<float>(middle - 1)), pattern);
    ASSERT_EQ(float_to_bfloat16(std::bit_cast<float>(middle + 1)), pattern + 1);
  }
}

}  // namespace
}  // namespace byeol::formats
