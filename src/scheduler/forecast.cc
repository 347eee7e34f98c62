#include <algorithm>
#include <cstdlib>

#include "scheduler/scheduler.h"

namespace byeol::scheduler {
namespace {

// So long a forecast is as good for a turn that is alike: in an overload, many of these are refused
// in a row, and what they cost would be lacking to those that were let in.
constexpr TimeUs kForecastHolds = 100'000;
constexpr TimeUs kForecastEvery = 20'000;  // Also of turns that differ.

bool are_alike(const TurnSpec& a, const TurnSpec& b) {
  const std::int32_t prompt_a = a.prompt_tokens - a.cached_tokens;
  const std::int32_t prompt_b = b.prompt_tokens - b.cached_tokens;
  return std::abs(prompt_a - prompt_b) <= std::max(prompt_a, prompt_b) / 8 &&
         a.max_tokens == b.max_tokens && a.deadline.first_us == b.deadline.first_us &&
         a.deadline.gap_us == b.deadline.gap_us && a.deadline.total_us == b.deadline.total_us;
}

}  // namespace

TimeUs Scheduler::retry_after(TimeUs now, const TurnSpec& spec) {
  if (forecast_ == nullptr) return 0;
  const TimeUs age = now - last_forecast_.made_at;
  const bool holds =
      last_forecast_.then > now &&
      (age < kForecastEvery || (age < kForecastHolds && are_alike(spec, last_forecast_.spec)));
  if (!holds) last_forecast_ = {spec, now, now + forecast(now, spec)};
  return last_forecast_.then - now;
}

// Goes on in a copy, without newcomers and with answers as long as they usually are, until the turn
// would be let in.
TimeUs Scheduler::forecast(TimeUs now, const TurnSpec& spec) {
  Scheduler& ahead = *forecast_;
  ahead.cost_ = cost_;
  ahead.turns_ = turns_;
  ahead.memory_given_ = memory_given_;
  for (Live& turn : ahead.turns_) {
    turn.expected = expected_tokens(turn);
    turn.held = false;
    go_on(turn, now);
  }
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
