// Runs a plan against a server in an open loop: each request leaves when it is planned to, however
// many answers are still under way.
//
// Threads: the caller's sends; the client's network thread reads.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "bench/load/plan.h"
#include "bench/load/record.h"
#include "bench/load/request.h"
#include "net/http_client.h"

namespace byeol::bench {

struct LoadProgress {
  std::size_t sent = 0;
  std::size_t ended = 0;
  std::size_t requests = 0;
  double seconds = 0;
};

struct OpenLoopOptions {
  // A refused request (429 or 503 with Retry-After or retry-after-ms) is sent again when the server
  // says, so often. Its scheduled time stays: what a person waits for began there.
  std::int32_t retries = 0;
  std::string id_prefix = "load-";  // x-request-id: with the request's place in the plan.
  std::function<void(const LoadProgress&)> progress = {};  // About ten times a second.
};

// The records, in the plan's order, when all have ended.
std::vector<LoadRecord> run_open_loop(net::HttpClient& client, const LoadTarget& target,
                                      const std::vector<LoadRequest>& plan,
                                      const OpenLoopOptions& options);

}  // namespace byeol::bench
