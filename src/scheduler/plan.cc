#include <algorithm>

#include "scheduler/scheduler.h"

namespace byeol::scheduler {
namespace {

constexpr TimeUs kAgeing = 10'000'000;  // A class up for so long a wait.
constexpr double kSpareMin = 10'000;    // Time is spared in pieces, as each asks what is promised.
constexpr TimeUs kQuiet = 500'000;      // A pause that is long even where none was promised.

}  // namespace

void Scheduler::ask(Live& turn, Ending ending) {
  endings_.push_back({turn.spec.id, ending});
}

// What was promised is over, or only what follows from a promise on the whole: then the rest of
// the time is shared anew.
void Scheduler::miss(Live& turn, TimeUs now) {
  const Deadline& deadline = turn.spec.deadline;
  const TimeUs tokens_left = turn.spec.max_tokens - turn.given;
  const bool promised = turn.given == 0 ? deadline.first_us < kNever : deadline.gap_us < kNever;
  if (!promised && now < turn.total_due && tokens_left > 0) {
    turn.gap_us = std::max<TimeUs>((turn.total_due - now) / (tokens_left + 1), 1);
    turn.first_due = now + turn.gap_us;
    turn.pace_from = turn.first_due - turn.gap_us * turn.given;
    turn.due = turn.first_due;
    return;
  }
  if (turn.guaranteed) ++missed_;
  turn.guaranteed = false;
  turn.late = true;
}

void Scheduler::settle(TimeUs now) {
  end_long_pauses(now);
  everyone_ = {};
  bool prompts = false;
  for (const Live& turn : turns_) {
    prompts = prompts || turn.has_work_in_prompt();
    if (!turn.decodes()) continue;
    ++everyone_.decodes;
    everyone_.decode_context += turn.context;
  }
  everyone_us_ = everyone_.decodes > 0 ? cost_.predict_us(everyone_) : 0;
  const auto decode = static_cast<TimeUs>(everyone_us_) + 1;
  // So long may the next step and one after it take.
  const TimeUs two_steps = decode + (prompts ? limits_.step_max_us : decode);
  for (Live& turn : turns_) {
    if (turn.stands_still()) continue;
    if (is_late(turn, now)) miss(turn, now);
    if (turn.late && turn.spec.deadline.on_miss == OnMiss::kAbort && !turn.asked_to_stop) {
      turn.asked_to_stop = true;
      ask(turn, Ending::kAbort);
    }
    if (!turn.finishes()) continue;
    if (turn.given == 0) {
      if (now < turn.total_due || turn.asked_to_stop) continue;
      turn.asked_to_stop = true;
      ask(turn, Ending::kNow);
      continue;
    }
    const TimeUs token = std::max(
        decode, turn.given > 1 ? (turn.last_given - turn.first_given) / (turn.given - 1) : 0);
    if (!turn.asked_to_finish &&
        (turn.late || now + turn.to_end * token + two_steps >= turn.total_due)) {
      turn.asked_to_finish = true;
      ask(turn, Ending::kAtSentenceEnd);
    }
    if (!turn.asked_to_stop && now + two_steps >= turn.total_due) {
      turn.asked_to_stop = true;
      ask(turn, Ending::kNow);
    }
  }
}

// Turns without a deadline may be let in before there is memory for them; they get it in order of
// arrival.
void Scheduler::give_memory() {
  while (true) {
    Live* first = nullptr;
    for (Live& turn : turns_)
      if (!turn.has_memory && (first == nullptr || turn.order < first->order)) first = &turn;
    if (first == nullptr || memory_given_ + memory_of(*first) > limits_.kv_tokens) return;
    first->has_memory = true;
    memory_given_ += memory_of(*first);
  }
}

void Scheduler::plan_decode(Live& turn) {
  turn.planned = 0;
  ++shape_.decodes;
  shape_.decode_context += turn.context;
  ++rows_;
  entries_.push_back({turn.spec.id, 0});
}

// The decodes that are due before `horizon`; where they do not fit, those that are due first.
void Scheduler::plan_guaranteed(TimeUs horizon, double budget_us) {
  by_due_.clear();
  StepShape shape;
  for (std::uint32_t i = 0; i < turns_.size(); ++i) {
    const Live& turn = turns_[i];
    if (!turn.guaranteed || !turn.decodes() || turn.due >= horizon) continue;
    by_due_.push_back(i);
    ++shape.decodes;
    shape.decode_context += turn.context;
  }
  const bool fits = cost_.predict_us(shape) <= budget_us;
  if (!fits) std::ranges::sort(by_due_, {}, [this](std::uint32_t i) { return turns_[i].due; });
  for (const std::uint32_t i : by_due_) {
    if (!fits && !entries_.empty() && predict_with_decode(turns_[i]) > budget_us) return;
    plan_decode(turns_[i]);
  }
}

double Scheduler::predict_with_decode(const Live& turn) const {
  StepShape shape = shape_;
  ++shape.decodes;
  shape.decode_context += turn.context;
  return cost_.predict_us(shape);
}

const Plan& Scheduler::plan(TimeUs now) {
  entries_.clear();
  endings_.clear();
  shape_ = {};
  rows_ = 0;
  settle(now);
  give_memory();

  bool prompts = false;
  TimeUs tightest = kNever;
  for (Live& turn : turns_) {
    turn.planned = kNotPlanned;
    prompts = prompts || turn.has_work_in_prompt();
    if (turn.guaranteed && turn.decodes()) tightest = std::min(tightest, turn.due);
  }
  const double certain = 1 - cost_.error_share();
  double budget = static_cast<double>(limits_.step_max_us);
  if (tightest < kNever) budget = std::min(budget, static_cast<double>(tightest - now) * certain);
  // Urgent is who could be late after a long step more: so the next one can be long, and steps, of
  // which each reads all weights, stay few.
  const double next_step = static_cast<double>(limits_.step_max_us) + everyone_us_ / certain;
  const bool all = !prompts || takes_its_time(now, budget);
  plan_guaranteed(all ? kNever : now + static_cast<TimeUs>(next_step), budget);
  plan_unpromised(now, budget);
  if (prompts) budget = plan_prompts(now, budget);
  // The others as they fit, in turns where they do not.
  const std::size_t count = turns_.size();
  std::size_t first_left = count;
  for (std::size_t i = 0; i < count; ++i) {
    Live& turn = turns_[(turn_to_serve_ + i) % count];
    if (!turn.decodes() || turn.planned != kNotPlanned) continue;
    if (rows_ == limits_.step_rows_max || (!entries_.empty() && predict_with_decode(turn) > budget))
      first_left = std::min(first_left, i);
    else
      plan_decode(turn);
  }
  if (first_left < count) turn_to_serve_ = (turn_to_serve_ + first_left) % count;
  plan_ = {.entries = entries_,
           .endings = endings_,
           .predicted_us = entries_.empty() ? 0 : cost_.predict_us(shape_),
           .shape = shape_};
  plan_.rows_to_spare = rows_to_spare(now, tightest);
  step_ends_ = now + static_cast<TimeUs>(plan_.predicted_us);
  return plan_;
}

// Rows of drafts are counted as decodes. A pass that is longer than a step should be may still take
// as long again. An answer that is to end in time stops where the next step could be too long, so
// behind this one it must find time for a plain one.
std::int32_t Scheduler::rows_to_spare(TimeUs now, TimeUs tightest) const {
  if (shape_.decodes == 0 || shape_.prefill_tokens > 0) return 0;
  const double certain = 1 - cost_.error_share();
  double until_us = std::max(static_cast<double>(limits_.step_max_us), 2 * plan_.predicted_us);
  if (tightest < kNever)
    until_us = std::min(until_us, static_cast<double>(tightest - now) * certain);
  for (const Live& turn : turns_)
    if (turn.finishes() && turn.decodes() && turn.total_due < kNever)
      until_us =
          std::min(until_us, static_cast<double>(turn.total_due - now) * certain - everyone_us_);
  const double spare_us = until_us - plan_.predicted_us;
  if (spare_us <= 0) return 0;
  const StepCost& cost = cost_.cost();
  const double row_us = cost.decode + cost.context * static_cast<double>(shape_.decode_context) /
                                          static_cast<double>(shape_.decodes);
  const double rows_left = static_cast<double>(limits_.step_rows_max - rows_);
  return static_cast<std::int32_t>(row_us > 0 ? std::min(rows_left, spare_us / row_us) : rows_left);
}

// Whether what is promised could still be kept if the machine did something else for so long.
bool Scheduler::can_spare(TimeUs now, double us) {
  demands_.clear();
  for (const Live& turn : turns_)
    if (turn.guaranteed) demands_.push_back(demand_of(turn, now));
  const double close = (1 + limits_.utilisation) / 2;
  return test_.passes(now + static_cast<TimeUs>(us), cost_, steps_at(close), demands_);
}

// Promises fill `utilisation` of the time and no more. The rest is saved up, and spent ahead of
// guaranteed prompts on turns without a promise: a decode that waited long, a part of a prompt.
void Scheduler::plan_unpromised(TimeUs now, double budget_us) {
  bool waiting = false, promised = false;
  for (const Live& turn : turns_) {
    waiting = waiting || (!turn.guaranteed && turn.has_memory && !turn.waits());
    promised = promised || (turn.guaranteed && turn.has_prompt() && !turn.is_paused());
  }
  // Beside prompts that nothing was promised either, answers go on: half of the step is theirs.
  if (!promised) {
    for (Live& turn : turns_) {
      if (turn.guaranteed || !turn.decodes() || turn.planned != kNotPlanned) continue;
      if (rows_ == limits_.step_rows_max || predict_with_decode(turn) > budget_us / 2) break;
      plan_decode(turn);
    }
  }
  if (!waiting) spare_us_ = 0;
  if (!waiting || !promised || spare_us_ < kSpareMin || now < next_spare_) return;
  const double limit = std::min(budget_us, cost_.predict_us(shape_) + spare_us_);
  next_spare_ = now + static_cast<TimeUs>(kSpareMin);
  if (!can_spare(now, limit)) return;
  for (Live& turn : turns_) {
    if (turn.guaranteed || !turn.decodes() || turn.last_given + kQuiet > now) continue;
    if (rows_ == limits_.step_rows_max || predict_with_decode(turn) > limit) break;
    plan_decode(turn);
  }
  double chunk_limit = limit;
  if (Live* const turn = next_prompt(now, false); turn != nullptr && !turn->guaranteed)
    plan_chunk(*turn, now, chunk_limit, Chunk::kIfItFits);
}

// Whether the guaranteed prompts are done in time though every step takes all decodes along.
bool Scheduler::takes_its_time(TimeUs now, double budget_us) const {
  const double share = (budget_us - everyone_us_) / std::max(budget_us, 1.0);
  double work = 0;
  TimeUs first = kNever;
  for (const Live& turn : turns_) {
    if (!turn.guaranteed || !turn.has_prompt() || turn.first_due >= kNever) continue;
    if (turn.is_paused()) continue;
    work += prompt_us(cost_, turn.prompt_left, turn.context);
    first = std::min(first, turn.first_due);
  }
  // By rates, and also where the first one's last step is this one.
  const double time = static_cast<double>(first - now) * 0.8;
  return first >= kNever || (work <= time * share && everyone_us_ + work <= time);
}

StepShape Scheduler::with_chunk(const Live& turn, std::int32_t tokens) const {
  StepShape shape = shape_;
  shape.prefill_tokens += tokens;
  shape.chunk_context += static_cast<double>(tokens) * (turn.context + tokens / 2.0);
  return shape;
}

std::int32_t Scheduler::chunk_that_fits(const Live& turn, double budget_us) const {
  const auto rows = static_cast<std::int32_t>(limits_.step_rows_max - rows_);
  std::int32_t low = 0, high = std::min(turn.prompt_left, rows);
  if (cost_.predict_us(with_chunk(turn, high)) <= budget_us) return high;
  if (cost_.predict_us(with_chunk(turn, 1)) > budget_us) return 0;
  while (low < high) {
    const std::int32_t middle = (low + high + 1) / 2;
    if (cost_.predict_us(with_chunk(turn, middle)) <= budget_us)
      low = middle;
    else
      high = middle - 1;
  }
  return low;
}

Scheduler::Live* Scheduler::next_prompt(TimeUs now, bool guaranteed_first) {
  Live* best = nullptr;
  const auto rank = [now](const Live& turn) {
    return static_cast<std::int64_t>(turn.spec.turn_class) - (now - turn.spec.arrival_us) / kAgeing;
  };
  const auto before = [&](const Live& a, const Live& b) {
    if (a.guaranteed != b.guaranteed) return a.guaranteed == guaranteed_first;
    if (a.guaranteed && a.first_due != b.first_due) return a.first_due < b.first_due;
    if (rank(a) != rank(b)) return rank(a) < rank(b);
    const std::uint64_t work_a = work_of(a.spec.tenant), work_b = work_of(b.spec.tenant);
    return work_a != work_b ? work_a < work_b : a.order < b.order;
  };
  for (Live& turn : turns_) {
    if (!turn.has_work_in_prompt() || turn.planned != kNotPlanned) continue;
    if (best == nullptr || before(turn, *best)) best = &turn;
  }
  return best;
}

// A part of its prompt, as much as the step may take; where it completes the prompt, the step may
// take no longer than until its first token is due. Few tokens are worth it where the step runs
// anyway; where it would be empty otherwise, it is as long as a step may be.
void Scheduler::plan_chunk(Live& turn, TimeUs now, double& budget_us, Chunk chunk) {
  const double certain = 1 - cost_.error_share();
  double budget = budget_us;
  if (turn.guaranteed && turn.first_due < kNever)
    budget = std::min(budget, std::max(static_cast<double>(turn.first_due - now) * certain, 0.0));
  std::int32_t tokens = chunk_that_fits(turn, budget);
  if (tokens < turn.prompt_left && budget < budget_us) tokens = chunk_that_fits(turn, budget_us);
  if (tokens == 0) {
    if (chunk == Chunk::kIfItFits) return;
    if (!entries_.empty()) {
      turn.planned = kPassedOver;
      return;
    }
    tokens = std::max(1, chunk_that_fits(turn, static_cast<double>(limits_.step_max_us)));
  }
  if (tokens == turn.prompt_left) budget_us = std::min(budget_us, budget);
  shape_ = with_chunk(turn, tokens);
  rows_ += tokens;
  turn.planned = tokens;
  entries_.push_back({turn.spec.id, tokens});
}

// Returns what the step may take now.
double Scheduler::plan_prompts(TimeUs now, double budget_us) {
  for (int i = 0; i < kPromptsPerStep && rows_ < limits_.step_rows_max; ++i) {
    Live* const turn = next_prompt(now, true);
    if (turn == nullptr) break;
    plan_chunk(*turn, now, budget_us, Chunk::kRatherThanNothing);
  }
  return budget_us;
}

}  // namespace byeol::scheduler
