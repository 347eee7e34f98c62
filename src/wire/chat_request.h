// POST /v1/chat/completions: the body → what the server acts on.
//
// Fields that the specification knows are checked: a wrong type or a value out of range is 400.
// Fields that would change the answer's form and that we cannot serve are 400 with a sentence:
// audio. All others are ignored. top_k, min_p, chat_template_kwargs and their like
// are those of vLLM; `deadline` is ours (deadline_fields.h).
//
// Source: openai-openapi 2.3.0, CreateChatCompletionRequest.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "wire/answer_form.h"
#include "wire/chat_tools.h"
#include "wire/deadline_fields.h"
#include "wire/json_fields.h"
#include "wire/sampling_fields.h"

namespace byeol::wire {

struct ChatRequest {
  std::string model = {};         // "": the client leaves it to the server.
  Json messages = Json::array();  // For the chat template; see chat_messages.h.
  ChatTools tools = {};
  AnswerForm form = {};
  bool parallel_tool_calls = true;  // false: at most one call.

  // For the chat template besides: chat_template_kwargs, and reasoning_effort; an effort of "none"
  // also as enable_thinking: false.
  Json template_variables = Json::object();
  bool add_generation_prompt = true;
  bool continue_final_message = false;  // The last message is the assistant's, and unfinished.

  int answers = 1;                              // `n`.
  std::optional<std::int32_t> max_tokens = {};  // Of max_completion_tokens, else of max_tokens.
  std::vector<std::string> stop = {};
  SamplingFields sampling = {};
  std::optional<int> logprobs = {};  // How many of the most probable tokens besides the chosen one.

  StreamFields streaming = {};
  std::optional<ServiceTier> service_tier = {};
  DeadlineFields deadline = {};
  std::optional<std::string> user = {};  // The client's name for its own user.
};

ApiResult<ChatRequest> read_chat_request(const Json& body);

}  // namespace byeol::wire
