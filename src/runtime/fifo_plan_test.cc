#include "runtime/fifo_plan.h"

#include <gtest/gtest.h>

#include <vector>

namespace byeol::runtime {
namespace {

std::vector<std::int32_t> plan(const std::vector<std::int32_t>& pending, std::int32_t rows_max) {
  std::vector<std::int32_t> planned(pending.size(), -1);
  plan_step(pending, rows_max, planned);
  return planned;
}

using Lengths = std::vector<std::int32_t>;

TEST(FifoPlan, AnswersGoOnWhileAPromptIsRead) {
  EXPECT_EQ(plan({500, 1, 1}, 64), (Lengths{62, 1, 1}));
}

TEST(FifoPlan, PromptsAreServedInTheirOrder) {
  EXPECT_EQ(plan({40, 40, 40}, 64), (Lengths{40, 24, 0}));
}

TEST(FifoPlan, MoreAnswersThanRowsLeaveTheLastOnesForLater) {
  EXPECT_EQ(plan({1, 1, 1}, 2), (Lengths{1, 1, 0}));
}

TEST(FifoPlan, NothingPendingIsNothingPlanned) {
  EXPECT_EQ(plan({}, 8), Lengths{});
  EXPECT_EQ(plan({0, 3}, 8), (Lengths{0, 3}));
}

}  // namespace
}  // namespace byeol::runtime
