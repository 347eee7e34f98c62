// What Python counts as well is in golden_test.cc.
#include "constrain/regular/numbers.h"

#include <gtest/gtest.h>

namespace byeol::constrain {
namespace {

Decimal decimal(std::string_view text) {
  return *Decimal::parse(text);
}

TEST(Decimal, IsReadInOneForm) {
  EXPECT_EQ(decimal("0"), Decimal{});
  EXPECT_EQ(decimal("-0.00e7"), Decimal{});
  EXPECT_EQ(decimal("1200"), (Decimal{false, "12", 2}));
  EXPECT_EQ(decimal("-1.50"), (Decimal{true, "15", -1}));
  EXPECT_EQ(decimal("0.001E+3"), decimal("1"));
  for (const char* wrong : {"", "-", "01", "1.", ".5", "1e", "1e+", "+1", "1 ", "0x1", "nan"})
    EXPECT_FALSE(Decimal::parse(wrong)) << wrong;
  EXPECT_FALSE(Decimal::parse("1e99999999999999999999"));
  EXPECT_TRUE(Decimal::parse("0e99999999999999999999"));
}

TEST(Decimal, IsOrdered) {
  const char* ascending[] = {"-1e9", "-12",  "-1.25", "-1.2", "-0.001", "0",  "1e-9",
                             "0.1",  "0.11", "1",     "9.99", "10",     "11", "1e2"};
  for (std::size_t i = 0; i < std::size(ascending); ++i)
    for (std::size_t j = 0; j < std::size(ascending); ++j)
      EXPECT_EQ(decimal(ascending[i]) <=> decimal(ascending[j]), i <=> j)
          << ascending[i] << " " << ascending[j];
}

TEST(Numbers, EveryIntegerOfARange) {
  for (const auto& [min, max] : {std::pair{-105, 23}, {7, 7}, {-1, 0}, {95, 1203}, {-40, -38}}) {
    NumberLimits limits{.integer = true};
    limits.min = decimal(std::to_string(min));
    limits.max = decimal(std::to_string(max));
    Budget budget;
    const Language language = *language_of_numbers(limits, budget);
    for (int value = -2000; value <= 2000; ++value)
      ASSERT_EQ(language.contains(std::to_string(value)), min <= value && value <= max) << value;
    EXPECT_EQ(language.texts(2000)->size(), static_cast<std::size_t>(max - min + 1));
  }
}

TEST(Numbers, NothingIsWithinLimitsThatCross) {
  Budget budget;
  NumberLimits limits{.min = decimal("1"), .max = decimal("1"), .min_excluded = true};
  EXPECT_TRUE((*language_of_numbers(limits, budget)).is_empty());
  limits = {.integer = true, .min = decimal("0.1"), .max = decimal("0.9")};
  EXPECT_TRUE((*language_of_numbers(limits, budget)).is_empty());
  limits = {
      .integer = true, .min = decimal("1"), .max = decimal("6"), .multiple_of = {decimal("7")}};
  EXPECT_TRUE((*language_of_numbers(limits, budget)).is_empty());
}

TEST(Numbers, LargeDivisorsSpendTheBudget) {
  Budget budget;
  NumberLimits limits{.integer = true, .multiple_of = {decimal("999999937")}};
  EXPECT_FALSE(language_of_numbers(limits, budget));
  limits.multiple_of = {decimal("1234567891")};
  EXPECT_FALSE(language_of_numbers(limits, budget));
  limits.multiple_of = {decimal("0")};
  EXPECT_FALSE(language_of_numbers(limits, budget));
  Budget fresh;
  limits.multiple_of = {decimal("1e12")};
  EXPECT_TRUE((*language_of_numbers(limits, fresh)).contains("7000000000000"));
}

}  // namespace
}  // namespace byeol::constrain
