#include "wire/chat_request.h"

#include "wire/chat_messages.h"

namespace byeol::wire {
namespace {

constexpr std::string_view kEfforts[] = {"none", "minimal", "low", "medium",
                                         "high", "xhigh",   "max"};

std::optional<std::string> read_effort(const FieldReader& body) {
  const std::optional<std::string> effort = body.string("reasoning_effort");
  if (!effort) return std::nullopt;
  for (const std::string_view known : kEfforts)
    if (*effort == known) return effort;
  body.wrong("reasoning_effort",
             "\"none\", \"minimal\", \"low\", \"medium\", \"high\", \"xhigh\" or \"max\"");
  return std::nullopt;
}

Json read_template_variables(const FieldReader& body) {
  Json variables = Json::object();
  if (const Json* given = body.object("chat_template_kwargs")) variables = *given;
  const std::optional<std::string> effort = read_effort(body);
  if (!effort) return variables;
  // What stands in chat_template_kwargs is the more exact wish.
  if (!variables.contains("reasoning_effort")) variables["reasoning_effort"] = *effort;
  if (*effort == "none" && !variables.contains("enable_thinking"))
    variables["enable_thinking"] = false;
  return variables;
}

std::optional<int> read_logprobs(const FieldReader& body) {
  const bool wanted = body.boolean("logprobs").value_or(false);
  const std::optional<std::int64_t> top = body.integer("top_logprobs", 0, 20);
  if (top && !wanted)
    body.refuse("top_logprobs", "'top_logprobs' is only allowed when 'logprobs' is true.");
  if (!wanted) return std::nullopt;
  return static_cast<int>(top.value_or(0));
}

void refuse_audio(const FieldReader& body) {
  constexpr const char* kTextOnly = "; this model answers with text only.";
  if (const Json* modalities = body.array("modalities"))
    for (const Json& modality : *modalities)
      if (modality != "text")
        body.refuse("modalities", "'modalities' has " + described(modality) + kTextOnly,
                    "unsupported_parameter");
  if (body.find("audio") != nullptr)
    body.refuse("audio", std::string("'audio' is given") + kTextOnly, "unsupported_parameter");
}

void read_continuation(const FieldReader& body, ChatRequest& request) {
  request.continue_final_message = body.boolean("continue_final_message").value_or(false);
  request.add_generation_prompt =
      body.boolean("add_generation_prompt").value_or(!request.continue_final_message);
  if (!request.continue_final_message || body.errors()) return;
  if (request.add_generation_prompt)
    body.refuse("continue_final_message",
                "'continue_final_message' and 'add_generation_prompt' are both true; a message is "
                "either continued or begun.");
  if (request.messages.back()["role"] != "assistant")
    body.refuse("continue_final_message",
                "'continue_final_message' is true; expected the last message to be the "
                "assistant's.");
}

// Those that are only stored or told on: their type is checked.
void check_others(const FieldReader& body) {
  body.boolean("store");
  body.object("metadata");
  body.string("prompt_cache_key");
  body.string("safety_identifier");
}

}  // namespace

ApiResult<ChatRequest> read_chat_request(const Json& json) {
  FieldErrors errors;
  const FieldReader body(json, errors);
  ChatRequest request;
  request.model = body.string("model").value_or("");
  request.messages = read_messages(body);
  request.tools = read_tools(body);
  request.parallel_tool_calls = body.boolean("parallel_tool_calls").value_or(true);
  request.template_variables = read_template_variables(body);
  read_continuation(body, request);
  request.answers = read_answers(body);
  request.max_tokens = read_tokens(body, "max_tokens", 1);
  if (const auto tokens = read_tokens(body, "max_completion_tokens", 1))
    request.max_tokens = tokens;
  request.stop = read_stop(body);
  request.sampling = read_sampling(body);
  request.logprobs = read_logprobs(body);
  request.streaming = read_stream(body);
  request.service_tier = read_service_tier(body);
  request.deadline = read_deadline(body);
  request.user = body.string("user");
  check_others(body);
  request.form = read_answer_form(body);
  refuse_audio(body);
  if (errors) return errors.take();
  return request;
}

}  // namespace byeol::wire
