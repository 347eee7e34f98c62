#include "cli/bench_neighbour.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "bench/neighbour.h"
#include "bench/statistics.h"
#include "cli/command_line.h"
#include "formats/printable.h"

namespace byeol::cli {

Status bench_neighbour(const bench::SpeedOptions& what, const MeasureOptions& options) {
  BYEOL_TRY(const LoadedModel loaded, options.load());
  const int threads = loaded.pool->threads();
  BYEOL_TRY(const bench::NeighbourSpeed speed,
            bench::measure_neighbour_speed(loaded.model, *loaded.pool, what));
  const struct {
    const char* name;
    double alone, disturbed;
  } phases[] = {{"prefill", bench::median(speed.alone.prefill_tokens_per_s),
                 bench::median(speed.disturbed.prefill_tokens_per_s)},
                {"decode", bench::median(speed.alone.decode_tokens_per_s),
                 bench::median(speed.disturbed.decode_tokens_per_s)}};
  if (options.json()) {
    nlohmann::ordered_json json;
    for (const auto& phase : phases)
      json[phase.name] = {{"alone_tokens_per_s", phase.alone},
                          {"disturbed_tokens_per_s", phase.disturbed},
                          {"ratio", phase.disturbed / phase.alone}};
    json.update({{"sequences", what.sequences},
                 {"repeat", what.repeat},
                 {"model", loaded.file_name},
                 {"isa", speed.alone.isa},
                 {"threads", threads}});
    print_json(json);
    return ok();
  }
  std::printf("%s, %s; tokens/s, medians of %d rounds\n",
              formats::printable(loaded.file_name).c_str(), speed.alone.isa.c_str(), what.repeat);
  std::printf("%-8s %18s %28s %8s\n", "", "one thread alone", "all, beside a busy loop", "ratio");
  for (const auto& phase : phases)
    std::printf("%-8s %18.1f %28.1f %8.2f\n", phase.name, phase.alone, phase.disturbed,
                phase.disturbed / phase.alone);
  return ok();
}

}  // namespace byeol::cli
