#include "engine/sampling_options.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

namespace byeol::engine {
namespace {

std::string shown(float value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", static_cast<double>(value));
  return text;
}

Error out_of_range(const char* name, const std::string& value, const char* expected) {
  return {ErrorCode::kInvalidArgument,
          std::string(name) + " is " + value + "; expected " + expected};
}

}  // namespace

Status check(const SamplingOptions& options) {
  // Written so that NaN fails.
  const auto within = [](float value, float low, float high) {
    return value >= low && value <= high;
  };
  if (!within(options.temperature, 0, 100))
    return out_of_range("temperature", shown(options.temperature), "a number from 0 to 100");
  if (options.top_k < 0)
    return out_of_range("top_k", std::to_string(options.top_k), "0 (all) or more");
  if (!within(options.top_p, 0, 1) || options.top_p == 0)
    return out_of_range("top_p", shown(options.top_p), "a number above 0, up to 1");
  if (!within(options.min_p, 0, 1))
    return out_of_range("min_p", shown(options.min_p), "a number from 0 to 1");
  if (!within(options.repetition_penalty, 0.01f, 100))
    return out_of_range("repetition_penalty", shown(options.repetition_penalty),
                        "a number from 0.01 to 100; 1 is none");
  if (!within(options.presence_penalty, -100, 100))
    return out_of_range("presence_penalty", shown(options.presence_penalty),
                        "a number from -100 to 100");
  if (!within(options.frequency_penalty, -100, 100))
    return out_of_range("frequency_penalty", shown(options.frequency_penalty),
                        "a number from -100 to 100");
  if (options.penalty_last_n < -1)
    return out_of_range("penalty_last_n", std::to_string(options.penalty_last_n),
                        "-1 (everything) or more");
  if (options.logprobs < -1 || options.logprobs > 1000)
    return out_of_range("logprobs", std::to_string(options.logprobs), "-1 (none) to 1000");
  for (const auto& [token, bias] : options.logit_bias) {
    if (std::isnan(bias) || bias == HUGE_VALF)
      return out_of_range("logit_bias", shown(bias), "a finite number, or -inf to forbid a token");
    if (token < 0)
      return out_of_range("a token of logit_bias", std::to_string(token), "a token id");
  }
  return ok();
}

model::LogitsWanted logits_wanted(const SamplingOptions& options, const constrain::Mask* allowed) {
  const bool adjusts = options.repetition_penalty != 1.0f || options.presence_penalty != 0.0f ||
                       options.frequency_penalty != 0.0f || !options.logit_bias.empty();
  if (options.logprobs >= 0) return {};
  if (allowed != nullptr && !allowed->few.empty()) return {.tokens = allowed->few};
  if (adjusts) return {};
  std::span<const std::uint64_t> among;
  if (allowed != nullptr) among = allowed->tokens.words();
  if (options.temperature < kGreedyTemperature) return {.best = 1, .among = among};
  if (options.top_k > 0) return {.best = options.top_k, .among = among};
  // Every token counts for top-p; for min-p alone, those near the best (and a little: the sampler
  // compares rounded weights).
  if (options.top_p < 1 || options.min_p <= 0) return {};
  const float within = 1e-3f + 1.001f * options.temperature * -std::log(options.min_p);
  return {.within = within, .among = among};
}

}  // namespace byeol::engine
