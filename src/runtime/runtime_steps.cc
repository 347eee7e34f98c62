// A step: the scheduler's plan → entries of the engine → tokens of the answers.
#include <algorithm>
#include <optional>
#include <utility>

#include "base/check.h"
#include "runtime/runtime.h"

namespace byeol::runtime {
namespace {

constexpr std::int32_t kPage = engine::Engine::kPageTokens;
constexpr std::int32_t kDraftsBelow = 8;  // Turns in a step.

}  // namespace

// False: there is nothing to compute now.
bool Runtime::step() {
  const Time begin = clock_();
  const scheduler::Plan& plan = scheduler_.plan(since_start(begin));
  heed_endings(plan);
  build_step(plan);
  if (entries_.empty()) {
    if (!plan.entries.empty()) scheduler_.failed();
    return !plan.endings.empty();
  }
  last_step_ = {.shape = plan.shape, .predicted_us = plan.predicted_us};
  for (const engine::StepEntry& entry : entries_)
    last_step_.rows += static_cast<std::int32_t>(entry.tokens.size());
  make_masks();
  const Status stepped = engine_->step(entries_, [this] { settle_masks(); });
  side_.wait();  // Where the step came to no head.
  const Time computed = clock_();
  if (!stepped) {
    scheduler_.failed();
    fail_step(stepped.error());
    return true;
  }
  const std::chrono::duration<double> taken = computed - begin;
  if (forecast_.rows > 0 && forecast_.rows <= StepCosts::kRowsMax && looks_alike())
    costs_of_step().record(forecast_.rows, taken.count());
  // Neither drafts nor forced tokens nor turns that ended meanwhile.
  const bool as_planned = entries_.size() == plan.entries.size() &&
                          last_step_.rows == plan.shape.prefill_tokens + plan.shape.decodes;
  scheduler_.stepped(since_start(computed));
  sample_together();
  if (hand_out_)
    hand_out_([this] { take_results(); });
  else
    take_results();
  ++counters_.steps;
  last_step_.took_us = std::chrono::duration<double, std::micro>(clock_() - begin).count();
  // Choosing tokens and handing them out takes its time, too.
  if (as_planned) scheduler_.learn(last_step_.took_us);
  if (on_step_) on_step_(last_step_);
  return true;
}

void Runtime::heed_endings(const scheduler::Plan& plan) {
  for (const scheduler::PlanEnding& ending : plan.endings) {
    Live* const turn = find(ending.turn);
    if (turn == nullptr || turn->ended) continue;
    switch (ending.ending) {
      case scheduler::Ending::kAtSentenceEnd:
        if (turn->constraint)
          close_early(*turn);
        else
          turn->answer->finish_at_sentence_end();
        break;
      case scheduler::Ending::kNow:
        end_early(*turn);
        break;
      case scheduler::Ending::kAbort:
        end(*turn, FinishReason::kDeadline,
            "the deadline was missed, and the request wished to be stopped then");
        break;
    }
  }
}

void Runtime::build_step(const scheduler::Plan& plan) {
  planned_.clear();
  entries_.clear();
  awaiting_mask_.clear();
  for (const scheduler::PlanEntry& entry : plan.entries) {
    Live* const turn = find(entry.turn);
    if (turn == nullptr || turn->ended) continue;
    if (!turn->begun) begin(*turn);
    turn->drafted = 0;
    planned_.push_back({static_cast<std::size_t>(turn - live_.data()),
                        entry.prompt_tokens > 0 ? entry.prompt_tokens : 1});
  }
  std::ranges::sort(planned_, {}, &Planned::turn);
  add_foreseen(plan);
  plan_drafts(plan.rows_to_spare);
  for (const Planned& planned : planned_) add_entry(live_[planned.turn], planned.rows);
}

// Tokens of answers that are certain already are computed along, as far as deadlines have time for
// more rows; beside prompts, a few.
void Runtime::add_foreseen(const scheduler::Plan& plan) {
  constexpr std::int32_t kBesidePrompts = 8;
  std::int32_t room = engine_->step_rows_max();
  for (const Planned& planned : planned_) room -= planned.rows;
  room = std::min(room, plan.shape.prefill_tokens > 0 ? kBesidePrompts : plan.rows_to_spare);
  for (Planned& planned : planned_) {
    const std::int32_t rows = rows_of(live_[planned.turn], planned.rows, room);
    room -= rows - planned.rows;
    planned.rows = rows;
  }
}

// Only where each turn is to choose, and few turns: the costs of such steps are comparable, and
// rows of many turns fill the kernels without drafts. Only as many rows as deadlines have time for:
// a draft that is wrong would make somebody late. And only where pages are plenty: what a draft
// takes must not be lacking elsewhere. A step of so few rows takes at most two of each turn, the
// copy of a shared one and the next.
void Runtime::plan_drafts(std::int32_t rows_to_spare) {
  const auto turns = static_cast<std::int32_t>(planned_.size());
  const bool decodes = std::ranges::all_of(planned_, [this](const Planned& planned) {
    const Live& turn = live_[planned.turn];
    return turn.pending() == planned.rows && !turn.mean && !turn.in_prefill();
  });
  std::int32_t rows = 0;
  for (const Planned& planned : planned_) rows += planned.rows;
  forecast_ = {decodes ? rows : 0, static_cast<double>(turns)};
  if (!decodes || turns >= kDraftsBelow || rows > StepCosts::kRowsMax) return;
  if (engine_->free_tokens() < 2 * kPage * turns) return;
  rows_to_spare -= rows - turns;  // Forced tokens took them.
  for (const Planned& planned : planned_) {
    Live& turn = live_[planned.turn];
    if (!turn.speculator || !turn.answer->foreseen().empty()) continue;
    if (turn.constraint && !turn.allowed) continue;
    turn.speculator->propose(std::min(turn.answer->cache_room(), rows_to_spare));
    if (turn.constraint) confine_draft(turn);
    turn.drafted = turn.speculator->choose(costs_of_step(), rows, forecast_);
    rows_to_spare -= turn.drafted;
  }
}

// By what stands before any draft.
StepCosts& Runtime::costs_of_step() {
  const bool few = std::ranges::all_of(planned_, [this](const Planned& planned) {
    const Live& turn = live_[planned.turn];
    return turn.allowed && !turn.allowed->few.empty() && turn.sampling.logprobs < 0;
  });
  return few ? few_costs_ : whole_costs_;
}

// Whether costs_of_step() knew what the step would look at: no mask was to be made, and no draft
// leads from few rows of the head to all of them.
bool Runtime::looks_alike() const {
  return awaiting_mask_.empty() && std::ranges::all_of(planned_, [this](const Planned& planned) {
           const Live& turn = live_[planned.turn];
           if (!turn.constraint || turn.drafted == 0 || turn.ahead.wanted.front().tokens.empty())
             return true;
           return std::ranges::none_of(turn.ahead.wanted, [](const model::LogitsWanted& wanted) {
             return wanted.tokens.empty();
           });
         });
}

void Runtime::add_entry(Live& turn, std::int32_t rows) {
  const std::span<const TokenId> tokens = turn.answer->tokens();
  const auto next =
      tokens.subspan(static_cast<std::size_t>(turn.computed), static_cast<std::size_t>(rows));
  if (turn.mean) {
    entries_.push_back({.sequence = turn.sequence, .tokens = next, .hidden = engine::Hidden::kAll});
    return;
  }
  if (turn.constraint && !turn.allowed && rows == turn.pending() && !turn.constraint->is_over())
    awaiting_mask_.push_back(entries_.size());
  const model::LogitsWanted wanted = turn.rating
                                         ? model::LogitsWanted{}
                                         : engine::logits_wanted(turn.sampling, turn.allowed.get());
  if (turn.drafted > 0 && turn.constraint) {
    look_ahead(turn, next);
    entries_.push_back({.sequence = turn.sequence,
                        .tokens = turn.ahead.tokens,
                        .logits = engine::Logits::kAll,
                        .logits_from = rows - 1,
                        .wanted_each = turn.ahead.wanted});
    return;
  }
  if (turn.drafted > 0) {
    entries_.push_back(
        {turn.sequence, turn.speculator->rows(turn.drafted), engine::Logits::kAll, wanted});
    return;
  }
  entries_.push_back({turn.sequence, next,
                      rows == turn.pending() ? engine::Logits::kLast : engine::Logits::kNone,
                      wanted});
}

void Runtime::take_results() {
  const Time now = clock_();
  for (std::size_t entry = 0; entry < planned_.size(); ++entry) {
    Live& turn = live_[planned_[entry].turn];
    const std::int32_t rows = planned_[entry].rows;
    const bool was_prompt = turn.in_prefill();
    const bool samples = rows == turn.pending();
    turn.computed += rows;
    if (was_prompt) {
      counters_.prompt_tokens += rows;
      if (turn.mean) {
        take_states(turn, entry, rows, now);
        continue;
      }
      // Whole pages only: the turn goes on in the last one.
      engine_->remember(turn.sequence, turn.computed / kPage * kPage);
    }
    if (samples && turn.rating)
      rate_first(turn, entry);
    else if (samples && turn.constraint)
      take_constrained(turn, entry, now);
    else if (samples)
      take_tokens(turn, entry, now);
    else if (turn.constraint && !turn.in_prefill())
      scheduler_.gave_none(turn.id);
  }
}

// The token that each row's logits choose, as long as the row behind it was computed from that very
// token. The first one that differs from the draft is chosen as well: its own row did not see it.
void Runtime::take_tokens(Live& turn, std::size_t entry, Time now) {
  Answer& answer = *turn.answer;
  Speculator* const speculator = turn.speculator.get();
  std::optional<FinishReason> reason;
  std::string error;
  std::int32_t accepted = 0;
  for (std::int32_t row = 0;; ++row) {
    const Result<engine::Sampled> sampled = row == 0 && sampled_[entry]
                                                ? *sampled_[entry]
                                                : choose(turn, entry, row, samplers_.front());
    if (!sampled) {
      reason = FinishReason::kError;
      error = sampled.error().message;
      break;
    }
    const TokenId token = sampled->token;
    const bool drafted =
        row < turn.drafted && entries_[entry].tokens[static_cast<std::size_t>(row) + 1] == token;
    accepted += drafted ? 1 : 0;
    ++counters_.generated_tokens;
    reason = answer.add(*sampled, now, *turn.listener);
    if (reason) break;
    if (speculator) speculator->append(token);
    if (!drafted) break;
    ++turn.computed;
  }
  if (turn.drafted > 0) count_draft(turn, accepted);
  if (accepted > 0) scheduler_.gave_more(turn.id, accepted);
  if (reason) end(turn, *reason, std::move(error));
}

// Of what was drafted, so much was chosen, and the rest is cut off.
void Runtime::count_draft(Live& turn, std::int32_t accepted) {
  turn.answer->count_draft(turn.drafted, accepted);
  counters_.drafted_tokens += turn.drafted;
  counters_.accepted_tokens += accepted;
  if (!turn.ended) engine_->truncate(turn.sequence, turn.computed);
}

void Runtime::take_states(Live& turn, std::size_t entry, std::int32_t rows, Time now) {
  for (std::int32_t row = 0; row < rows; ++row) turn.mean->add(engine_->hidden(entry, row));
  if (turn.pending() > 0) return;
  Result<std::vector<float>> mean = turn.mean->mean();
  if (!mean) return end(turn, FinishReason::kError, std::move(mean.error().message));
  close(turn, false);
  turn.answer->end_with(*std::move(mean), now, *turn.listener);
}

// Nothing was computed. Too little memory costs the youngest turn; anything else, all of them.
void Runtime::fail_step(const Error& error) {
  if (error.code == ErrorCode::kOverloaded)
    return end(live_[planned_.back().turn], FinishReason::kError, error.message);
  for (const Planned& planned : planned_)
    end(live_[planned.turn], FinishReason::kError, error.message);
}

}  // namespace byeol::runtime
