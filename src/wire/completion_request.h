// POST /v1/completions: the body → what the server acts on. What chat_request.h says of fields
// holds here too.
//
// Source: openai-openapi 2.3.0, CreateCompletionRequest.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "wire/answer_form.h"
#include "wire/deadline_fields.h"
#include "wire/prompt_input.h"
#include "wire/sampling_fields.h"

namespace byeol::wire {

struct CompletionRequest {
  std::string model = {};  // "": the client leaves it to the server.
  std::vector<PromptInput> prompts = {};
  bool echo = false;             // The answer begins with the prompt.
  int answers = 1;               // `n`, to each prompt: the choice's index is prompt * n + answer.
  std::int32_t max_tokens = 16;  // 0: with echo, only to look at the prompt.
  std::vector<std::string> stop = {};
  AnswerForm form = {};
  SamplingFields sampling = {};
  std::optional<int> logprobs = {};  // How many of the most probable tokens besides the chosen one.

  StreamFields streaming = {};
  std::optional<ServiceTier> service_tier = {};
  DeadlineFields deadline = {};
  std::optional<std::string> user = {};
};

// best_of must equal n (we pick no best), and suffix must be empty (we fill no gaps): else 400.
ApiResult<CompletionRequest> read_completion_request(const Json& body);

}  // namespace byeol::wire
