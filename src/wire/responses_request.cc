#include "wire/responses_request.h"

#include <string_view>
#include <utility>

#include "wire/responses_settings.h"

namespace byeol::wire {
namespace {

// The parts of the hosted service that keep state or run programs, which we do not have.
void refuse_hosted_fields(const FieldReader& body) {
  constexpr std::pair<std::string_view, std::string_view> kFields[] = {
      {"conversation", "Conversations are not kept; use 'previous_response_id'."},
      {"prompt", "Stored prompts are not kept; use 'instructions' and 'input'."},
      {"context_management", "Conversations are not compacted; use 'truncation': \"auto\"."},
      {"moderation", "Answers are not moderated; leave it out."}};
  for (const auto& [name, sentence] : kFields) {
    if (body.find(name) == nullptr) continue;
    std::string message = "'" + std::string(name) + "' is not supported. ";
    body.errors().add(unsupported(message.append(sentence), std::string(name)));
  }
}

void read_prompt(const FieldReader& body, ResponsesRequest& request) {
  request.input = read_input(body);
  request.instructions = body.string("instructions");
  request.previous_response_id = body.string("previous_response_id");
  request.tools = read_responses_tools(body);
  request.parallel_tool_calls = body.boolean("parallel_tool_calls").value_or(true);
  request.truncate =
      body.choice<bool>("truncation", {{"auto", true}, {"disabled", false}}).value_or(false);
  read_reasoning_settings(body, request);
  read_text_settings(body, request);
  refuse_hosted_fields(body);
  if (request.input.empty() && !request.previous_response_id)
    body.refuse("input",
                "'input' is empty and there is no 'previous_response_id'; expected one "
                "of them.");
}

void read_generation(const FieldReader& body, ResponsesRequest& request) {
  constexpr std::int32_t kOutputTokensMin = 16;
  request.max_output_tokens = read_tokens(body, "max_output_tokens", kOutputTokensMin);
  request.max_tool_calls = body.integer("max_tool_calls", 1);
  request.sampling = read_sampling(body);
  request.top_logprobs = static_cast<int>(body.integer("top_logprobs", 0, 20).value_or(0));
  request.logprobs = read_include(body);
  request.service_tier = read_service_tier(body);
  request.deadline = read_deadline(body);
}

void read_delivery(const FieldReader& body, ResponsesRequest& request) {
  request.store = body.boolean("store").value_or(true);
  request.background = body.boolean("background").value_or(false);
  request.stream = read_stream(body).stream;
  request.metadata = read_metadata(body);
  request.user = body.string("user");
  request.safety_identifier = body.string("safety_identifier");
  request.prompt_cache_key = body.string("prompt_cache_key");
  if (request.background && !request.store)
    body.refuse("background",
                "'background' is true and 'store' is false; a response that is "
                "fetched later must be stored.");
}

}  // namespace

ApiResult<ResponsesRequest> read_responses_request(const Json& body) {
  FieldErrors errors;
  const FieldReader reader(body, errors);
  ResponsesRequest request;
  request.model = reader.string("model").value_or("");
  read_prompt(reader, request);
  read_generation(reader, request);
  read_delivery(reader, request);
  if (errors) return errors.take();
  return request;
}

ApiResult<ResponsesRequest> read_input_tokens_request(const Json& body) {
  FieldErrors errors;
  const FieldReader reader(body, errors);
  ResponsesRequest request;
  request.model = reader.string("model").value_or("");
  read_prompt(reader, request);
  if (errors) return errors.take();
  return request;
}

}  // namespace byeol::wire
