#include "cli/bench_head.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "bench/head_speed.h"
#include "cli/command_line.h"
#include "cli/read_input.h"
#include "formats/printable.h"

namespace byeol::cli {

Status bench_head(const std::string& text_path, std::int32_t tokens,
                  const MeasureOptions& options) {
  BYEOL_TRY(const std::string text, read_input(text_path));
  BYEOL_TRY(const LoadedModel loaded, options.load());
  BYEOL_TRY(const bench::HeadSpeed speed,
            bench::measure_head_speed(loaded.model, *loaded.pool, text, tokens));
  if (options.json()) {
    nlohmann::ordered_json modes = nlohmann::ordered_json::array();
    for (const bench::HeadSpeed::Mode& mode : speed.modes)
      modes.push_back({{"sampling", mode.name},
                       {"gain", mode.gain},
                       {"gain_lowest", mode.gain_lowest},
                       {"differences", mode.differences}});
    print_json({{"modes", modes},
                {"tokens", speed.tokens},
                {"model", loaded.file_name},
                {"isa", speed.isa},
                {"threads", loaded.pool->threads()}});
    return ok();
  }
  std::printf(
      "%s, %s, %d threads; %d tokens of the text, decoded in turns with the whole output "
      "head\nand with the rows alone that the sampler may choose\n",
      formats::printable(loaded.file_name).c_str(), speed.isa.c_str(), loaded.pool->threads(),
      speed.tokens);
  for (const bench::HeadSpeed::Mode& mode : speed.modes)
    std::printf("%-12s %5.2f x (lowest of 16 steps %.2f x), %d tokens differ\n", mode.name.c_str(),
                mode.gain, mode.gain_lowest, mode.differences);
  return ok();
}

}  // namespace byeol::cli
