#include "scheduler/scheduler.h"

#include <algorithm>

#include "base/check.h"

namespace byeol::scheduler {
namespace {

constexpr std::uint32_t kTenants = 1024;  // Counters of work, shared by hash.

}  // namespace

Scheduler::Scheduler(const Limits& limits, const CostModel& cost, std::nullptr_t)
    : cost_(cost), limits_(limits), test_(static_cast<std::size_t>(limits.turns_max)) {
  BYEOL_CHECK(limits.turns_max > 0 && limits.step_rows_max >= limits.turns_max);
  const auto turns = static_cast<std::size_t>(limits.turns_max);
  turns_.reserve(turns);
  demands_.reserve(turns + 1);
  by_due_.reserve(turns);
  entries_.reserve(turns + kPromptsPerStep);
  endings_.reserve(3 * turns);
  tenant_work_.resize(kTenants);
  usual_share_.fill(1);
}

Scheduler::Scheduler(const Limits& limits, const CostModel& cost)
    : Scheduler(limits, cost, nullptr) {
  forecast_.reset(new Scheduler(limits, cost, nullptr));
}

// A limit on the whole is a limit on the first token and on the pace: the time is shared between
// prompt and answer as their work is.
Scheduler::Live Scheduler::make_live(const TurnSpec& spec) {
  BYEOL_CHECK(spec.prompt_tokens > 0 && spec.max_tokens > 0);
  Live turn{.spec = spec, .order = arrivals_++};
  turn.context = std::clamp(spec.cached_tokens, 0, spec.prompt_tokens - 1);
  turn.prompt_left = spec.prompt_tokens - turn.context;
  const Deadline& deadline = spec.deadline;
  turn.guaranteed = deadline.any();
  turn.first_due = later(spec.arrival_us, deadline.first_us);
  turn.gap_us = deadline.gap_us;
  turn.total_due = later(spec.arrival_us, deadline.total_us);
  if (turn.total_due < kNever && deadline.on_miss != OnMiss::kFinish) {
    const double prompt = prompt_us(cost_, turn.prompt_left, turn.context);
    const double token = cost_.predict_us({.decodes = 1, .decode_context = spec.prompt_tokens});
    const double answer = 2 * token * spec.max_tokens;
    const auto first = static_cast<TimeUs>(static_cast<double>(deadline.total_us) *
                                           (prompt + token) / (prompt + token + answer));
    turn.first_due = std::min(turn.first_due, later(spec.arrival_us, std::max<TimeUs>(first, 1)));
    turn.gap_us = std::min(turn.gap_us, (turn.total_due - turn.first_due) / spec.max_tokens);
  }
  if (turn.first_due >= kNever && turn.total_due < kNever) turn.first_due = turn.total_due;
  turn.due = turn.first_due;
  return turn;
}

Admission Scheduler::admit(TimeUs now, const TurnSpec& spec) {
  Live turn = make_live(spec);
  if (is_full()) return {Verdict::kFull, retry_after(now, spec)};
  if (turn.guaranteed && !fits(now, turn)) {
    if (!fits_alone(now, turn)) return {Verdict::kImpossible, 0};
    return {Verdict::kRefused, retry_after(now, spec)};
  }
  turn.has_memory = memory_given_ + turn.memory() <= limits_.kv_tokens;
  if (turn.has_memory) memory_given_ += turn.memory();
  turns_.push_back(turn);
  return {};
}

Demand Scheduler::demand_of(const Live& turn) {
  return {.prompt_left = turn.prompt_left,
          .context = turn.context,
          .longest = turn.spec.prompt_tokens + turn.spec.max_tokens,
          .first_due = turn.first_due,
          .gap_us = turn.gap_us};
}

// Whether all that is promised, and the newcomer's, could be kept.
bool Scheduler::fits(TimeUs now, const Live& newcomer) {
  if (is_full() || memory_given_ + newcomer.memory() > limits_.kv_tokens) return false;
  demands_.clear();
  for (const Live& turn : turns_)
    if (turn.guaranteed) demands_.push_back(demand_of(turn));
  demands_.push_back(demand_of(newcomer));
  return test_.passes(std::max(now, step_ends_), cost_, limits_.step_max_us, limits_.utilisation,
                      demands_);
}

bool Scheduler::fits_alone(TimeUs now, const Live& newcomer) {
  if (newcomer.memory() > limits_.kv_tokens) return false;
  demands_.assign(1, demand_of(newcomer));
  return test_.passes(std::min(now, newcomer.spec.arrival_us), cost_, limits_.step_max_us,
                      limits_.utilisation, demands_);
}
void Scheduler::ended(TurnId id) {
  const auto found = std::ranges::find_if(turns_, [id](const Live& t) { return t.spec.id == id; });
  if (found == turns_.end()) return;
  if (found->has_memory) memory_given_ -= found->memory();
  if (found->given > 0) {
    double& usual = usual_share_[static_cast<std::size_t>(found->spec.turn_class)];
    usual += (static_cast<double>(found->given) / found->spec.max_tokens - usual) / 32;
  }
  *found = turns_.back();
  turns_.pop_back();
}

TimeUs Scheduler::due(TurnId id) const {
  const auto found = std::ranges::find_if(turns_, [id](const Live& t) { return t.spec.id == id; });
  return found == turns_.end() ? kNever : found->due;
}

}  // namespace byeol::scheduler
