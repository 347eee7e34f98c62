// What a load asks for, and when: made before it starts, so that nothing that a server does can
// change it (an open loop).
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace byeol::bench {

// What a request is promised; see docs of the server's `deadline`. What is empty is not promised.
struct LoadDeadline {
  std::optional<double> first_ms = {};  // From the arrival to the first token.
  std::optional<double> gap_ms = {};    // From token to token, in the mean.
  std::optional<double> total_ms = {};  // From the arrival to the end.
  std::string on_miss = {};             // "degrade", "finish" or "abort"; empty: the server's way.
};

struct LoadRequest {
  double at_ms = 0;  // Of the load.
  std::string system = {};
  std::string prompt = {};
  std::int32_t max_tokens = 64;
  LoadDeadline deadline = {};
  bool insists = true;  // Otherwise the deadline judges the answer and is never sent.
  std::string class_name = {};
  std::string service_tier = {};  // Empty: not sent.
};

struct PoissonLoad {
  double rate = 1;  // Requests a second.
  std::int32_t requests = 60;
  double duration_s = 0;  // Above 0: as many as arrive in so long, whatever `requests` says.
  std::uint64_t seed = 1;
  std::int64_t first_number = 0;  // Of its prompts: another load's must differ from these.
  std::string system = {};        // Shared by all.
  std::int32_t own_words = 64;
  std::int32_t max_tokens = 64;
  LoadDeadline deadline = {};
};

// Times between arrivals are exponential: `-log(1 - u) / rate`.
std::vector<LoadRequest> plan_poisson(const PoissonLoad& load);

// A trace: one JSON object a line, {"at_ms", "prompt" or "prompt_tokens", "max_tokens", "deadline"
// (with any of first_ms, gap_ms, total_ms, on_miss), "class"}; all but at_ms may be absent, and
// `otherwise` says what holds then. Or a request log of the server's (docs/request_log.md), whose
// lines have "arrival_ms": prompts of as many words that share what was shared, answers as long as
// they were, the same deadlines and classes; of `otherwise` only the seed counts. Empty lines are
// passed over. Sorted by at_ms, which is divided by `speed_up`. kInvalidArgument names the line and
// what it should be.
Result<std::vector<LoadRequest>> plan_trace(std::string_view text, const PoissonLoad& otherwise,
                                            double speed_up = 1);

}  // namespace byeol::bench
