// The command line of `byeol load`.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "bench/load/plan.h"
#include "bench/load/request.h"

namespace byeol::cli {

class LoadOptions {
 public:
  explicit LoadOptions(CLI::App& app);

  // What several options must make sense of together; fills what follows from them.
  Status finish();

  bench::LoadTarget target;
  std::vector<double> rates;  // One run each.
  std::string trace_path;     // Instead of rates.
  double speed_up = 1;
  bench::PoissonLoad load;  // Without its rate and system prompt.
  std::int32_t shared_words = 256;
  std::int32_t retries = 0;
  std::int32_t warm_up = 1;
  // Instead of a load: a scenario. 0: not this one.
  std::int32_t long_prompt_words = 0;
  std::int32_t streams = 4;
  std::int32_t stream_tokens = 1024;
  std::int32_t warm_prefix_words = 0;
  std::int32_t repeat = 0;  // 0: the scenario's own.
  bool stub = false;
  std::string json_path;    // "-": standard output, and nothing else there.
  std::string report_path;  // HTML.

 private:
  void add_target(CLI::App& app);
  void add_load(CLI::App& app);
  void add_promise(CLI::App& app);
  void add_scenarios(CLI::App& app);

  double timeout_s_ = 300;
  std::string endpoint_ = "chat";
};

}  // namespace byeol::cli
