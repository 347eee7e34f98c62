#include "bench/statistics.h"

#include <gtest/gtest.h>

#include <vector>

namespace byeol::bench {
namespace {

// Expected: Python's statistics.quantiles(values, n=4, method="inclusive").
TEST(Statistics, QuartilesLieBetweenTheirNeighboursInProportion) {
  const std::vector<double> values = {40, 10, 30, 20};
  EXPECT_DOUBLE_EQ(quantile(values, 0.25), 17.5);
  EXPECT_DOUBLE_EQ(median(values), 25);
  EXPECT_DOUBLE_EQ(quantile(values, 0.75), 32.5);
  EXPECT_DOUBLE_EQ(quantile(values, 0), 10);
  EXPECT_DOUBLE_EQ(quantile(values, 1), 40);
}

TEST(Statistics, SpreadIsHalfTheQuartilesDistanceAsAShareOfTheMedian) {
  EXPECT_DOUBLE_EQ(spread(std::vector<double>{40, 10, 30, 20}), 7.5 / 25);
  EXPECT_DOUBLE_EQ(spread(std::vector<double>{98, 100, 104}), 1.5 / 100);
}

TEST(Statistics, ASingleSampleIsTheMedianAndHasNoSpread) {
  EXPECT_DOUBLE_EQ(median(std::vector<double>{3}), 3);
  EXPECT_DOUBLE_EQ(spread(std::vector<double>{3}), 0);
}

TEST(Statistics, OneOutlierOfFiveMovesNeitherMedianNorSpread) {
  EXPECT_DOUBLE_EQ(median(std::vector<double>{100, 101, 102, 103, 1}), 101);
  EXPECT_DOUBLE_EQ(spread(std::vector<double>{100, 101, 102, 103, 1}), 1.0 / 101);
}

}  // namespace
}  // namespace byeol::bench
