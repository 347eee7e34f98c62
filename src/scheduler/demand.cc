#include "scheduler/demand.h"

#include <algorithm>

namespace byeol::scheduler {

double prompt_us(const CostModel& cost, std::int32_t prompt_left, std::int32_t context) {
  const double tokens = prompt_left;
  return tokens * (cost.cost().prefill + cost.cost().chunk_context * (context + tokens / 2));
}

bool DemandTest::passes(TimeUs now, const CostModel& cost, TimeUs step_max_us, double utilisation,
                        std::span<const Demand> demands) {
  const StepCost& c = cost.cost();
  TimeUs period = step_max_us;
  for (const Demand& demand : demands) period = std::min(period, demand.gap_us);
  double pace = (c.fixed + c.decoding) / static_cast<double>(std::max<TimeUs>(period, 1));
  double mixing = 0;
  by_due_.clear();
  for (const Demand& demand : demands) {
    if (demand.gap_us < kNever)
      pace += (c.decode + c.context * demand.longest + std::max(c.mixing, 0.0)) /
              static_cast<double>(demand.gap_us);
    if (demand.prompt_left > 0 && demand.first_due < kNever)
      by_due_.push_back({demand.first_due, prompt_us(cost, demand.prompt_left, demand.context)});
  }
  const double left = utilisation - pace - mixing;
  if (left < 0) return false;
  std::ranges::sort(by_due_, {}, &Work::due);
  double work = 0;
  for (const Work& prompt : by_due_) {
    work += prompt.us;
    if (work > static_cast<double>(prompt.due - now) * left) return false;
  }
  return true;
}

}  // namespace byeol::scheduler
