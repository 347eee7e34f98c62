// What the server counts, for GET /metrics: our own names (byeol_…) and, for gateways that read
// them, the names of vLLM (vllm:…) over the same values.
//
// Source of vLLM's names and buckets: vllm/v1/metrics/loggers.py. Threads: any.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/runtime_state.h"

namespace byeol::server {

struct ServedTurn {
  runtime::TurnClass turn_class;
  runtime::FinishReason reason;
  bool had_deadline = false;
  runtime::DeadlineReport deadline;
  runtime::TurnTimings timings;
  double queue_s = 0;  // From its arrival until something was computed for it.
  double total_s = 0;
  std::int32_t max_tokens = 0;
};

class Metrics {
 public:
  explicit Metrics(std::string model_name);
  ~Metrics();

  void step(const runtime::StepReport& step);
  void gap(double seconds);  // Between two tokens of an answer.
  void served(const ServedTurn& turn);
  void responded(std::string_view pattern, std::string_view method, int status, double seconds,
                 std::uint64_t body_bytes);
  // What was answered and never became a request: counted, and no time observed.
  void turned_away(int status, std::uint64_t body_bytes);

  // The text that Prometheus reads; `state` gives the gauges.
  std::string text(const runtime::RuntimeState& state, std::size_t connections);

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace byeol::server
