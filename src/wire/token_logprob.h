// Log-probabilities as chat completions tell them. A token's text may be a part of a character:
// `token` shows it with U+FFFD, `bytes` holds what it is.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace byeol::wire {

// An impossible token has one of minus infinity, which JSON lacks; OpenAI writes this.
inline constexpr float kLogprobMin = -9999;

struct TopLogprob {
  std::string bytes;
  float logprob = 0;
};

struct TokenLogprob {
  std::string bytes;
  float logprob = 0;
  std::vector<TopLogprob> top = {};  // The most probable, best first.
};

float clamped_logprob(float logprob);

// [{"token": …, "logprob": …, "bytes": […], "top_logprobs": […]}, …]
void append_json(std::string& to, std::span<const TokenLogprob> tokens);

}  // namespace byeol::wire
