#include <algorithm>

#include "scheduler/scheduler.h"

namespace byeol::scheduler {

// Goes on in a copy, without newcomers and with answers as long as they usually are, until the turn
// would be let in.
TimeUs Scheduler::retry_after(TimeUs now, const TurnSpec& spec) {
  if (forecast_ == nullptr) return 0;
  Scheduler& ahead = *forecast_;
  ahead.cost_ = cost_;
  ahead.turns_ = turns_;
  ahead.memory_given_ = memory_given_;
  for (Live& turn : ahead.turns_) turn.expected = expected_tokens(turn);
  TimeUs then = std::max(now, step_ends_);
  ahead.stepped(then);
  constexpr int kPlansMax = 2000;
  for (int plans = 0; plans < kPlansMax; ++plans) {
    ahead.end_expected();
    TurnSpec again = spec;
    again.arrival_us = then;
    if (ahead.fits(then, ahead.make_live(again))) break;
    const Plan& plan = ahead.plan(then);
    if (plan.entries.empty()) break;
    const std::int64_t steps = std::min(ahead.steps_alike(then), ahead.steps_to_an_end());
    then += static_cast<TimeUs>(ahead.alike_us(steps)) + 1;
    ahead.stepped_alike(then, steps);
  }
  return std::max<TimeUs>(then - now, 1);
}

// An answer that is longer than usual already is half-way to its longest end.
std::int32_t Scheduler::expected_tokens(const Live& turn) const {
  const double usual = usual_share_[static_cast<std::size_t>(turn.spec.turn_class)];
  const auto tokens = static_cast<std::int32_t>(usual * turn.spec.max_tokens);
  return tokens > turn.given ? tokens : (turn.given + turn.spec.max_tokens + 1) / 2;
}

// Or a hundred: so often a newcomer's chance is looked at.
std::int64_t Scheduler::steps_to_an_end() const {
  std::int64_t steps = 100;
  for (const Live& turn : turns_)
    if (turn.decodes()) steps = std::min<std::int64_t>(steps, turn.expected - turn.given);
  return std::max<std::int64_t>(steps, 1);
}

void Scheduler::end_expected() {
  for (std::size_t i = turns_.size(); i-- > 0;)
    if (turns_[i].given >= turns_[i].expected) ended(turns_[i].spec.id);
}

}  // namespace byeol::scheduler
