#include "scheduler/scheduler.h"

#include <algorithm>

#include "base/check.h"

namespace byeol::scheduler {
namespace {

constexpr TimeUs kLongWait = 10'000'000;
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
  const auto limit = [](TimeUs us) { return us > kLongest ? kNever : std::max<TimeUs>(us, 0); };
  const Deadline deadline{limit(spec.deadline.first_us), limit(spec.deadline.gap_us),
                          limit(spec.deadline.total_us), spec.deadline.on_miss};
  turn.spec.deadline = deadline;
  turn.guaranteed = deadline.any();
  turn.first_due = later(spec.arrival_us, deadline.first_us);
  turn.gap_us = deadline.gap_us;
  turn.total_due = later(spec.arrival_us, deadline.total_us);
  if (turn.total_due < kNever) {
    // An answer that may be finished early is sure of a sentence or two.
    const std::int32_t sure = deadline.on_miss == OnMiss::kFinish
                                  ? std::min(spec.max_tokens, 2 * kSentence)
                                  : spec.max_tokens;
    const double prompt = prompt_us(cost_, turn.prompt_left, turn.context);
    const double token = cost_.predict_us({.decodes = 1, .decode_context = spec.prompt_tokens});
    const double answer = 2 * token * sure;
    const auto first = static_cast<TimeUs>(static_cast<double>(deadline.total_us) *
                                           (prompt + token) / (prompt + token + answer));
    turn.first_due = std::min(turn.first_due, later(spec.arrival_us, std::max<TimeUs>(first, 1)));
    const TimeUs answer_us = std::max<TimeUs>(turn.total_due - turn.first_due, 0);
    turn.gap_us = std::min(turn.gap_us, answer_us / sure);
  }
  turn.due = turn.first_due;
  return turn;
}

Admission Scheduler::admit(TimeUs now, const TurnSpec& spec) {
  end_long_pauses(now);
  Live turn = make_live(spec);
  if (is_full()) return {Verdict::kFull, retry_after(now, spec)};
  if (turn.guaranteed && !fits(now, turn)) {
    if (spec.insists && !fits_alone(now, turn)) return {Verdict::kImpossible, 0};
    if (spec.insists) return {Verdict::kRefused, retry_after(now, spec)};
    turn.guaranteed = false;
  }
  if (memory_of(turn) > limits_.kv_tokens) return {Verdict::kImpossible, 0};
  // Who has a deadline cannot wait for memory; the others do not pass who waits already.
  const bool waits = std::ranges::any_of(turns_, [](const Live& t) { return !t.has_memory; });
  turn.has_memory =
      memory_given_ + memory_of(turn) <= limits_.kv_tokens && (turn.guaranteed || !waits);
  level_work(spec.tenant);
  if (turn.has_memory) memory_given_ += memory_of(turn);
  turns_.push_back(turn);
  return {};
}

// A tenant that was away does not come back with a fortune: it starts level with the least of those
// that are here.
void Scheduler::level_work(std::uint32_t tenant) {
  std::uint64_t least = 0;
  bool others = false;
  for (const Live& turn : turns_) {
    if (turn.spec.tenant == tenant) return;
    const std::uint64_t work = work_of(turn.spec.tenant);
    least = others ? std::min(least, work) : work;
    others = true;
  }
  if (others) work_of(tenant) = std::max(work_of(tenant), least);
}

// One that is paused may go on any time: by then its due times are later.
Demand Scheduler::demand_of(const Live& turn, TimeUs now) {
  return {.prompt_left = turn.prompt_left,
          .context = turn.context,
          .longest = turn.longest(),
          .first_due = later(turn.first_due, still(turn, now)),
          .gap_us = turn.gap_us};
}

// Who has waited for memory for long is not passed by newcomers any more.
std::int64_t Scheduler::owed_memory(TimeUs now) const {
  std::int64_t owed = 0;
  for (const Live& turn : turns_)
    if (!turn.has_memory && now - turn.spec.arrival_us > kLongWait) owed += memory_of(turn);
  return owed;
}

// Whether all that is promised, and the newcomer's, could be kept.
bool Scheduler::fits(TimeUs now, const Live& newcomer) {
  const std::int64_t memory = memory_given_ + owed_memory(now) + memory_of(newcomer);
  if (is_full() || memory > limits_.kv_tokens) return false;
  demands_.clear();
  for (const Live& turn : turns_)
    if (turn.guaranteed) demands_.push_back(demand_of(turn, now));
  demands_.push_back(demand_of(newcomer, now));
  return test_.passes(std::max(now, step_ends_), cost_, steps_at(limits_.utilisation), demands_);
}

bool Scheduler::fits_alone(TimeUs now, const Live& newcomer) {
  if (memory_of(newcomer) > limits_.kv_tokens) return false;
  demands_.assign(1, demand_of(newcomer, now));
  return test_.passes(std::min(now, newcomer.spec.arrival_us), cost_, steps_at(limits_.utilisation),
                      demands_);
}

Scheduler::Live* Scheduler::find(TurnId id) {
  const auto found = std::ranges::find_if(turns_, [id](const Live& t) { return t.spec.id == id; });
  return found == turns_.end() ? nullptr : &*found;
}

void Scheduler::cached(TurnId id, std::int32_t tokens) {
  Live* const turn = find(id);
  if (turn == nullptr || turn->given > 0) return;
  turn->context = std::clamp(tokens, 0, turn->spec.prompt_tokens - 1);
  turn->prompt_left = turn->spec.prompt_tokens - turn->context;
}

bool Scheduler::goes_before(TurnId first_id, TurnId second_id) const {
  const Live* const first = find(first_id);
  const Live* const second = find(second_id);
  if (first == nullptr || second == nullptr || !first->has_work_in_prompt()) return false;
  if (first->guaranteed != second->guaranteed) return first->guaranteed;
  return first->guaranteed ? first->first_due <= second->first_due
                           : first->spec.turn_class <= second->spec.turn_class;
}

void Scheduler::hold(TurnId id, bool held) {
  if (Live* const turn = find(id)) turn->held = held;
}

void Scheduler::pause(TimeUs now, TurnId id) {
  if (Live* const turn = find(id); turn != nullptr && !turn->is_paused()) turn->paused_at = now;
}

void Scheduler::go_on(TimeUs now, TurnId id) {
  if (Live* const turn = find(id)) go_on(*turn, now);
}

void Scheduler::go_on(Live& turn, TimeUs now) {
  if (!turn.is_paused()) return;
  stand_still(turn, still(turn, now));
  turn.paused_at = kNever;
}

// How long its deadline has stood still in the pause under way.
TimeUs Scheduler::still(const Live& turn, TimeUs now) {
  return turn.stands_still() ? std::min(now - turn.paused_at, kStillMax - turn.still_us) : 0;
}

void Scheduler::stand_still(Live& turn, TimeUs us) {
  for (TimeUs* const time : {&turn.first_due, &turn.total_due, &turn.due}) *time = later(*time, us);
  turn.pace_from += us;
  // Its pace is measured from these.
  turn.first_given += us;
  turn.last_given += us;
  turn.still_us += us;
  // Its reader's doing: nothing that was promised was missed.
  if (turn.still_us == kStillMax) turn.guaranteed = false;
}

void Scheduler::end_long_pauses(TimeUs now) {
  for (Live& turn : turns_)
    if (turn.stands_still() && now - turn.paused_at >= kStillMax - turn.still_us)
      stand_still(turn, still(turn, now));
}

void Scheduler::ended(TurnId id) {
  Live* const found = find(id);
  if (found == nullptr) return;
  if (found->has_memory) memory_given_ -= memory_of(*found);
  if (found->given > 0) {
    double& usual = usual_share_[static_cast<std::size_t>(found->spec.turn_class)];
    usual += (static_cast<double>(found->given) / found->spec.max_tokens - usual) / 32;
  }
  *found = turns_.back();
  turns_.pop_back();
}

}  // namespace byeol::scheduler
