// For tests: traces of turns, and what becomes of them on a virtual clock, where every step takes
// exactly what the cost model says; under the scheduler and under plans that know no deadline.
#pragma once

#include <cstdint>
#include <vector>

#include "scheduler/scheduler.h"

namespace byeol::scheduler {

// A small model on two cores: 286 us a token of a prompt, 2.2 ms a decode.
inline constexpr StepCost kSmallModel = {.fixed = 1500,
                                         .prefill = 286,
                                         .chunk_context = 0.2,
                                         .decoding = 300,
                                         .decode = 350,
                                         .context = 0.6,
                                         .mixing = 0};

struct Arrival {
  TurnSpec spec;  // id: the place in the trace.
  std::int32_t answer_tokens;
};

// kAllKinds: every kind of deadline and none, short and cached prompts.
enum class Family { kBursty, kLongAmongVoice, kMixed, kAllKinds };
// `load`: work that arrives, as a share of what the machine can do.
std::vector<Arrival> make_trace(Family family, std::uint32_t seed, double load, double seconds);

struct Outcome {
  bool refused = false;
  TimeUs retry_after_us = 0;
  std::int32_t tokens = 0;
  bool ended = false;
  TimeUs first_at = kNever, last_at = kNever;
  TimeUs latest_by_us = -kNever;  // The largest lateness of a token; not above 0: all in time.

  bool good() const { return ended && latest_by_us <= 0; }
};

// A token of the turn came now.
void note_token(const TurnSpec& spec, TimeUs now, Outcome& outcome);

struct Played {
  std::vector<Outcome> outcomes;
  std::int64_t missed = 0;  // As the scheduler counts.
  std::int64_t plans = 0;
  double plan_ns = 0, live_turns = 0;  // Sums over its plans.

  std::int64_t good() const;
};
// kJumps: steps that are alike are taken together; lateness is then known of the last of them only.
enum class Pace { kSteps, kJumps };
Played play_scheduled(const std::vector<Arrival>& trace, const Limits& limits,
                      Pace pace = Pace::kSteps);

// First come, first served. chunk_tokens 0: whole prompts before any decode; otherwise all decodes
// in every step, and prompts in what is left of so many rows (Sarathi).
Played play_without_deadlines(const std::vector<Arrival>& trace, std::int32_t chunk_tokens);

}  // namespace byeol::scheduler
