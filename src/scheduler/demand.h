// The demand test: does everything that was promised fit into the machine's time?
//
// Decodes: with the tightest pace as the period of a step, a guaranteed turn takes
// (decode + context * its length) out of every gap of its own, and the steps themselves cost
// (fixed + decoding) out of every period. The sum is the share of time that pace costs.
// Prompts: what is left of the time computes them, earliest due first. For every due time d, the
// work of the prompts due until d must fit into (d - now) * what is left. To that work belong one
// decode of everybody (they may have to go first), for every kPromptsPerStep prompts a step's own
// cost and a decode of those begun before, a step's share for each row, and what prompts and
// decodes cost each other in the steps that they share (mixing).
// Both together stay inside `utilisation`. Every guaranteed turn is counted as if it decoded at its
// longest.
//
// Pure; allocates nothing after construction. One thread at a time.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "scheduler/cost_model.h"
#include "scheduler/turn_spec.h"

namespace byeol::scheduler {

// What steps may be.
struct Steps {
  TimeUs longest_us;
  std::int32_t rows_max;
  double utilisation;  // Of the time, that promises may fill.
};

// What a guaranteed turn may still take.
struct Demand {
  std::int32_t prompt_left = 0;
  std::int32_t context = 0;   // Computed so far.
  std::int64_t longest = 0;   // Context at the answer's longest end.
  TimeUs first_due = kNever;  // Of the first token, while prompt_left > 0.
  TimeUs gap_us = kNever;
};

inline constexpr int kPromptsPerStep = 4;  // So many are begun or continued in a step.

class DemandTest {
 public:
  explicit DemandTest(std::size_t turns_max) { by_due_.reserve(turns_max + 1); }

  // `now`: when the next step can begin.
  bool passes(TimeUs now, const CostModel& cost, const Steps& steps,
              std::span<const Demand> demands);

 private:
  struct Work {
    TimeUs due;
    double us;
    double decode_us;
    std::int32_t tokens;
  };
  std::vector<Work> by_due_;
};

// What is left of a prompt, computed in steps of its own.
double prompt_us(const CostModel& cost, std::int32_t prompt_left, std::int32_t context);

}  // namespace byeol::scheduler
