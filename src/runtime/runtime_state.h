// What the runtime is doing, for whoever watches: a copy made between two steps. Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/turn.h"
#include "scheduler/cost_model.h"

namespace byeol::runtime {

enum class Phase { kWaiting, kPrefill, kDecode };

struct TurnState {
  TurnId id;
  std::string name;
  TurnClass turn_class;
  Phase phase;
  std::int32_t prompt_tokens, computed_tokens, reused_tokens;  // computed: of prompt and answer.
  std::int32_t generated_tokens, max_tokens;
  double slack_ms;  // Until its next token is due; infinite: nothing is promised.
};

struct StepReport {
  scheduler::StepShape shape;  // As planned, without drafts.
  std::int32_t rows = 0;       // Tokens computed, drafts included.
  double predicted_us = 0, took_us = 0;
};

struct RuntimeCounters {
  std::int64_t steps = 0, prompt_tokens = 0, generated_tokens = 0;
  std::int64_t drafted_tokens = 0, accepted_tokens = 0;
  std::int64_t admitted = 0, refused = 0;
  std::int64_t missed = 0;  // Guarantees that were not kept.
};

struct RuntimeState {
  std::vector<TurnState> turns;     // In order of arrival.
  StepReport step;                  // The last one.
  std::int64_t kv_used_tokens = 0;  // By running turns.
  std::int64_t kv_capacity_tokens = 0;
  std::int64_t prefix_tokens = 0;  // Remembered.
  double step_max_us = 0;
  double error_share = 0;  // Of the cost model's predictions (cost_model.h).
  RuntimeCounters counters;
};

}  // namespace byeol::runtime
