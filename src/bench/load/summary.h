// What the records of a load say together.
//
// Threads: pure functions.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "bench/load/plan.h"
#include "bench/load/record.h"

namespace byeol::bench {

struct Percentiles {
  std::size_t samples = 0;  // 0: the rest means nothing.
  double p50 = 0;
  double p90 = 0;
  double p95 = 0;
  double p99 = 0;
  double max = 0;
};

Percentiles percentiles(std::span<const double> samples);

struct OutcomeCounts {
  std::size_t requests = 0;
  std::size_t good = 0;
  std::size_t late = 0;
  std::size_t refused = 0;
  std::size_t failed = 0;

  double good_share() const {
    return requests == 0 ? 0 : static_cast<double>(good) / static_cast<double>(requests);
  }
};

// Times in milliseconds, of complete answers only.
struct LoadSummary {
  OutcomeCounts counts;
  std::map<std::string, OutcomeCounts> classes;  // By class_name.
  Percentiles first_token_ms;
  Percentiles mean_gap_ms;   // Of each answer.
  Percentiles worst_gap_ms;  // Of each answer.
  Percentiles gap_ms;        // All gaps of all answers.
  Percentiles total_ms;
  Percentiles send_delay_ms;  // From the planned time until the system had taken the request.
  double seconds = 0;         // From the first arrival to the last end.
  double good_per_s = 0;
  double tokens_per_s = 0;   // Completion tokens.
  double prompt_tokens = 0;  // In the mean, of the servers that tell.
  double cached_tokens = 0;
  std::int64_t completion_tokens = 0;
  std::string first_error;  // Of a failed request, as an example.
};

LoadSummary summarize(const std::vector<LoadRecord>& records, const LoadDeadline& promise);

}  // namespace byeol::bench
