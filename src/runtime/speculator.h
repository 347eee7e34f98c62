// Speculation of one turn: which tokens to compute along with the next one in the hope that they
// will be chosen, and how many of them are worth it now. Decides about speed, never about output:
// a drafted token counts only where the sampler, asked in its turn, chooses it.
//
// The life of a step:
//   propose(most)      looks up a draft
//   confine(count, certain)  under a constraint: what of it may come, and what must
//   choose(costs, step)  how many of it pay: the number that makes tokens per second of the whole
//                      step largest, none where plain decoding is the fastest
//   rows(count)        what the engine computes: the newest token and the draft
//   append(token)      each token that was sampled; judges the draft on the way
// A draft that was not computed is judged, too, by the tokens that came without it: when texts
// begin to repeat, that is noticed without having paid for a try.
//
// A turn under a constraint is guessed from earlier answers in its form, too (answer_memory.h), and
// begins with what was learned there of how good such guesses are.
//
// Threads: made by whoever submits the turn (the prompt is indexed there), then the runtime's
// alone. No allocation after construction.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "engine/lookup.h"
#include "model/tokenizer/tokenizer.h"
#include "runtime/answer_memory.h"
#include "runtime/step_costs.h"

namespace byeol::runtime {

using model::TokenId;

// A step as it is planned so far: rows, and how many tokens it will probably bring.
struct StepForecast {
  std::int32_t rows = 0;
  double tokens = 0;
};

class Speculator {
 public:
  static constexpr std::int32_t kDraftMax = StepCosts::kRowsMax - 1;

  // `tokens_max`: the longest that prompt and answer can become. `tokenizer` must outlive it.
  Speculator(const model::Tokenizer& tokenizer, std::span<const TokenId> prompt,
             std::int32_t tokens_max, const AnswerMemory::Content& earlier = {});

  // At most `most` tokens, none of which ends the answer: nothing follows that.
  void propose(std::int32_t most);
  std::span<const TokenId> proposed() const {
    return std::span(rows_).subspan(1, static_cast<std::size_t>(proposed_));
  }
  // Only the first `count` of them may come; bit i: where those before it come, the i-th must.
  void confine(std::int32_t count, std::uint32_t certain);
  // Adds what it decides on to `step`, whose rows without drafts are `plain_rows`.
  std::int32_t choose(const StepCosts& costs, std::int32_t plain_rows, StepForecast& step) const;
  std::span<const TokenId> rows(std::int32_t drafted) const {
    return std::span(rows_).first(static_cast<std::size_t>(1 + drafted));
  }
  void append(TokenId token);
  const Acceptance& acceptance() const { return acceptance_; }

 private:
  bool is_certain(std::int32_t index) const { return ((certain_ >> index) & 1) != 0; }

  const model::Tokenizer& tokenizer_;
  engine::Lookup lookup_;
  Acceptance acceptance_;
  std::array<TokenId, 1 + kDraftMax> rows_{};  // The newest token, then the draft.
  std::int32_t proposed_ = 0;
  std::uint32_t certain_ = 0;
  std::int32_t match_ = 0;   // Of the draft's first token.
  std::int32_t judged_ = 0;  // So many tokens of the draft turned out right.
};

}  // namespace byeol::runtime
