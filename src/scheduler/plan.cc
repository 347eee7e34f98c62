#include <algorithm>

#include "scheduler/scheduler.h"

namespace byeol::scheduler {
namespace {

constexpr std::int32_t kChunkMin = 16;  // Fewer tokens of a prompt are not worth a pass.
constexpr TimeUs kAgeing = 10'000'000;  // A class up for so long a wait.

}  // namespace

void Scheduler::ask(Live& turn, Ending ending) {
  endings_.push_back({turn.spec.id, ending});
}

void Scheduler::miss(Live& turn) {
  ++missed_;
  turn.guaranteed = false;
  turn.late = true;
}

void Scheduler::settle(TimeUs now) {
  everyone_ = {};
  for (const Live& turn : turns_) {
    if (!turn.decodes()) continue;
    ++everyone_.decodes;
    everyone_.decode_context += turn.context;
  }
  everyone_us_ = everyone_.decodes > 0 ? cost_.predict_us(everyone_) : 0;
  for (Live& turn : turns_) {
    if (turn.guaranteed && (turn.due < now || turn.total_due < now)) miss(turn);
    if (turn.late && turn.spec.deadline.on_miss == OnMiss::kAbort && !turn.asked_to_stop) {
      turn.asked_to_stop = true;
      ask(turn, Ending::kAbort);
    }
    if (turn.spec.deadline.on_miss != OnMiss::kFinish || turn.total_due >= kNever) continue;
    const auto step = static_cast<TimeUs>(everyone_us_);
    if (!turn.asked_to_finish && now + kSentence * step >= turn.total_due) {
      turn.asked_to_finish = true;
      ask(turn, Ending::kAtSentenceEnd);
    }
    if (!turn.asked_to_stop && now + 2 * std::max<TimeUs>(step, 1) >= turn.total_due) {
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
    if (first == nullptr || memory_given_ + first->memory() > limits_.kv_tokens) return;
    first->has_memory = true;
    memory_given_ += first->memory();
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
    prompts = prompts || (!turn.decodes() && turn.has_memory);
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
  if (prompts) budget = plan_prompts(now, budget);
  // The others as they fit, in turns where they do not.
  const std::size_t count = turns_.size();
  for (std::size_t i = 0; i < count && rows_ < limits_.step_rows_max; ++i) {
    Live& turn = turns_[(turn_to_serve_ + i) % count];
    if (!turn.decodes() || turn.planned != kNotPlanned) continue;
    if (!entries_.empty() && predict_with_decode(turn) > budget) {
      turn_to_serve_ = (turn_to_serve_ + i) % count;
      break;
    }
    plan_decode(turn);
  }
  plan_ = {entries_, endings_, entries_.empty() ? 0 : cost_.predict_us(shape_)};
  step_ends_ = now + static_cast<TimeUs>(plan_.predicted_us);
  return plan_;
}

// Whether the guaranteed prompts are done in time though every step takes all decodes along.
bool Scheduler::takes_its_time(TimeUs now, double budget_us) const {
  const double share = (budget_us - everyone_us_) / std::max(budget_us, 1.0);
  double work = 0;
  TimeUs first = kNever;
  for (const Live& turn : turns_) {
    if (!turn.guaranteed || turn.decodes() || turn.first_due >= kNever) continue;
    work += prompt_us(cost_, turn.prompt_left, turn.context);
    first = std::min(first, turn.first_due);
  }
  return first >= kNever || work <= static_cast<double>(first - now) * share * 0.8;
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
  while (low < high) {
    const std::int32_t middle = (low + high + 1) / 2;
    if (cost_.predict_us(with_chunk(turn, middle)) <= budget_us)
      low = middle;
    else
      high = middle - 1;
  }
  return low;
}

Scheduler::Live* Scheduler::next_prompt(TimeUs now) {
  Live* best = nullptr;
  const auto rank = [now](const Live& turn) {
    return static_cast<std::int64_t>(turn.spec.turn_class) - (now - turn.spec.arrival_us) / kAgeing;
  };
  const auto before = [&](const Live& a, const Live& b) {
    if (a.guaranteed != b.guaranteed) return a.guaranteed;
    if (a.guaranteed && a.first_due != b.first_due) return a.first_due < b.first_due;
    if (rank(a) != rank(b)) return rank(a) < rank(b);
    const std::uint64_t work_a = work_of(a.spec.tenant), work_b = work_of(b.spec.tenant);
    return work_a != work_b ? work_a < work_b : a.order < b.order;
  };
  for (Live& turn : turns_) {
    if (turn.decodes() || !turn.has_memory || turn.planned != kNotPlanned) continue;
    if (best == nullptr || before(turn, *best)) best = &turn;
  }
  return best;
}

// Returns what the step may take now: a prompt that it completes has its first token due.
double Scheduler::plan_prompts(TimeUs now, double budget_us) {
  const double certain = 1 - cost_.error_share();
  for (int i = 0; i < kPromptsPerStep && rows_ < limits_.step_rows_max; ++i) {
    Live* const turn = next_prompt(now);
    if (turn == nullptr) break;
    double budget = budget_us;
    // The first token comes with the end of the step.
    if (turn->guaranteed && turn->first_due < kNever)
      budget =
          std::min(budget, std::max(static_cast<double>(turn->first_due - now) * certain, 0.0));
    std::int32_t tokens = chunk_that_fits(*turn, budget);
    if (tokens < turn->prompt_left) tokens = chunk_that_fits(*turn, budget_us);
    if (tokens < std::min(kChunkMin, turn->prompt_left)) {
      if (!entries_.empty()) break;
      tokens = std::min({kChunkMin, turn->prompt_left, limits_.step_rows_max});
    }
    if (tokens == turn->prompt_left) budget_us = std::min(budget_us, std::max(budget, 0.0));
    shape_ = with_chunk(*turn, tokens);
    rows_ += tokens;
    turn->planned = tokens;
    entries_.push_back({turn->spec.id, tokens});
  }
  return budget_us;
}

}  // namespace byeol::scheduler
