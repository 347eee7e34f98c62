// What scripts cannot say: calls out of the usual order, and what a plan may contain.
#include "scheduler/scheduler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>
#include <vector>

#include "scheduler/simulated.h"

namespace byeol::scheduler {
namespace {

TurnSpec turn(std::uint64_t id, std::int32_t prompt, std::int32_t max_tokens) {
  TurnSpec spec{};
  spec.id = TurnId{id};
  spec.prompt_tokens = prompt;
  spec.max_tokens = max_tokens;
  return spec;
}

TimeUs due_of(const Scheduler& scheduler, TurnId id) {
  TimeUs found = -1;
  scheduler.each_due([&](TurnId turn, TimeUs due) { found = turn == id ? due : found; });
  return found;
}

TEST(Scheduler, HasNothingToDoWithoutTurns) {
  Scheduler scheduler({}, CostModel(kSmallModel));
  EXPECT_TRUE(scheduler.plan(0).entries.empty());
  EXPECT_EQ(scheduler.next_change(0), kNever);
}

TEST(Scheduler, EndingWhatIsNotThereDoesNothing) {
  Scheduler scheduler({}, CostModel(kSmallModel));
  scheduler.ended(TurnId{5});
  EXPECT_EQ(scheduler.admit(0, turn(1, 10, 10)).verdict, Verdict::kAdmitted);
  scheduler.ended(TurnId{5});
  EXPECT_EQ(scheduler.live(), 1);
}

TEST(Scheduler, ATurnMayEndWhileItsStepRuns) {
  Scheduler scheduler({}, CostModel(kSmallModel));
  scheduler.admit(0, turn(1, 10, 10));
  scheduler.admit(0, turn(2, 10, 10));
  EXPECT_EQ(scheduler.plan(0).entries.size(), 2u);
  scheduler.ended(TurnId{1});
  scheduler.stepped(10'000);
  const Plan& plan = scheduler.plan(10'000);
  ASSERT_EQ(plan.entries.size(), 1u);
  EXPECT_EQ(plan.entries[0].turn, TurnId{2});
  EXPECT_EQ(plan.entries[0].prompt_tokens, 0);
}

TEST(Scheduler, TokensBeyondOneMoveTheDueTime) {
  Scheduler scheduler({}, CostModel(kSmallModel));
  TurnSpec spec = turn(1, 10, 100);
  spec.deadline = {.first_us = 100'000, .gap_us = 50'000};
  scheduler.admit(0, spec);
  scheduler.plan(0);
  scheduler.stepped(20'000);
  EXPECT_EQ(due_of(scheduler, TurnId{1}), 150'000);
  scheduler.plan(20'000);
  scheduler.stepped(30'000);
  scheduler.gave_more(TurnId{1}, 3);
  EXPECT_EQ(due_of(scheduler, TurnId{1}), 100'000 + 5 * 50'000);
}

// What a draft may take: no more than the tightest due time leaves.
TEST(Scheduler, SparesRowsForDraftsWhereThereIsTime) {
  const auto spare_at = [](TimeUs gap_us) {
    Scheduler scheduler({}, CostModel(kSmallModel));
    TurnSpec spec = turn(1, 10, 100);
    spec.insists = false;
    spec.deadline.gap_us = gap_us;
    scheduler.admit(0, spec);
    EXPECT_EQ(scheduler.plan(0).rows_to_spare, 0);  // Its prompt.
    scheduler.stepped(20'000);
    const Plan& plan = scheduler.plan(20'000);
    EXPECT_EQ(plan.shape.decodes, 1);
    EXPECT_EQ(plan.shape.decode_context, 10);
    return plan.rows_to_spare;
  };
  EXPECT_GT(spare_at(kNever), 15);
  EXPECT_GT(spare_at(100'000), 15);
  // A decode takes 2.2 ms and 0.36 for each row: six milliseconds leave room for some nine.
  EXPECT_GT(spare_at(6'000), 5);
  EXPECT_LT(spare_at(6'000), 12);
  EXPECT_EQ(spare_at(2'500), 0);
}

// One that is to end in time needs a plain step behind the drafted one, guaranteed or not.
TEST(Scheduler, SparesNoRowThatWouldOvershootAnAnswersEnd) {
  Scheduler scheduler({}, CostModel(kSmallModel));
  TurnSpec spec = turn(1, 10, 1000);
  spec.insists = false;
  spec.deadline = {.total_us = 400'000, .on_miss = OnMiss::kFinish};
  scheduler.admit(0, spec);
  std::int32_t least = 1000;
  for (TimeUs now = 0; now < 500'000;) {
    const Plan& plan = scheduler.plan(now);
    if (std::ranges::any_of(plan.endings,
                            [](const PlanEnding& ending) { return ending.ending == Ending::kNow; }))
      break;
    // Were all of these rows drafted, the answer would still be in time, and a token more.
    const auto took = plan.predicted_us + plan.rows_to_spare * 400.0;
    if (plan.rows_to_spare > 0) {
      EXPECT_LE(static_cast<double>(now) + took, 400'000);
    }
    if (now > 390'000) least = std::min(least, plan.rows_to_spare);
    now += static_cast<TimeUs>(plan.predicted_us);
    scheduler.stepped(now);
  }
  EXPECT_LT(least, 15);
}

TEST(Scheduler, APausedTurnsDueTimesStandStill) {
  Scheduler scheduler({}, CostModel(kSmallModel));
  TurnSpec spec = turn(1, 10, 100);
  spec.deadline = {.first_us = 100'000, .gap_us = 50'000, .on_miss = OnMiss::kAbort};
  scheduler.admit(0, spec);
  scheduler.plan(0);
  scheduler.stepped(20'000);
  EXPECT_EQ(due_of(scheduler, TurnId{1}), 150'000);
  scheduler.pause(30'000, TurnId{1});
  scheduler.pause(40'000, TurnId{1});  // Said twice, it is paused since the first time.
  EXPECT_EQ(due_of(scheduler, TurnId{1}), kNever);
  EXPECT_TRUE(scheduler.plan(900'000).endings.empty());
  EXPECT_TRUE(scheduler.plan(900'000).entries.empty());
  scheduler.go_on(1'030'000, TurnId{1});
  scheduler.go_on(1'040'000, TurnId{1});
  EXPECT_EQ(due_of(scheduler, TurnId{1}), 1'150'000);
  EXPECT_EQ(scheduler.plan(1'040'000).entries.size(), 1u);
  EXPECT_EQ(scheduler.missed(), 0);
}

// Ten seconds in all: then it is as any other that is late.
TEST(Scheduler, APausedTurnsDueTimesStandStillForSoLongAndNoLonger) {
  Scheduler scheduler({}, CostModel(kSmallModel));
  TurnSpec spec = turn(1, 10, 100);
  spec.deadline = {.first_us = 100'000, .gap_us = 50'000, .on_miss = OnMiss::kAbort};
  scheduler.admit(0, spec);
  scheduler.plan(0);
  scheduler.stepped(20'000);
  scheduler.pause(30'000, TurnId{1});
  scheduler.go_on(4'030'000, TurnId{1});
  EXPECT_EQ(due_of(scheduler, TurnId{1}), 4'150'000);
  scheduler.pause(4'030'000, TurnId{1});
  EXPECT_TRUE(scheduler.plan(10'020'000).endings.empty());
  EXPECT_EQ(due_of(scheduler, TurnId{1}), kNever);
  EXPECT_TRUE(scheduler.plan(10'140'000).endings.empty()) << "not due yet";
  EXPECT_EQ(due_of(scheduler, TurnId{1}), 10'150'000);
  const Plan& plan = scheduler.plan(10'160'000);
  EXPECT_TRUE(plan.entries.empty());
  ASSERT_EQ(plan.endings.size(), 1u);
  EXPECT_EQ(plan.endings[0].ending, Ending::kAbort);
  EXPECT_EQ(scheduler.missed(), 0) << "it was its reader's doing";
  scheduler.go_on(20'000'000, TurnId{1});
  EXPECT_EQ(due_of(scheduler, TurnId{1}), 10'150'000);
}

// Any sequence of events: invariants (1) and (2), and every turn that is not refused ends.
TEST(Scheduler, KeepsItsInvariantsWhateverHappens) {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    Limits limits{.turns_max = 20, .step_rows_max = 64, .kv_tokens = 4000};
    Scheduler scheduler(limits, CostModel(kSmallModel));
    std::set<std::uint64_t> live;
    TimeUs now = 0;
    for (std::uint64_t id = 0; id < 300; ++id) {
      TurnSpec spec = turn(id, 1 + static_cast<std::int32_t>(random() % 400),
                           1 + static_cast<std::int32_t>(random() % 30));
      spec.cached_tokens = static_cast<std::int32_t>(random() % 500);
      spec.tenant = static_cast<std::uint32_t>(random() % 3);
      spec.turn_class = static_cast<TurnClass>(random() % 4);
      spec.arrival_us = now;
      if (random() % 2 == 0) spec.deadline.first_us = static_cast<TimeUs>(random() % 3'000'000);
      if (random() % 2 == 0) spec.deadline.gap_us = static_cast<TimeUs>(random() % 300'000);
      if (random() % 4 == 0) spec.deadline.total_us = static_cast<TimeUs>(random() % 9'000'000);
      spec.deadline.on_miss = static_cast<OnMiss>(random() % 3);
      if (scheduler.admit(now, spec).verdict == Verdict::kAdmitted) live.insert(id);
      const Plan& plan = scheduler.plan(now);
      std::int64_t rows = 0;
      std::set<TurnId> seen;
      for (const PlanEntry& entry : plan.entries) {
        rows += std::max(entry.prompt_tokens, 1);
        EXPECT_TRUE(seen.insert(entry.turn).second);
        EXPECT_TRUE(live.contains(static_cast<std::uint64_t>(entry.turn)));
      }
      ASSERT_LE(rows, limits.step_rows_max);
      const double us = plan.predicted_us * (0.5 + static_cast<double>(random() % 100) / 50);
      now += static_cast<TimeUs>(us) + 1;
      scheduler.stepped(now, us);
      if (random() % 4 == 0) scheduler.pause(now, TurnId{random() % (id + 1)});
      if (random() % 3 == 0) scheduler.go_on(now, TurnId{random() % (id + 1)});
      if (random() % 3 == 0 && !live.empty()) {
        auto ended = live.begin();
        std::advance(ended, random() % live.size());
        scheduler.ended(TurnId{*ended});
        live.erase(ended);
      }
      ASSERT_EQ(scheduler.live(), static_cast<std::int32_t>(live.size()));
    }
  }
}

// The time that a refused turn is told: when it tries again then, it is let in, and not much
// sooner.
TEST(Scheduler, SaysWhenARefusedTurnWouldBeLetIn) {
  int refused = 0, right = 0;
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    const auto trace = make_trace(Family::kMixed, seed, 2.0, 40);
    Scheduler scheduler({}, CostModel(kSmallModel));
    std::vector<std::int32_t> left, given(trace.size(), 0);
    for (const Arrival& arrival : trace) left.push_back(arrival.spec.prompt_tokens);
    TimeUs now = 0;
    const auto step = [&] {
      const Plan& plan = scheduler.plan(now);
      const std::vector<PlanEntry> entries(plan.entries.begin(), plan.entries.end());
      now += static_cast<TimeUs>(plan.predicted_us) + 1;
      scheduler.stepped(now);
      for (const PlanEntry& entry : entries) {
        const auto i = static_cast<std::size_t>(entry.turn);
        left[i] -= entry.prompt_tokens;
        if (left[i] == 0 && ++given[i] == trace[i].answer_tokens) scheduler.ended(entry.turn);
      }
    };
    TimeUs told = 0, since = 0;
    TurnSpec again{};
    const std::size_t patience = seed;  // Not always the first.
    std::size_t seen = 0;
    for (std::size_t next = 0; next < trace.size() && told == 0; step()) {
      for (; next < trace.size() && trace[next].spec.arrival_us <= now && told == 0; ++next) {
        TurnSpec spec = trace[next].spec;
        spec.arrival_us = now;
        const Admission admission = scheduler.admit(now, spec);
        if (admission.verdict != Verdict::kRefused || seen++ < patience) continue;
        told = admission.retry_after_us;
        since = now;
        again = spec;
      }
    }
    if (told == 0) continue;
    ++refused;
    again.id = TurnId{1'000'000};
    do {
      again.arrival_us = now;
      if (scheduler.admit(now, again).verdict == Verdict::kAdmitted) break;
      step();
    } while (scheduler.live() > 0);
    // Steps are up to 150 ms long: nobody is let in within one.
    const auto waited = static_cast<double>(now - since);
    right += std::abs(waited - static_cast<double>(told)) <= std::max(0.2 * waited, 150e3);
  }
  EXPECT_GE(refused, 30);
  EXPECT_GE(right, refused * 9 / 10) << right << " of " << refused;
}

}  // namespace
}  // namespace byeol::scheduler
