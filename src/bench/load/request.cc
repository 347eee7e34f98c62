#include "bench/load/request.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace byeol::bench {
namespace {

using Json = nlohmann::ordered_json;

std::string endpoint_url(const LoadTarget& target, std::string_view endpoint) {
  std::string url = target.url;
  while (url.ends_with('/')) url.pop_back();
  if (!url.ends_with("/v1")) url += "/v1";
  return url.append(endpoint);
}

net::HttpHeaders headers_of(const LoadTarget& target) {
  net::HttpHeaders headers;
  if (!target.api_key.empty()) headers.emplace_back("Authorization", "Bearer " + target.api_key);
  return headers;
}

Json deadline_json(const LoadDeadline& deadline) {
  Json json = Json::object();
  if (deadline.first_ms) json["first_ms"] = *deadline.first_ms;
  if (deadline.gap_ms) json["gap_ms"] = *deadline.gap_ms;
  if (deadline.total_ms) json["total_ms"] = *deadline.total_ms;
  if (!deadline.on_miss.empty()) json["on_miss"] = deadline.on_miss;
  return json;
}

}  // namespace

std::string request_body(const LoadTarget& target, const LoadRequest& request) {
  Json body = {{"model", target.model}};
  if (target.endpoint == LoadEndpoint::kChat) {
    Json messages = Json::array();
    if (!request.system.empty())
      messages.push_back({{"role", "system"}, {"content", request.system}});
    messages.push_back({{"role", "user"}, {"content", request.prompt}});
    body["messages"] = std::move(messages);
  } else {
    body["prompt"] =
        request.system.empty() ? request.prompt : request.system + "\n\n" + request.prompt;
  }
  body["max_tokens"] = request.max_tokens;  // Its successor is not known to every server.
  body["temperature"] = target.temperature;
  body["stream"] = true;
  body["stream_options"] = {{"include_usage", true}};
  if (target.ignore_eos) body["ignore_eos"] = true;
  if (!request.service_tier.empty()) body["service_tier"] = request.service_tier;
  if (target.send_deadline && request.insists) body["deadline"] = deadline_json(request.deadline);
  // A trace may hold bytes that are not UTF-8.
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

net::HttpCall request_call(const LoadTarget& target, std::string body, const std::string& id) {
  const bool chat = target.endpoint == LoadEndpoint::kChat;
  net::HttpCall call = {.method = "POST",
                        .url = endpoint_url(target, chat ? "/chat/completions" : "/completions"),
                        .headers = headers_of(target),
                        .body = std::move(body),
                        .idle_timeout = target.timeout,
                        .total_timeout = target.timeout};
  call.headers.emplace_back("Content-Type", "application/json");
  call.headers.emplace_back("Accept", "text/event-stream");
  call.headers.emplace_back("X-Request-Id", id);
  return call;
}

Status check_reachable(net::HttpClient& client, const LoadTarget& target) {
  const Result<net::HttpAnswer> answer =
      net::fetch(client, {.url = endpoint_url(target, "/models"), .headers = headers_of(target)});
  if (answer || answer.error().code == ErrorCode::kInvalidArgument) {
    if (answer) return ok();
    return answer.error();
  }
  return Error{answer.error().code,
               "no server at " + target.url + " (" + answer.error().message + ")"};
}

}  // namespace byeol::bench
