// What happened to one request of a load, as a reader of its stream saw it. All times in
// milliseconds since the load began.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/load/plan.h"

namespace byeol::bench {

struct LoadRecord {
  // What was planned.
  double scheduled_ms = 0;
  std::int32_t max_tokens = 0;
  LoadDeadline deadline = {};
  std::string class_name = {};
  // What was done. `called_ms`: when its connection was asked for; `sent_ms`: when the system had
  // taken the request. Of a request that was sent again: of its last attempt.
  std::int32_t attempts = 0;
  double called_ms = -1;
  double sent_ms = -1;
  // What came back. A time for every part of the stream that brought text.
  std::vector<double> token_ms = {};
  double end_ms = -1;
  int status = 0;            // 0: no answer.
  bool is_complete = false;  // The stream came to its end, and said so.
  std::string finish_reason = {};
  std::int32_t prompt_tokens = -1;  // Of `usage`; -1: not told.
  std::int32_t cached_tokens = -1;
  std::int32_t completion_tokens = -1;
  double retry_after_ms = -1;
  std::string error = {};
};

}  // namespace byeol::bench
