// byeol bench --neighbour: with a busy loop on one core, against one thread alone
// (bench/neighbour.h).
#pragma once

#include "base/result.h"
#include "bench/speed.h"
#include "cli/measure_options.h"

namespace byeol::cli {

Status bench_neighbour(const bench::SpeedOptions& what, const MeasureOptions& options);

}  // namespace byeol::cli
