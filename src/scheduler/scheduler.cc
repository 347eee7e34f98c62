#include "scheduler/scheduler.h"

#include <algorithm>

#include "base/check.h"

namespace byeol::scheduler {
namespace {

constexpr std::int32_t kChunkMin = 16;      // Fewer tokens of a prompt are not worth a pass.
constexpr int kPromptsPerStep = 4;          // So many are begun or continued.
constexpr TimeUs kAgeing = 10'000'000;      // A class up for so long a wait.
constexpr std::int32_t kSentence = 24;      // Tokens in which a sentence should end.
constexpr std::uint32_t kTenants = 1024;    // Counters of work, shared by hash.
constexpr std::uint64_t kAnswerWeight = 4;  // A token of an answer counts as so many of a prompt.

TimeUs later(TimeUs from, TimeUs by) {
  return by >= kNever || from >= kNever ? kNever : from + by;
}

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
  if (turns_.size() == static_cast<std::size_t>(limits_.turns_max))
    return {Verdict::kFull, retry_after(now, spec)};
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
  if (memory_given_ + newcomer.memory() > limits_.kv_tokens) return false;
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
  constexpr int kStepsMax = 2000;
  for (int step = 0; step < kStepsMax; ++step) {
    ahead.end_expected();
    TurnSpec again = spec;
    again.arrival_us = then;
    if (ahead.fits(then, ahead.make_live(again))) break;
    const Plan& plan = ahead.plan(then);
    if (plan.entries.empty()) break;
    then += static_cast<TimeUs>(plan.predicted_us) + 1;
    ahead.stepped(then);
  }
  return std::max<TimeUs>(then - now, 1);
}

// An answer that is longer than usual already is half-way to its longest end.
std::int32_t Scheduler::expected_tokens(const Live& turn) const {
  const double usual = usual_share_[static_cast<std::size_t>(turn.spec.turn_class)];
  const auto tokens = static_cast<std::int32_t>(usual * turn.spec.max_tokens);
  return tokens > turn.given ? tokens : (turn.given + turn.spec.max_tokens + 1) / 2;
}

void Scheduler::end_expected() {
  for (std::size_t i = turns_.size(); i-- > 0;)
    if (turns_[i].given >= turns_[i].expected) ended(turns_[i].spec.id);
}

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

// Of the next token.
TimeUs Scheduler::due_of(const Live& turn) {
  if (turn.given >= turn.spec.max_tokens || turn.gap_us >= kNever) return kNever;
  return later(turn.pace_from, turn.gap_us * turn.given);
}

void Scheduler::give(Live& turn, TimeUs now) {
  if (turn.given++ == 0) {
    turn.first_given = now;
    turn.pace_from = turn.first_due < kNever ? std::max(turn.first_due, now) : now;
  }
  turn.last_given = now;
  turn.due = due_of(turn);
}

void Scheduler::end_step(TimeUs now, std::int64_t steps) {
  step_ends_ = 0;
  for (Live& turn : turns_) {
    if (turn.planned == kNotPlanned) continue;
    if (turn.planned > 0) {
      turn.prompt_left -= turn.planned;
      turn.context += turn.planned;
      work_of(turn.spec.tenant) += static_cast<std::uint64_t>(turn.planned);
    } else {
      turn.context += static_cast<std::int32_t>(steps);
      turn.given += static_cast<std::int32_t>(steps - 1);
      if (steps > 1) turn.due = due_of(turn);
      work_of(turn.spec.tenant) += kAnswerWeight * static_cast<std::uint64_t>(steps);
    }
    turn.planned = kNotPlanned;
    if (turn.decodes()) {
      if (turn.guaranteed && turn.due < now) miss(turn);
      give(turn, now);
    }
  }
}

void Scheduler::stepped(TimeUs now) {
  end_step(now, 1);
}

void Scheduler::stepped(TimeUs now, double us) {
  if (!entries_.empty()) cost_.learn(shape_, us);
  stepped(now);
}

double Scheduler::alike_us(std::int64_t steps) const {
  // Each step's contexts are longer by a token than those of the step before.
  const double longer = cost_.cost().context * static_cast<double>(shape_.decodes);
  const auto count = static_cast<double>(steps);
  return count * plan_.predicted_us + longer * count * (count - 1) / 2;
}

std::int64_t Scheduler::steps_alike(TimeUs now) const {
  if (entries_.empty()) return 0;
  if (shape_.prefill_tokens > 0 || shape_.decodes != everyone_.decodes) return 1;
  // Half as long again, a step would still be within every pace.
  const double longest_us = 1.5 * plan_.predicted_us;
  const double longer = cost_.cost().context * static_cast<double>(shape_.decodes);
  auto steps = static_cast<std::int64_t>(longer > 0 ? 0.5 * plan_.predicted_us / longer : 1e9);
  for (const Live& turn : turns_) {
    if (!turn.decodes()) continue;
    steps = std::min<std::int64_t>(steps, turn.spec.max_tokens - turn.given);
    if (turn.guaranteed && static_cast<double>(turn.gap_us) < longest_us) return 1;
    if (turn.total_due < kNever) {
      const double left = static_cast<double>(turn.total_due - now) / longest_us - kSentence - 1;
      steps = std::min(steps, static_cast<std::int64_t>(left));
    }
  }
  return std::max<std::int64_t>(steps, 1);
}

TimeUs Scheduler::next_change(TimeUs now) const {
  if (entries_.empty()) return kNever;
  return now + static_cast<TimeUs>(alike_us(steps_alike(now)));
}

void Scheduler::stepped_alike(TimeUs now, std::int64_t steps) {
  BYEOL_CHECK(steps == 1 || shape_.prefill_tokens == 0);
  end_step(now, steps);
}

void Scheduler::gave_more(TurnId id, std::int32_t tokens) {
  for (Live& turn : turns_) {
    if (turn.spec.id != id) continue;
    turn.context += tokens;
    for (std::int32_t i = 0; i < tokens; ++i) give(turn, turn.last_given);
  }
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
