// Whole traces on a virtual clock: what was promised is kept, and it is more than plans without
// deadlines keep.
#include <gtest/gtest.h>

#include <string>

#include "scheduler/simulated.h"

namespace byeol::scheduler {
namespace {

constexpr Family kFamilies[] = {Family::kBursty, Family::kLongAmongVoice, Family::kMixed,
                                Family::kAllKinds};
constexpr double kSeconds = 60;

std::string name_of(Family family, double load, std::uint32_t seed) {
  return "family " + std::to_string(static_cast<int>(family)) + ", load " + std::to_string(load) +
         ", seed " + std::to_string(seed);
}

TEST(Simulation, WhatWasLetInMissesNothing) {
  for (const Family family : kFamilies)
    for (const double load : {0.5, 0.9, 1.2, 2.0})
      for (std::uint32_t seed = 0; seed < 100; ++seed) {
        const Played run = play_scheduled(make_trace(family, seed, load, kSeconds), {});
        ASSERT_EQ(run.missed, 0) << name_of(family, load, seed);
        for (const Outcome& outcome : run.outcomes)
          ASSERT_TRUE(outcome.refused || outcome.good()) << name_of(family, load, seed);
      }
}

TEST(Simulation, KeepsMorePromisesThanPlansWithoutDeadlines) {
  for (const Family family : kFamilies)
    for (const double load : {0.7, 1.0, 2.0})
      for (std::uint32_t seed = 0; seed < 20; ++seed) {
        const auto trace = make_trace(family, seed, load, kSeconds);
        const std::int64_t good = play_scheduled(trace, {}).good();
        for (const std::int32_t chunk : {0, 64, 128, 256})
          EXPECT_GE(good, play_without_deadlines(trace, chunk).good())
              << name_of(family, load, seed) << ", chunk " << chunk;
      }
}

// A prompt without a deadline, in the middle of twice what the machine can do.
TEST(Simulation, NobodyStarves) {
  for (const Family family : kFamilies)
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
      auto trace = make_trace(family, seed, 2.0, kSeconds);
      const std::size_t middle = trace.size() / 4;
      TurnSpec& spec = trace[middle].spec;
      spec.deadline = {};
      spec.turn_class = TurnClass::kDefault;
      spec.prompt_tokens = 1000, spec.cached_tokens = 0, spec.max_tokens = 50;
      trace[middle].answer_tokens = 50;
      const Outcome outcome = play_scheduled(trace, {}).outcomes[middle];
      ASSERT_TRUE(outcome.ended) << name_of(family, 2.0, seed);
      // A tenth of the machine would compute it in 3.9 s; kAllKinds has more of its sort.
      const TimeUs patience_us = family == Family::kAllKinds ? 45'000'000 : 12'000'000;
      EXPECT_LT(outcome.first_at - spec.arrival_us, patience_us) << name_of(family, 2.0, seed);
      EXPECT_LT(outcome.last_at - outcome.first_at, 50 * 800'000) << name_of(family, 2.0, seed);
    }
}

TEST(Simulation, OverloadCostsLittleOfWhatIsKept) {
  for (const Family family : kFamilies) {
    double kept[2] = {0, 0};
    for (std::uint32_t seed = 0; seed < 40; ++seed)
      for (const int overload : {0, 1}) {
        const double load = overload == 1 ? 2.0 : 1.0;
        kept[overload] += static_cast<double>(
            play_scheduled(make_trace(family, seed, load, kSeconds), {}).good());
      }
    EXPECT_GE(kept[1], 0.9 * kept[0]) << static_cast<int>(family);
  }
}

// All turns come at once: where they come in between, a microsecond decides which step they join,
// and the two runs part.
TEST(Simulation, JumpsArriveWhereStepsDo) {
  for (const Family family : kFamilies)
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
      auto trace = make_trace(family, seed, 0.3, 5);
      for (Arrival& arrival : trace) arrival.spec.arrival_us = 0;
      const Played steps = play_scheduled(trace, {}),
                   jumps = play_scheduled(trace, {}, Pace::kJumps);
      EXPECT_LT(jumps.plans, steps.plans) << name_of(family, 0.3, seed);
      for (std::size_t i = 0; i < trace.size(); ++i) {
        const Outcome &a = steps.outcomes[i], &b = jumps.outcomes[i];
        ASSERT_EQ(a.refused, b.refused) << name_of(family, 0.3, seed) << ", turn " << i;
        ASSERT_EQ(a.tokens, b.tokens);
        // Times are whole microseconds: a jump rounds once, steps each time.
        ASSERT_NEAR(static_cast<double>(a.first_at), static_cast<double>(b.first_at), 1000);
        ASSERT_NEAR(static_cast<double>(a.last_at), static_cast<double>(b.last_at), 1000);
      }
    }
}

}  // namespace
}  // namespace byeol::scheduler
