// After construction nothing allocates.
#include <gtest/gtest.h>

#include "scheduler/simulated.h"
#include "tests/support/count_allocations.h"

namespace byeol::scheduler {
namespace {

TEST(Scheduler, DoesNotAllocateAfterConstruction) {
  const auto trace = make_trace(Family::kMixed, 1, 3.0, 30);
  Scheduler scheduler({.turns_max = 32, .step_rows_max = 128}, CostModel(kSmallModel));
  int refused = 0;  // Refusals forecast, and must not allocate either.
  const long before = allocations;
  TimeUs now = 0;
  for (const Arrival& arrival : trace) {
    TurnSpec spec = arrival.spec;
    spec.arrival_us = now;
    refused += scheduler.admit(now, spec).verdict == Verdict::kRefused;
    const double us = scheduler.plan(now).predicted_us;
    now += static_cast<TimeUs>(us) + 1;
    scheduler.stepped(now, us);
    if (const auto id = static_cast<std::uint64_t>(spec.id); id >= 25)
      scheduler.ended(TurnId{id - 25});
  }
  EXPECT_EQ(allocations - before, 0);
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace byeol::scheduler
