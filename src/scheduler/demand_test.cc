#include "scheduler/demand.h"

#include <gtest/gtest.h>

#include <vector>

namespace byeol::scheduler {
namespace {

// 1 ms a token of a prompt, 10 ms a step that decodes, 1 ms for each turn in it.
constexpr StepCost kCost = {.prefill = 1000, .decoding = 10'000, .decode = 1000};
constexpr TimeUs kStepMax = 100'000;

bool passes(std::vector<Demand> demands, TimeUs now = 0) {
  DemandTest test(16);
  return test.passes(now, CostModel(kCost), kStepMax, 0.9, demands);
}

// Steps of at most 100 ms take 10 of them: 0.8 of the time is left for prompts.
TEST(Demand, APromptFitsIntoWhatIsLeftOfTheTime) {
  EXPECT_TRUE(passes({{.prompt_left = 800, .first_due = 1'001'000}}));
  EXPECT_FALSE(passes({{.prompt_left = 800, .first_due = 990'000}}));
  EXPECT_FALSE(passes({{.prompt_left = 800, .first_due = 1'001'000}}, 100'000));
}

TEST(Demand, PromptsAddUpByTheirDueTimes) {
  const Demand early{.prompt_left = 400, .first_due = 501'000};
  EXPECT_TRUE(passes({{.prompt_left = 400, .first_due = 1'001'000}, early}));
  EXPECT_FALSE(passes({{.prompt_left = 400, .first_due = 900'000}, early}));
}

// At a gap of 40 ms the steps take a quarter of the time, each turn 1 / 40 more.
TEST(Demand, PaceTakesTimeFromPrompts) {
  const Demand pace{.gap_us = 40'000};
  EXPECT_TRUE(passes({pace, {.prompt_left = 620, .first_due = 1'000'000}}));
  EXPECT_FALSE(passes({pace, {.prompt_left = 630, .first_due = 1'000'000}}));
}

TEST(Demand, SoManyPacesFitAndNotOneMore) {
  std::vector<Demand> demands(26, Demand{.gap_us = 40'000});  // 0.25 + 26 * 0.025 = 0.9.
  demands.pop_back();
  EXPECT_TRUE(passes(demands));
  demands.resize(27, Demand{.gap_us = 40'000});
  EXPECT_FALSE(passes(demands));
}

TEST(Demand, NothingAsksForNothing) {
  EXPECT_TRUE(passes({}));
  EXPECT_TRUE(passes({{.prompt_left = 1'000'000}}));  // By no time.
}

}  // namespace
}  // namespace byeol::scheduler
