// Answers under a constraint. What it forces is never sampled: at the beginning it is computed with
// the prompt's last tokens, later along with the token that was chosen before it, all in one step.
// Of the head, only the rows of allowed tokens are computed where those are few.
#include <algorithm>

#include "runtime/runtime.h"

namespace byeol::runtime {
namespace {

// The token, or where only so many are left the one on the shortest way to the end: also of what is
// forced, which the tokenizer may cut into more tokens than there need be.
TokenId steered(constrain::Constraint& constraint, TokenId token, std::int32_t left) {
  return left >= constraint.tokens_to_end() ? constraint.steer(token, left) : token;
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
  if (!turn.constraint->is_over()) turn.allowed = turn.constraint->mask();
}

// What the step computes of it where `planned` rows were planned: all that is certain, as far as
// the step has `room` for more rows.
std::int32_t Runtime::rows_of(const Live& turn, std::int32_t planned, std::int32_t room) const {
  if (!turn.constraint) return planned;
  const bool prompt_goes_on = turn.computed + planned < turn.answer->prompt_tokens();
  return prompt_goes_on ? planned : std::min(turn.pending(), planned + room);
}

void Runtime::take_constrained(Live& turn, std::size_t entry, Time now) {
  const std::int32_t before = turn.answer->generated_tokens();
  const auto end_of = [&]() -> std::optional<FinishReason> {
    while (turn.answer->foreseen() > 0) {
      const TokenId token =
          turn.answer->tokens()[turn.answer->tokens().size() -
                                static_cast<std::size_t>(turn.answer->foreseen())];
      if (const auto reason = tell(turn, {.token = token, .logprob = 0, .top = {}}, now))
        return reason;
    }
    if (turn.constraint->is_over()) return FinishReason::kStop;
    if (const std::span<const TokenId> forced = turn.constraint->forced(); !forced.empty()) {
      constrain::Mask only;
      only.few.assign(1, forced.front());
      turn.allowed = std::make_shared<const constrain::Mask>(std::move(only));
    }
    const Result<engine::Sampled> sampled = choose(turn, entry, 0, samplers_.front());
    if (!sampled) {
      end(turn, FinishReason::kError, sampled.error().message);
      return std::nullopt;
    }
    if (must_look_again(turn, entry, sampled->token)) return std::nullopt;
    if (const auto reason = take_chosen(turn, *sampled, now)) return reason;
    return take_forced(turn, now);
  };
  const std::optional<FinishReason> reason = end_of();
  const std::int32_t gave = turn.answer->generated_tokens() - before;
  counters_.generated_tokens += gave;
  if (turn.ended) return;
  if (gave > 1) scheduler_.gave_more(turn.id, gave - 1);
  if (gave == 0) scheduler_.gave_none(turn.id);
  if (turn.wants_all_logits) return;
  if (reason) return end(turn, *reason, {});
  if (turn.closes && turn.constraint->may_end()) return end_early(turn);
  turn.allowed = turn.constraint->mask();
}

// Where none of the best logits was allowed, the last row is computed again, with all of them.
bool Runtime::must_look_again(Live& turn, std::size_t entry, TokenId token) {
  const std::int32_t best = turn.allowed && turn.allowed->few.empty() && !turn.wants_all_logits
                                ? engine::logits_wanted(turn.sampling, turn.allowed.get()).best
                                : 0;
  turn.wants_all_logits = best > 0 && !engine::is_among(engine_->logits(entry), token, best);
  if (!turn.wants_all_logits) return false;
  engine_->truncate(turn.sequence, --turn.computed);
  return true;
}

std::optional<FinishReason> Runtime::take_chosen(Live& turn, engine::Sampled sampled, Time now) {
  const std::int32_t left = turn.closes
                                ? turn.constraint->tokens_to_end()
                                : turn.answer->max_tokens() - turn.answer->generated_tokens();
  sampled.token = steered(*turn.constraint, sampled.token, left);
  if (!turn.constraint->take(sampled.token)) return FinishReason::kError;
  return tell(turn, sampled, now);
}

std::optional<FinishReason> Runtime::take_forced(Live& turn, Time now) {
  while (turn.forced_at_once && !turn.constraint->is_over() && !turn.constraint->forced().empty()) {
    const TokenId token = turn.constraint->forced().front();
    if (const auto reason = take_chosen(turn, {.token = token, .logprob = 0, .top = {}}, now))
      return reason;
  }
  return turn.constraint->is_over() ? std::optional(FinishReason::kStop) : std::nullopt;
}

// An answer that is complete with its last token has not run out of tokens.
std::optional<FinishReason> Runtime::tell(Live& turn, const engine::Sampled& sampled, Time now) {
  const std::optional<FinishReason> reason = turn.answer->add(sampled, now, *turn.listener);
  const bool is_whole =
      reason == FinishReason::kLength && turn.answer->foreseen() == 0 && turn.constraint->may_end();
  return is_whole ? FinishReason::kStop : reason;
}

}  // namespace byeol::runtime
