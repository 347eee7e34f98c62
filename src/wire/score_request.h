// POST /v1/byeol/score, both ways: how probable each of some texts is as the answer.
//
//   {"messages": [...] | "prompt": "…", "choices": ["left", "right"]}
//   → {"object": "byeol.scores", "model": "…", "best": 1, "margin": 0.7,
//      "choices": [{"index": 0, "text": "left", "tokens": 1, "logprob": -1.9, "probability": 0.33},
//                  …], "usage": {…}}
// `logprob`: the sum of the tokens' log-probabilities; `probability`: its share among the choices;
// `margin`: between the best and the next `logprob`, null where there is one choice.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "wire/deadline_fields.h"
#include "wire/json_fields.h"

namespace byeol::wire {

struct ScoreRequest {
  std::string model = {};
  Json messages = nullptr;  // Null: `prompt` was given.
  std::string prompt = {};
  std::vector<std::string> choices = {};  // 1 to 256, none empty.
  std::optional<ServiceTier> service_tier = {};
  DeadlineFields deadline = {};
};

ApiResult<ScoreRequest> read_score_request(const Json& body);

struct ScoredChoice {
  std::string text;
  std::int64_t tokens = 0;
  double logprob = 0;
};
// At least one choice.
std::string score_response(std::string_view model, std::span<const ScoredChoice> choices,
                           std::int64_t prompt_tokens);

}  // namespace byeol::wire
