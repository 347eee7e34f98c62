#include "server/call.h"

#include <chrono>
#include <cmath>
#include <utility>

namespace byeol::server {

net::HttpHeaders headers_of(const Call& call, std::string_view content_type,
                            net::HttpHeaders more) {
  net::HttpHeaders headers = call.headers;
  headers.emplace_back("Content-Type", content_type);
  const std::chrono::duration<double, std::milli> taken =
      std::chrono::steady_clock::now() - call.request().arrived;
  headers.emplace_back("openai-processing-ms", std::to_string(std::llround(taken.count())));
  for (auto& header : more) headers.push_back(std::move(header));
  return headers;
}

void respond_json(const Call& call, int status, std::string body, net::HttpHeaders more) {
  call.exchange->respond(status, headers_of(call, "application/json", std::move(more)),
                         std::move(body));
}

void respond_error(const Call& call, const wire::ApiError& error, net::HttpHeaders more) {
  respond_json(call, error.status, wire::body_of(error), std::move(more));
}

void respond_refused(const Call& call, const wire::ApiError& error, double retry_after_ms) {
  if (error.status != 429) return respond_error(call, error);
  if (retry_after_ms <= 0) return respond_error(call, error, {{"x-should-retry", "false"}});
  respond_error(call, error,
                {{"retry-after-ms", std::to_string(std::llround(std::ceil(retry_after_ms)))},
                 {"retry-after", std::to_string(std::llround(std::ceil(retry_after_ms / 1e3)))},
                 {"x-should-retry", "true"}});
}

net::HttpHeaders deadline_headers(const std::optional<wire::DeadlineReport>& report) {
  if (!report) return {};
  net::HttpHeaders headers{{"x-deadline-met", report->met ? "true" : "false"}};
  const auto add = [&](const char* name, const std::optional<double>& ms) {
    if (ms) headers.emplace_back(name, std::to_string(std::llround(*ms)));
  };
  add("x-deadline-first-ms", report->first_ms);
  add("x-deadline-gap-ms", report->mean_gap_ms);
  add("x-deadline-total-ms", report->total_ms);
  return headers;
}

void begin_events(const Call& call, net::HttpHeaders more) {
  more.emplace_back("Cache-Control", "no-cache");
  more.emplace_back("X-Accel-Buffering", "no");  // Proxies pass each event on at once.
  call.exchange->begin(200, headers_of(call, "text/event-stream; charset=utf-8", std::move(more)));
}

}  // namespace byeol::server
