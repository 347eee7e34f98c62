#include "cli/bench_roofline.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "bench/roofline.h"
#include "cli/command_line.h"

namespace byeol::cli {

Status bench_roofline(const MeasureOptions& options) {
  const auto pool = options.pool();
  BYEOL_TRY(const bench::Roofline roofline, bench::measure_roofline(*pool));
  const model::CpuPeaks& peaks = roofline.peaks;
  if (options.json()) {
    nlohmann::ordered_json points = nlohmann::ordered_json::array();
    for (const bench::Roofline::Point& point : roofline.points)
      points.push_back({{"type", point.type},
                        {"columns", point.columns},
                        {"operations_per_byte", point.operations_per_byte},
                        {"operations_per_s", point.operations_per_s},
                        {"share", point.share}});
    print_json({{"isa", peaks.isa},
                {"threads", pool->threads()},
                {"int8_per_s", peaks.int8_per_s},
                {"float_per_s", peaks.float_per_s},
                {"bytes_per_s", peaks.bytes_per_s},
                {"points", points}});
    return ok();
  }
  std::printf(
      "%s, %d threads: %.0f G int8 operations/s, %.0f GFLOPS in single precision, %.1f GB/s read\n",
      peaks.isa, pool->threads(), peaks.int8_per_s * 1e-9, peaks.float_per_s * 1e-9,
      peaks.bytes_per_s * 1e-9);
  std::printf("%-6s %8s %12s %10s %8s %16s\n", "type", "columns", "operations/B", "G op/s", "GB/s",
              "of what it may");
  for (const bench::Roofline::Point& point : roofline.points)
    std::printf("%-6s %8d %12.1f %10.0f %8.1f %14.0f %%\n", point.type.c_str(), point.columns,
                point.operations_per_byte, point.operations_per_s * 1e-9,
                point.operations_per_s / point.operations_per_byte * 1e-9, 100 * point.share);
  return ok();
}

}  // namespace byeol::cli
