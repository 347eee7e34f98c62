#include "wire/responses_writer.h"

#include <utility>

#include "wire/json_text.h"

namespace byeol::wire {
namespace {

// In the order of ResponseStatus.
constexpr std::string_view kStatusNames[] = {"queued",     "in_progress", "completed",
                                             "incomplete", "failed",      "cancelled"};

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The fields of an object as text, without its braces.
std::string fields_of(const Json& object) {
  const std::string text = text_of(object);
  return text.substr(1, text.size() - 2);
}

template <typename Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json();
}

// As the number was written: 0.7f is 0.7 and not 0.699999988….
Json number(float value) {
  std::string text;
  append_json_number(text, value);
  return Json::parse(text);
}

std::string_view tier_name(const std::optional<ServiceTier>& tier) {
  return name_of(tier && *tier != ServiceTier::kAuto ? *tier : ServiceTier::kDefault);
}

Json text_settings(const ResponsesRequest& request) {
  Json text{{"format", request.format_written}};
  if (request.verbosity) text["verbosity"] = *request.verbosity;
  return text;
}

Json settings_of(const ResponsesRequest& request) {
  return {{"background", request.background},
          {"frequency_penalty", number(request.sampling.frequency_penalty)},
          {"instructions", or_null(request.instructions)},
          {"max_output_tokens", or_null(request.max_output_tokens)},
          {"max_tool_calls", or_null(request.max_tool_calls)},
          {"metadata", request.metadata},
          {"model", request.model},
          {"parallel_tool_calls", request.parallel_tool_calls},
          {"presence_penalty", number(request.sampling.presence_penalty)},
          {"previous_response_id", or_null(request.previous_response_id)},
          {"prompt_cache_key", or_null(request.prompt_cache_key)},
          {"reasoning",
           {{"effort", or_null(request.reasoning_effort)},
            {"summary", or_null(request.reasoning_summary)}}},
          {"safety_identifier", or_null(request.safety_identifier)},
          {"service_tier", tier_name(request.service_tier)},
          {"store", request.store},
          {"temperature", number(request.sampling.temperature)},
          {"text", text_settings(request)},
          {"tool_choice", request.tools.choice_written},
          {"tools", request.tools.written},
          {"top_logprobs", request.top_logprobs},
          {"top_p", number(request.sampling.top_p)},
          {"truncation", request.truncate ? "auto" : "disabled"},
          {"user", or_null(request.user)}};
}

std::string_view error_code(const ApiError& error) {
  if (error.status == 429) return "rate_limit_exceeded";
  return error.status == 400 ? "invalid_prompt" : "server_error";
}

Json error_of(const std::optional<ApiError>& error) {
  if (!error) return {};
  return {{"code", error_code(*error)}, {"message", error->message}};
}

Json usage_of(const std::optional<CompletionUsage>& usage) {
  if (!usage) return {};
  return {{"input_tokens", usage->prompt_tokens},
          {"input_tokens_details",
           {{"cached_tokens", usage->cached_tokens}, {"cache_write_tokens", 0}}},
          {"output_tokens", usage->completion_tokens},
          {"output_tokens_details", {{"reasoning_tokens", usage->reasoning_tokens}}},
          {"total_tokens", usage->total_tokens()}};
}

Json incomplete_details(ResponseStatus status) {
  if (status != ResponseStatus::kIncomplete) return {};
  return {{"reason", "max_output_tokens"}};
}

}  // namespace

std::string_view name_of(ResponseStatus status) {
  return kStatusNames[static_cast<std::size_t>(status)];
}

ResponseWriter::ResponseWriter(std::string_view id, std::int64_t created_at_s,
                               const ResponsesRequest& request)
    : identity_(fields_of({{"id", id}, {"object", "response"}, {"created_at", created_at_s}})),
      settings_(fields_of(settings_of(request))) {}

void ResponseWriter::append(std::string& to, const ResponseState& state,
                            std::string_view output) const {
  to.append("{").append(identity_).append(",");
  to.append(fields_of({{"status", name_of(state.status)},
                       {"completed_at", or_null(state.completed_at_s)},
                       {"error", error_of(state.error)},
                       {"incomplete_details", incomplete_details(state.status)},
                       {"usage", usage_of(state.usage)}}));
  append_deadline(to, state.deadline);
  to.append(",\"output\":[").append(output).append("],").append(settings_).append("}");
}

std::string item_list(std::span<const ListedItem> items, bool has_more) {
  std::string text = R"({"object":"list","data":[)";
  for (const ListedItem& item : items) {
    if (&item != items.data()) text.push_back(',');
    text.append(item.json);
  }
  const Json first = items.empty() ? Json() : Json(items.front().id);
  const Json last = items.empty() ? Json() : Json(items.back().id);
  text.append("],");
  text.append(fields_of({{"first_id", first}, {"last_id", last}, {"has_more", has_more}}));
  return text.append("}");
}

std::string deleted_response(std::string_view id) {
  return text_of({{"id", id}, {"object", "response"}, {"deleted", true}});
}

std::string input_tokens_answer(std::int64_t input_tokens) {
  return text_of({{"object", "response.input_tokens"}, {"input_tokens", input_tokens}});
}

}  // namespace byeol::wire
