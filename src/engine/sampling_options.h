// How a token is chosen. The names and meanings are those of the OpenAI API, vLLM and llama.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/result.h"
#include "constrain/constraint.h"
#include "model/batch.h"

namespace byeol::engine {

// Below it, chance has no say.
inline constexpr float kGreedyTemperature = 1e-5f;

struct SamplingOptions {
  float temperature = 0.8f;         // 0 (or below 1e-5): the most probable token, no chance at all.
  std::int32_t top_k = 40;          // The k most probable; 0: all.
  float top_p = 0.95f;              // The fewest that together have this probability; 1: all.
  float min_p = 0.05f;              // Those at least this probable relative to the best; 0: all.
  float repetition_penalty = 1.0f;  // Divides (multiplies, where negative) logits of tokens seen.
  float presence_penalty = 0.0f;    // Taken from the logits of tokens generated before, once.
  float frequency_penalty = 0.0f;   // The same, once per occurrence.
  std::int32_t penalty_last_n = -1;  // How far back penalties look, in tokens; -1: everything.
  std::vector<std::pair<std::int32_t, float>> logit_bias;  // Added to single tokens; each id once.
  std::uint64_t seed = 0;
  std::uint32_t choice = 0;    // Which of n answers to the same prompt.
  std::int32_t logprobs = -1;  // -1: none; n: of the chosen token and of the n most probable.
};

// kInvalidArgument with a sentence that names the option, its value and its range.
Status check(const SamplingOptions& options);

// The logits that a Sampler with these options can tell apart. `allowed`: see Sampler::sample();
// what is returned refers to it.
model::LogitsWanted logits_wanted(const SamplingOptions& options,
                                  const constrain::Mask* allowed = nullptr);

}  // namespace byeol::engine
