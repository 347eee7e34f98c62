#include "scheduler/demand.h"

#include <algorithm>
#include <cmath>

namespace byeol::scheduler {

double prompt_us(const CostModel& cost, std::int32_t prompt_left, std::int32_t context) {
  const double tokens = prompt_left;
  return tokens * (cost.cost().prefill + cost.cost().chunk_context * (context + tokens / 2));
}

bool DemandTest::passes(TimeUs now, const CostModel& cost, const Steps& steps,
                        std::span<const Demand> demands) {
  const StepCost& c = cost.cost();
  const double step_us = c.fixed + c.decoding;
  TimeUs period = steps.longest_us;
  for (const Demand& demand : demands) period = std::min(period, demand.gap_us);
  double pace = step_us / static_cast<double>(std::max<TimeUs>(period, 1));
  double work_us = step_us;
  std::int32_t decodes = 0;
  by_due_.clear();
  for (const Demand& demand : demands) {
    double decode_us = 0;
    if (demand.gap_us < kNever) {
      decode_us = c.decode + c.context * static_cast<double>(demand.longest);
      ++decodes;
      pace += decode_us / static_cast<double>(std::max<TimeUs>(demand.gap_us, 1));
      work_us += decode_us;
    }
    if (demand.prompt_left > 0 && demand.first_due < kNever)
      by_due_.push_back({demand.first_due,
                         prompt_us(cost, demand.prompt_left, demand.context) +
                             step_us * demand.prompt_left / steps.rows_max,
                         decode_us, demand.prompt_left});
  }
  const double left = steps.utilisation - pace;
  if (left < 0) return false;
  // A prompt is computed in the time that the paces leave of each step, beside all who decode.
  const double chunk =
      std::max(left * static_cast<double>(period) / std::max(c.prefill, 1e-3), 1.0);
  for (Work& prompt : by_due_) {
    const double tokens = prompt.tokens;
    prompt.us += std::max(c.mixing, 0.0) * std::min(tokens, decodes * std::ceil(tokens / chunk));
  }
  std::ranges::sort(by_due_, {}, &Work::due);
  double begun_us = 0;  // A decode of those whose prompts are before this one.
  for (std::size_t i = 0; i < by_due_.size(); ++i) {
    if (i > 0 && i % kPromptsPerStep == 0) work_us += step_us + begun_us;
    begun_us += by_due_[i].decode_us;
    work_us += by_due_[i].us;
    if (work_us > static_cast<double>(by_due_[i].due - now) * left) return false;
  }
  return true;
}

}  // namespace byeol::scheduler
