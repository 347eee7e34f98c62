// The body of POST /v1/responses, and of POST /v1/responses/input_tokens.
//
//   BYEOL_TRY(const Json json, parse_body(text));
//   BYEOL_TRY(ResponsesRequest request, read_responses_request(json));
//
// Unknown fields are ignored; wrong types, values out of range, and what this server cannot do
// (conversations, stored prompts, hosted tools) are 400 with a sentence. Accepted without effect:
// summaries of reasoning (`reasoning.summary`), `include` of what hosted tools and encrypted
// reasoning would give, `text.verbosity`, `max_tool_calls`.
//
// Source: openai-openapi 2.3.0, CreateResponse and TokenCountsBody; `deadline` and some sampling
// fields are extensions (deadline_fields.h, sampling_fields.h). Threads: plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "wire/answer_form.h"
#include "wire/api_error.h"
#include "wire/deadline_fields.h"
#include "wire/json_fields.h"
#include "wire/responses_items.h"
#include "wire/responses_tools.h"
#include "wire/sampling_fields.h"

namespace byeol::wire {

struct ResponsesRequest {
  std::string model = {};  // "": the client leaves it to the server.
  Items input = {};        // Without ids and with references: see responses_items.h.
  std::optional<std::string> instructions = {};
  std::optional<std::string> previous_response_id = {};
  ResponsesTools tools = {};
  AnswerForm form = {};
  Json format_written = {{"type", "text"}};  // For the Response object.
  bool parallel_tool_calls = true;           // False: one call at most.
  std::optional<std::int32_t> max_output_tokens = {};
  std::optional<std::int64_t> max_tool_calls = {};
  SamplingFields sampling = {};
  bool logprobs = false;  // Of the answer's tokens, and of so many others at each:
  int top_logprobs = 0;   // 0 to 20.
  bool store = true;
  bool background = false;  // Answered at once with status "queued"; implies `store`.
  bool stream = false;
  bool truncate = false;  // True ("auto"): the oldest items may go where the context is full.
  Json metadata = Json::object();
  std::optional<std::string> reasoning_effort = {};  // "none", "minimal", "low", … "max".
  // For the chat template besides: chat_template_kwargs, and the effort as in chat_request.h.
  Json template_variables = Json::object();
  std::optional<std::string> reasoning_summary = {};
  std::optional<std::string> verbosity = {};
  std::optional<std::string> user = {};
  std::optional<std::string> safety_identifier = {};
  std::optional<std::string> prompt_cache_key = {};
  std::optional<ServiceTier> service_tier = {};
  DeadlineFields deadline = {};
};

// `body` holds an object (parse_body()).
ApiResult<ResponsesRequest> read_responses_request(const Json& body);

// What decides how long the prompt is: model, input, instructions,
// previous_response_id, tools, reasoning, truncation. The rest keeps its defaults.
ApiResult<ResponsesRequest> read_input_tokens_request(const Json& body);

}  // namespace byeol::wire
