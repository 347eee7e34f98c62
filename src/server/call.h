// One request on its way through the server, and the ways to answer it.
//
// Threads: any; the exchange orders what comes from several.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "net/http_server.h"
#include "wire/api_error.h"
#include "wire/deadline_report.h"

namespace byeol::server {

class RecordedExchange;

struct Call {
  std::shared_ptr<net::HttpExchange> exchange;
  std::string id;            // Of x-request-id: the client's, or ours.
  std::uint32_t tenant = 0;  // Of the API key.
  std::string owner = {};    // Whose stored responses it may see: Access::owner_of().
  net::HttpHeaders headers;  // That every answer to it carries: x-request-id, CORS.
  // What keeps its answer for who comes again with its Idempotency-Key; null: it has none.
  std::shared_ptr<RecordedExchange> record = {};

  const net::HttpRequest& request() const { return exchange->request(); }
};

// Headers of the call, the content type, what it took so far, and `more`.
net::HttpHeaders headers_of(const Call& call, std::string_view content_type,
                            net::HttpHeaders more = {});

void respond_json(const Call& call, int status, std::string body, net::HttpHeaders more = {});
void respond_error(const Call& call, const wire::ApiError& error, net::HttpHeaders more = {});
// An error, a 429 with when to come again: clients of OpenAI's then wait and try by themselves. 0:
// never.
void respond_refused(const Call& call, const wire::ApiError& error, double retry_after_ms);
// x-deadline-met and its times; none where the request had no deadline.
net::HttpHeaders deadline_headers(const std::optional<wire::DeadlineReport>& report);
// An answer of server-sent events begins.
void begin_events(const Call& call, net::HttpHeaders more = {});

}  // namespace byeol::server
