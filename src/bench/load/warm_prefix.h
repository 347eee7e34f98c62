// What a shared prefix is worth: the time to the first token of a request with a system prompt that
// the server has never seen, against the next request with the same one.
//
// Errors: kIo with the server's words where a request fails.
// Threads: the caller waits.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/result.h"
#include "bench/load/sender.h"

namespace byeol::bench {

struct WarmPrefixOptions {
  std::int32_t prefix_words = 1000;  // About as many tokens.
  std::int32_t own_words = 16;
  std::int32_t repeat = 7;
  std::uint64_t seed = 1;
};

struct WarmPrefix {
  std::vector<double> computed_ms;  // To the first token, one a repetition.
  std::vector<double> cached_ms;
  std::vector<double> ratios;       // computed / cached of a repetition.
  std::int32_t prompt_tokens = -1;  // Of the last, as the server tells.
  std::int32_t cached_tokens = -1;
};

Result<WarmPrefix> measure_warm_prefix(Sender& sender, const WarmPrefixOptions& options,
                                       const std::function<void(std::int32_t done)>& progress);

}  // namespace byeol::bench
