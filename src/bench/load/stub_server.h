// A server in this process that answers every request with a fixed schedule of tokens and notes
// when it really wrote them: what a load generator is measured against.
//
// It knows GET /v1/models, and POST /v1/chat/completions and /v1/completions as streams.
// Errors: those of net::HttpServer::start.
// Threads: any.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace byeol::bench {

struct StubSchedule {
  double first_ms = 20;              // From a request's arrival to its first token.
  double gap_ms = 10;                // From token to token; so many as max_tokens says.
  std::int32_t refuse_every = 0;     // Each so many-th request is refused with 429; 0: none.
  std::int32_t retry_after_ms = 30;  // What the refusal says.
};

struct StubTimes {
  std::chrono::steady_clock::time_point arrived;
  std::vector<std::chrono::steady_clock::time_point> written;  // A token each.
};

class StubServer {
 public:
  static Result<std::unique_ptr<StubServer>> start(const StubSchedule& schedule);
  virtual ~StubServer() = default;

  virtual std::string url() const = 0;
  // Of the request with that x-request-id; empty where it has not been answered.
  virtual StubTimes times(const std::string& id) const = 0;
};

}  // namespace byeol::bench
