// What a request cost in tokens, as OpenAI's `usage` object tells it.
//
// Source: openai-openapi 2.3.0, CompletionUsage. All details are written, also those that are 0:
// clients read them unasked.
#pragma once

#include <cstdint>
#include <string>

#include "wire/json_fields.h"

namespace byeol::wire {

struct CompletionUsage {
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
  std::int64_t cached_tokens = 0;               // Of the prompt: were in the prefix cache.
  std::int64_t reasoning_tokens = 0;            // Of the completion: thinking.
  std::int64_t accepted_prediction_tokens = 0;  // Of a `prediction` in the request.
  std::int64_t rejected_prediction_tokens = 0;

  std::int64_t total_tokens() const { return prompt_tokens + completion_tokens; }
  bool operator==(const CompletionUsage&) const = default;
};

// Of chat completions and completions.
Json to_json(const CompletionUsage& usage);

}  // namespace byeol::wire
