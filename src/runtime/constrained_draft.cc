// Drafts of answers under a constraint: of what the speculator guesses, only what may come is
// computed along, and each row's logits as far as its own mask asks for them.
#include <algorithm>

#include "runtime/runtime.h"

namespace byeol::runtime {

// As far as it leads through what earlier answers have found out: to find out more, for an answer
// that may never come, would take a step's time from everybody.
void Runtime::confine_draft(Live& turn) const {
  constrain::Constraint ahead = *turn.constraint;
  std::int32_t count = 0;
  std::uint32_t certain = 0;
  for (const TokenId token : turn.speculator->proposed()) {
    const std::span<const TokenId> forced = ahead.forced();
    const bool is_forced = !forced.empty();
    if (is_forced && forced.front() != token) break;
    if (!ahead.take(token) || ahead.is_over() || !ahead.is_known()) break;
    certain |= static_cast<std::uint32_t>(is_forced) << count;
    ++count;
  }
  turn.speculator->confine(count, certain);
}

void Runtime::look_ahead(Live& turn, std::span<const TokenId> certain) const {
  Ahead& ahead = turn.ahead;
  const std::span<const TokenId> draft =
      turn.speculator->proposed().first(static_cast<std::size_t>(turn.drafted));
  ahead.tokens.assign(certain.begin(), certain.end());
  ahead.tokens.insert(ahead.tokens.end(), draft.begin(), draft.end());
  ahead.masks.assign(1, turn.allowed);
  constrain::Constraint constraint = *turn.constraint;
  for (const TokenId token : draft) {
    constraint.take(token);
    ahead.masks.push_back(
        allowed_of(turn, constraint, static_cast<std::int32_t>(ahead.masks.size())));
  }
  ahead.wanted.clear();
  for (const auto& mask : ahead.masks)
    ahead.wanted.push_back(engine::logits_wanted(turn.sampling, mask.get()));
}

// Of the tokens that were told since there were `told`, so many are those of the draft from `row`
// on, one after another.
std::int32_t Runtime::rows_come_true(const Live& turn, std::int32_t row, std::size_t told) const {
  const std::span<const TokenId> fresh = std::span(turn.answer->tokens()).subspan(told);
  const std::span<const TokenId> draft = std::span(turn.ahead.tokens)
                                             .last(static_cast<std::size_t>(turn.drafted))
                                             .subspan(static_cast<std::size_t>(row));
  return static_cast<std::int32_t>(std::ranges::mismatch(draft, fresh).in1 - draft.begin());
}

// What follows it is guessed from it; it was guessed from the prompt's last tokens.
void Runtime::remember_answer(const Live& turn) {
  const Answer& answer = *turn.answer;
  const auto prompt = static_cast<std::size_t>(answer.prompt_tokens());
  const std::size_t lead = std::min(prompt, static_cast<std::size_t>(engine::Lookup::kLongest));
  turn.memory->add(std::span(answer.tokens()).subspan(prompt - lead),
                   turn.speculator->acceptance());
}

}  // namespace byeol::runtime
