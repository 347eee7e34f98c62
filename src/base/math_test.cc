#include "base/math.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

namespace byeol {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double relative_error(double ours, long double truth) {
  return static_cast<double>(std::fabs((static_cast<long double>(ours) - truth) / truth));
}

double worst_relative_error(double from, double to, double (*ours)(double),
                            long double (*truth)(long double)) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> draw(from, to);
  double worst = 0;
  for (int i = 0; i < 200'000; ++i) {
    const double x = draw(random);
    worst = std::max(worst, relative_error(ours(x), truth(static_cast<long double>(x))));
  }
  return worst;
}

double worst_absolute_error(double from, double to, double (*ours)(double),
                            long double (*truth)(long double)) {
  std::mt19937_64 random(8);
  std::uniform_real_distribution<double> draw(from, to);
  double worst = 0;
  for (int i = 0; i < 200'000; ++i) {
    const double x = draw(random);
    const long double error =
        static_cast<long double>(ours(x)) - truth(static_cast<long double>(x));
    worst = std::max(worst, static_cast<double>(std::fabs(error)));
  }
  return worst;
}

TEST(Math, ExpIsWithinItsBound) {
  EXPECT_LT(worst_relative_error(-1, 1, math::exp, std::exp), 1e-15);
  EXPECT_LT(worst_relative_error(-708, 709, math::exp, std::exp), 1e-15);
}

TEST(Math, ExpAtTheEdges) {
  EXPECT_EQ(math::exp(0.0), 1.0);
  EXPECT_EQ(math::exp(-kInfinity), 0.0);
  EXPECT_EQ(math::exp(kInfinity), kInfinity);
  EXPECT_EQ(math::exp(-800.0), 0.0);
  EXPECT_EQ(math::exp(710.0), kInfinity);
  EXPECT_GT(math::exp(-745.0), 0.0);  // The last subnormal.
  EXPECT_LT(math::exp(709.78), kInfinity);
  EXPECT_TRUE(std::isnan(math::exp(std::nan(""))));
}

TEST(Math, LogIsWithinItsBound) {
  EXPECT_LT(worst_relative_error(1e-300, 1e-290, math::log, std::log), 1e-15);
  EXPECT_LT(worst_relative_error(0, 0.9, math::log, std::log), 1e-15);
  EXPECT_LT(worst_absolute_error(0.9, 1.1, math::log, std::log), 1e-16);
  EXPECT_LT(worst_relative_error(1.1, 1e9, math::log, std::log), 1e-15);
}

TEST(Math, LogAtTheEdges) {
  EXPECT_EQ(math::log(1.0), 0.0);
  EXPECT_EQ(math::log(0.0), -kInfinity);
  EXPECT_EQ(math::log(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(math::log(-1.0)));
  EXPECT_LT(relative_error(math::log(5e-324), std::log(static_cast<long double>(5e-324))), 1e-15);
}

TEST(Math, SineAndCosineAreWithinTheirBoundUpToLongContexts) {
  for (double range : {1.0, 100.0, 1e4, 0x1p20}) {
    EXPECT_LT(worst_absolute_error(-range, range, math::sin, std::sin), 3e-16) << range;
    EXPECT_LT(worst_absolute_error(-range, range, math::cos, std::cos), 3e-16) << range;
  }
}

TEST(Math, SineAndCosineOfWholePositions) {  // Frequency 1: the angles that RoPE really meets.
  for (int position = 0; position <= 1'000'000; position += 7) {
    ASSERT_LT(std::fabs(std::sin(static_cast<long double>(position)) - math::sin(position)), 3e-16);
    ASSERT_LT(std::fabs(std::cos(static_cast<long double>(position)) - math::cos(position)), 3e-16);
  }
}

TEST(Math, SineAndCosineAtTheEdges) {
  EXPECT_EQ(math::sin(0.0), 0.0);
  EXPECT_EQ(math::cos(0.0), 1.0);
  EXPECT_TRUE(std::isnan(math::sin(kInfinity)));
  EXPECT_TRUE(std::isnan(math::cos(1e300)));
}

TEST(Math, PowIsWithinItsBoundForRotaryFrequencies) {
  for (double base : {1e4, 1e5, 5e5, 1e6, 1.5e8}) {
    for (int i = 0; i < 256; ++i) {
      const double exponent = -i / 256.0;
      EXPECT_LT(
          relative_error(math::pow(base, exponent), std::pow(static_cast<long double>(base),
                                                             static_cast<long double>(exponent))),
          1e-14);
    }
  }
  EXPECT_EQ(math::pow(1e4, 0.0), 1.0);
}

// One number over many results: a change of a single bit anywhere, on any machine, shows here.
// The constant was computed on x86-64 and confirmed on aarch64; it changes only with the method.
TEST(Math, TheBitsAreTheSameOnEveryMachine) {
  std::uint64_t hash = 14695981039346656037u;
  const auto add = [&](double value) {
    hash = (hash ^ std::bit_cast<std::uint64_t>(value)) * 1099511628211u;
  };
  for (int i = 1; i < 10'000; ++i) {
    add(math::exp(-i * 0.01));
    add(math::log(i * 0.37));
    add(math::sin(i * 31.7));
    add(math::cos(i * 31.7));
    add(math::pow(1e4, -i / 1e4));
  }
  EXPECT_EQ(hash, 5646377521579926344u);
}

}  // namespace
}  // namespace byeol
