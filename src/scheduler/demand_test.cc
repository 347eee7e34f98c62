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
  return test.passes(now, CostModel(kCost), {kStepMax, 1 << 30, 0.9}, demands);
}

// Steps of at most 100 ms take 10 of them: 0.8 of the time is left for prompts and a step's own
// cost.
TEST(Demand, APromptFitsIntoWhatIsLeftOfTheTime) {
  EXPECT_TRUE(passes({{.prompt_left = 800, .first_due = 1'013'000}}));
  EXPECT_FALSE(passes({{.prompt_left = 800, .first_due = 1'012'000}}));
  EXPECT_FALSE(passes({{.prompt_left = 800, .first_due = 1'013'000}}, 100'000));
}

TEST(Demand, PromptsAddUpByTheirDueTimes) {
  const Demand early{.prompt_left = 400, .first_due = 513'000};
  EXPECT_TRUE(passes({{.prompt_left = 400, .first_due = 1'013'000}, early}));
  EXPECT_FALSE(passes({{.prompt_left = 400, .first_due = 900'000}, early}));
}

// At a gap of 40 ms the steps take a quarter of the time, each turn 1 / 40 more.
TEST(Demand, PaceTakesTimeFromPrompts) {
  const Demand pace{.gap_us = 40'000};
  EXPECT_TRUE(passes({pace, {.prompt_left = 610, .first_due = 1'000'000}}));
  EXPECT_FALSE(passes({pace, {.prompt_left = 620, .first_due = 1'000'000}}));
}

TEST(Demand, SoManyPacesFitAndNotOneMore) {
  std::vector<Demand> demands(26, Demand{.gap_us = 40'000});  // 0.25 + 26 * 0.025 = 0.9.
  demands.pop_back();
  EXPECT_TRUE(passes(demands));
  demands.resize(27, Demand{.gap_us = 40'000});
  EXPECT_FALSE(passes(demands));
}

// Four prompts to a step: the fifth begins another.
TEST(Demand, ManyPromptsTakeMoreSteps) {
  const std::vector<Demand> four(4, Demand{.prompt_left = 1, .first_due = 20'000});
  EXPECT_TRUE(passes(four));
  EXPECT_FALSE(passes(std::vector<Demand>(5, four[0])));
}

TEST(Demand, FewRowsMakeManySteps) {
  DemandTest test(1);
  const Demand demand{.prompt_left = 80, .first_due = 200'000};
  EXPECT_TRUE(test.passes(0, CostModel(kCost), {kStepMax, 512, 0.9}, {&demand, 1}));
  EXPECT_FALSE(test.passes(0, CostModel(kCost), {kStepMax, 8, 0.9}, {&demand, 1}));
}

TEST(Demand, NothingAsksForNothing) {
  EXPECT_TRUE(passes({}));
  EXPECT_TRUE(passes({{.prompt_left = 1'000'000}}));  // By no time.
}

}  // namespace
}  // namespace byeol::scheduler
