// How far the generator's times are off: a load against the stub server, which knows when it
// really wrote each token. What is left is our lateness, the sockets and the reading.
//
// Errors: those of the stub and of the client; kIo where a request fails.
// Threads: the caller waits.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "bench/load/open_loop.h"
#include "bench/load/stub_server.h"
#include "bench/load/summary.h"

namespace byeol::bench {

struct Accuracy {
  Percentiles send_ms;            // A request was sent so long after it was planned.
  Percentiles first_token_ms;     // Measured from its plan, less what the server took.
  Percentiles gap_ms;             // Measured less written, without sign.
  std::size_t under_way_max = 0;  // Requests at once.
};

struct AccuracyOptions {
  double rate = 50;
  std::int32_t requests = 200;
  std::int32_t tokens = 64;
  std::uint64_t seed = 1;
  StubSchedule schedule = {};
};

Result<Accuracy> measure_accuracy(const AccuracyOptions& options, const OpenLoopOptions& loop);

}  // namespace byeol::bench
