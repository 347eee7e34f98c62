// Answers under a constraint. What it forces is never sampled: at the beginning it is computed with
// the prompt's last tokens, later along with the token that was chosen before it, all in one step.
// Of the head, only the rows of allowed tokens are computed where those are few.
#include <algorithm>

#include "base/check.h"
#include "runtime/runtime.h"

namespace byeol::runtime {
namespace {

// The token, or where only so many are left the one on the shortest way to the end: also of what is
// forced, which the tokenizer may cut into more tokens than there need be.
TokenId steered(constrain::Constraint& constraint, TokenId token, std::int32_t left) {
  return constraint.ends_within(left) ? constraint.steer(token, left) : token;
}

std::shared_ptr<const constrain::Mask> only(TokenId token) {
  constrain::Mask mask;
  mask.few.assign(1, token);
  mask.count = 1;
  return std::make_shared<const constrain::Mask>(std::move(mask));
}

}  // namespace

// Before its prompt is computed, on the thread of who submits it: the first mask of a grammar is
// the dearest.
void Runtime::foresee_forced(Live& turn) {
  // Each token's log-probabilities want logits of their own.
  turn.forced_at_once = turn.forced_at_once && turn.sampling.logprobs < 0;
  if (turn.forced_at_once) {
    const auto room = static_cast<std::size_t>(turn.answer->max_tokens());
    std::vector<TokenId> foreseen;
    while (foreseen.size() < room && !turn.constraint->forced().empty()) {
      const auto left = static_cast<std::int32_t>(room - foreseen.size());
      foreseen.push_back(steered(*turn.constraint, turn.constraint->forced().front(), left));
      turn.constraint->take(foreseen.back());
    }
    turn.answer->foresee(foreseen);
  }
  if (!turn.constraint->is_over())
    turn.allowed = allowed_of(turn, *turn.constraint,
                              static_cast<std::int32_t>(turn.answer->foreseen().size()));
}

// Masks that no answer has asked for before are made while the layers of the step are computed that
// chooses by them: the head alone wants to know them. Meanwhile nobody else touches these turns.
void Runtime::make_masks() {
  if (awaiting_mask_.empty()) return;
  side_.start([this] {
    for (const std::size_t entry : awaiting_mask_) {
      Live& turn = live_[planned_[entry].turn];
      turn.allowed = allowed_of(turn, *turn.constraint, 0);
    }
  });
}

void Runtime::settle_masks() {
  side_.wait();
  for (const std::size_t entry : awaiting_mask_) {
    const Live& turn = live_[planned_[entry].turn];
    entries_[entry].wanted = engine::logits_wanted(turn.sampling, turn.allowed.get());
  }
}

// What the step computes of it where `planned` rows were planned: all that is certain, as far as
// the step has `room` for more rows.
std::int32_t Runtime::rows_of(const Live& turn, std::int32_t planned, std::int32_t room) const {
  if (!turn.constraint) return planned;
  const bool prompt_goes_on = turn.computed + planned < turn.answer->prompt_tokens();
  return prompt_goes_on ? planned : std::min(turn.pending(), planned + room);
}

// Row by row, as long as what was chosen and what it forces are what the draft had.
void Runtime::take_constrained(Live& turn, std::size_t entry, Time now) {
  const std::int32_t before = turn.answer->generated_tokens();
  std::int32_t accepted = 0;
  std::optional<FinishReason> reason = tell_foreseen(turn, now);
  for (std::int32_t row = 0; !reason;) {
    const std::size_t told = turn.answer->tokens().size();
    reason = take_chosen(turn, entry, row, now);
    if (turn.ended) break;
    const std::int32_t come_true = rows_come_true(turn, row, told);
    accepted += come_true;
    turn.computed += come_true;
    if (told + static_cast<std::size_t>(come_true) < turn.answer->tokens().size()) break;
    row += come_true;
  }
  const std::int32_t gave = turn.answer->generated_tokens() - before;
  counters_.generated_tokens += gave;
  if (turn.drafted > 0) count_draft(turn, accepted);
  if (turn.ended) return;
  if (gave > 1) scheduler_.gave_more(turn.id, gave - 1);
  if (gave == 0) scheduler_.gave_none(turn.id);
  if (reason) return end(turn, *reason, {});
  const bool is_known = !turn.constraint->forced().empty() || turn.constraint->has_mask();
  turn.allowed = is_known ? allowed_of(turn, *turn.constraint, 0) : nullptr;
  if (turn.spec.deadline.on_miss == OnMiss::kFinish)
    scheduler_.needs_to_end(turn.id, turn.constraint->tokens_to_end());
}

std::optional<FinishReason> Runtime::tell_foreseen(Live& turn, Time now) {
  while (!turn.answer->foreseen().empty()) {
    const TokenId token = turn.answer->foreseen().front();
    if (const auto reason = tell(turn, {.token = token, .logprob = 0, .top = {}}, now))
      return reason;
  }
  return turn.constraint->is_over() ? std::optional(FinishReason::kStop) : std::nullopt;
}

// The next token, and what it forces.
std::optional<FinishReason> Runtime::take_chosen(Live& turn, std::size_t entry, std::int32_t row,
                                                 Time now) {
  if (row > 0) turn.allowed = turn.ahead.masks[static_cast<std::size_t>(row)];
  const Result<engine::Sampled> chosen = choose_constrained(turn, entry, row);
  if (!chosen) {
    end(turn, FinishReason::kError, chosen.error().message);
    return std::nullopt;
  }
  if (!turn.constraint->take(chosen->token)) return FinishReason::kError;
  if (const auto reason = tell(turn, *chosen, now)) return reason;
  if (const auto reason = take_forced(turn, now)) return reason;
  return turn.closes && turn.constraint->may_end() ? std::optional(FinishReason::kStop)
                                                   : std::nullopt;
}

// What may follow where the answer's constraint will be in so many tokens: what is forced and
// nothing else. An end is no choice before min_tokens, as long as there is another.
std::shared_ptr<const constrain::Mask> Runtime::allowed_of(const Live& turn,
                                                           constrain::Constraint& constraint,
                                                           std::int32_t tokens_ahead) {
  if (!constraint.forced().empty()) return only(constraint.forced().front());
  std::shared_ptr<const constrain::Mask> mask = constraint.mask();
  if (turn.answer->may_end(tokens_ahead) || !constraint.may_end()) return mask;
  auto open = std::make_shared<constrain::Mask>(*mask);
  for (const TokenId end : constraint.vocabulary().end_tokens()) {
    if (!open->tokens.has(end)) continue;
    open->tokens.remove(end);
    std::erase(open->few, end);
    --open->count;
  }
  return open->count > 0 ? open : mask;
}

// Time runs short: from now on by the shortest way.
void Runtime::close_early(Live& turn) {
  turn.closes = true;
  turn.answer->note_early_end();
}

std::int32_t Runtime::tokens_left(Live& turn) {
  return turn.closes ? turn.constraint->tokens_to_end()
                     : turn.answer->max_tokens() - turn.answer->generated_tokens();
}

// What is forced, or sampled, or where few tokens are left on the way to the end; with the
// log-probability of that one.
Result<engine::Sampled> Runtime::choose_constrained(Live& turn, std::size_t entry,
                                                    std::int32_t row) {
  BYEOL_CHECK(turn.allowed != nullptr);
  Result<engine::Sampled> chosen = choose(turn, entry, row, samplers_.front());
  if (!chosen) return chosen;
  const TokenId token = steered(*turn.constraint, chosen->token, tokens_left(turn));
  if (token == chosen->token) return chosen;
  if (turn.sampling.logprobs < 0) return engine::Sampled{.token = token, .logprob = 0, .top = {}};
  turn.allowed = only(token);
  return choose(turn, entry, row, samplers_.front());
}

std::optional<FinishReason> Runtime::take_forced(Live& turn, Time now) {
  while (turn.forced_at_once && !turn.constraint->is_over() && !turn.constraint->forced().empty()) {
    const TokenId token =
        steered(*turn.constraint, turn.constraint->forced().front(), tokens_left(turn));
    if (!turn.constraint->take(token)) return FinishReason::kError;
    if (const auto reason = tell(turn, {.token = token, .logprob = 0, .top = {}}, now))
      return reason;
  }
  return turn.constraint->is_over() ? std::optional(FinishReason::kStop) : std::nullopt;
}

// An answer that is complete with its last token has not run out of tokens.
std::optional<FinishReason> Runtime::tell(Live& turn, const engine::Sampled& sampled, Time now) {
  const std::optional<FinishReason> reason = turn.answer->add(sampled, now, *turn.listener);
  const bool is_whole = reason == FinishReason::kLength && turn.answer->foreseen().empty() &&
                        turn.constraint->may_end();
  if (turn.speculator && !reason) turn.speculator->append(sampled.token);
  return is_whole ? FinishReason::kStop : reason;
}

}  // namespace byeol::runtime
