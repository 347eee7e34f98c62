#include "bench/load/plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "bench/statistics.h"

namespace byeol::bench {
namespace {

std::vector<double> gaps(const std::vector<LoadRequest>& plan) {
  std::vector<double> gaps;
  for (std::size_t i = 0; i < plan.size(); ++i)
    gaps.push_back(plan[i].at_ms - (i == 0 ? 0 : plan[i - 1].at_ms));
  return gaps;
}

TEST(Plan, PoissonHasItsRate) {
  const std::vector<LoadRequest> plan = plan_poisson({.rate = 8, .requests = 4000});
  ASSERT_EQ(plan.size(), 4000u);
  EXPECT_NEAR(plan.back().at_ms / 4000, 1000.0 / 8, 6);  // Three standard errors.
  // Of an exponential distribution: the median is ln 2 of the mean, 1 in e is above it.
  const std::vector<double> between = gaps(plan);
  EXPECT_NEAR(median(between), 0.693 * 125, 6);
  const auto above = std::ranges::count_if(between, [](double gap) { return gap > 125; });
  EXPECT_NEAR(static_cast<double>(above) / 4000, 0.368, 0.025);
  EXPECT_GE(*std::ranges::min_element(between), 0);
}

TEST(Plan, IsAFunctionOfItsSeed) {
  const auto times = [](std::uint64_t seed) {
    std::vector<double> at_ms;
    for (const LoadRequest& request : plan_poisson({.rate = 4, .requests = 20, .seed = seed}))
      at_ms.push_back(request.at_ms);
    return at_ms;
  };
  EXPECT_EQ(times(1), times(1));
  EXPECT_NE(times(1), times(2));
  // The rate stretches the same arrivals, so that rates differ by nothing else.
  const double slow = plan_poisson({.rate = 1, .requests = 9}).back().at_ms;
  EXPECT_NEAR(plan_poisson({.rate = 4, .requests = 9}).back().at_ms, slow / 4, 1e-9);
}

TEST(Plan, CanLastSoLongInstead) {
  const std::vector<LoadRequest> plan = plan_poisson({.rate = 50, .requests = 3, .duration_s = 10});
  EXPECT_NEAR(static_cast<double>(plan.size()), 500, 70);
  EXPECT_LT(plan.back().at_ms, 10'000);
}

TEST(Plan, EveryRequestHasItsOwnPrompt) {
  std::set<std::string> prompts;
  for (const std::int64_t first : {0, 60})
    for (const LoadRequest& request :
         plan_poisson({.requests = 60, .first_number = first, .system = "Same", .max_tokens = 5})) {
      prompts.insert(request.prompt);
      EXPECT_EQ(request.system, "Same");
      EXPECT_EQ(request.max_tokens, 5);
    }
  EXPECT_EQ(prompts.size(), 120u);
}

}  // namespace
}  // namespace byeol::bench
