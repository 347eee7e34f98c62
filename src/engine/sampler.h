// From logits to one token. The steps, in the order of Hugging Face and vLLM, so that every filter
// speaks of the probabilities that are really drawn from:
//   1. repetition penalty on tokens of the history (prompt and answer), then presence and frequency
//      penalties on tokens of the answer, each within the last penalty_last_n tokens
//   2. logit bias
//      and what a constraint does not allow is left out, whatever follows
//   3. temperature
//   4. top-k
//   5. top-p among what is left: the most probable first; the one that crosses the limit stays
//   6. min-p
//   7. one draw: the tokens that are left in ascending id, the random number of (seed, choice,
//      position) as a point on the line of their probabilities
// Log-probabilities are those of the model itself: of the logits as they came in, at temperature 1.
//
// Equal logits are ordered by id, the lower first; temperature 0 is step 1, 2 and the first of the
// largest. Deterministic on every CPU (random.h, exp_weights.h).
//
// Cost: 262,144 logits take 0.15 ms with top-k, 1 to 2 ms without. After warm-up no allocation.
// Errors: kInvalidArgument for options out of range, kCorrupt where the logits hold NaN or
// +infinity or forbid every token. Threads: a Sampler belongs to one; it only keeps buffers, so any
// sequence may use it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "constrain/constraint.h"
#include "engine/best_logits.h"
#include "engine/sampling_options.h"

namespace byeol::engine {

struct TokenLogprob {
  std::int32_t token;
  float logprob;  // Natural logarithm.
};

struct Sampled {
  std::int32_t token;
  float logprob;                      // 0 where options.logprobs is -1.
  std::span<const TokenLogprob> top;  // Most probable first; valid until the next sample().
};

class Sampler {
 public:
  // The token at position history.size(). `history`: all tokens of the sequence so far, of which
  // the first prompt_tokens are the prompt. `allowed`: null where any token may follow; of its few
  // tokens, only their logits are looked at.
  Result<Sampled> sample(std::span<const float> logits, std::span<const std::int32_t> history,
                         std::size_t prompt_tokens, const SamplingOptions& options,
                         const constrain::Mask* allowed = nullptr);

 private:
  std::span<const float> adjusted(std::span<const float> logits,
                                  std::span<const std::int32_t> history, std::size_t prompt_tokens,
                                  const SamplingOptions& options);
  void penalize(std::span<const std::int32_t> history, std::size_t prompt_tokens,
                const SamplingOptions& options);
  std::span<const float> constrained(std::span<const float> logits, const constrain::Mask& allowed);
  std::int32_t draw(std::span<const float> logits, float max, double random,
                    const SamplingOptions& options);
  std::int32_t draw_from_best(std::span<const float> logits, float max, double random,
                              const SamplingOptions& options);
  std::int32_t draw_from_all(std::span<const float> logits, float max, double random,
                             const SamplingOptions& options);
  void keep_nucleus(std::span<const float> logits, double wanted);
  void add_logprobs(std::span<const float> logits, std::int32_t count, Sampled& sampled);

  std::vector<float> adjusted_;  // Logits after penalties and bias.
  std::vector<float> allowed_;   // Of those, what a constraint leaves.
  std::vector<float> weights_;
  std::vector<std::int32_t> seen_;  // Per token: occurrences in the window; all 0 between calls.
  std::vector<std::int32_t> generated_;  // The same among the answer's tokens.
  BestLogits best_;
  std::vector<double> buckets_;  // Sums of weights that begin with the same bits.
  std::vector<Candidate> at_border_;
  std::vector<TokenLogprob> top_;
};

}  // namespace byeol::engine
