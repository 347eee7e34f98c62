#include "cli/bench_context.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "bench/statistics.h"
#include "cli/command_line.h"
#include "formats/printable.h"

namespace byeol::cli {
namespace {

void print_line(const char* what, const std::vector<double>& step_ms, std::int32_t sequences,
                double empty_ms) {
  const double ms = bench::median(step_ms);
  std::printf("%-16s %10.3f ms (±%.1f %%) %10.1f tokens/s %8.1f %% of empty\n", what, ms,
              100 * bench::spread(step_ms), sequences / ms * 1000, 100 * empty_ms / ms);
}

}  // namespace

Status bench_context(const bench::ContextSpeedOptions& what, const MeasureOptions& options) {
  BYEOL_TRY(const LoadedModel loaded, options.load());
  BYEOL_TRY(const bench::ContextSpeed speed,
            bench::measure_context_speed(loaded.model, *loaded.pool, what));
  const bool shares = !speed.shared_ms.empty();
  const double empty_ms = bench::median(speed.empty_ms), own_ms = bench::median(speed.own_ms);
  const double shared_ms = shares ? bench::median(speed.shared_ms) : 0;
  // Of attention alone: all else is in the step with empty sequences. A context so short that it
  // costs nothing measurable says nothing.
  const bool measurable = shares && own_ms > empty_ms && shared_ms > empty_ms;
  const double gain = measurable ? (own_ms - empty_ms) / (shared_ms - empty_ms) : 0;
  if (options.json()) {
    nlohmann::ordered_json json = {{"empty_ms", empty_ms},
                                   {"own_ms", own_ms},
                                   {"own_share_of_empty", empty_ms / own_ms},
                                   {"context", what.context},
                                   {"sequences", what.sequences},
                                   {"steps", what.steps},
                                   {"repeat", what.repeat},
                                   {"model", loaded.file_name},
                                   {"isa", speed.isa},
                                   {"threads", loaded.pool->threads()},
                                   {"kv", options.kv()}};
    if (shares) {
      json["shared_ms"] = shared_ms;
      if (measurable) json["attention_gain"] = gain;
    }
    print_json(json);
    return ok();
  }
  std::printf("%s, %s, %d threads, KV cache %s; a step of %d sequences, median and spread of %d\n",
              formats::printable(loaded.file_name).c_str(), speed.isa.c_str(),
              loaded.pool->threads(), options.kv().c_str(), what.sequences, what.repeat);
  print_line("empty", speed.empty_ms, what.sequences, empty_ms);
  print_line("own context", speed.own_ms, what.sequences, empty_ms);
  if (!shares) return ok();
  print_line("shared context", speed.shared_ms, what.sequences, empty_ms);
  if (!measurable) return ok();
  std::printf("what the context adds to a step: %.3f ms own, %.3f ms shared: %.2f x less\n",
              own_ms - empty_ms, shared_ms - empty_ms, gain);
  return ok();
}

}  // namespace byeol::cli
