// byeol bench --context N [--sequences N] [--generate N] [--repeat N] ...: what a context costs a
// decode, alone and shared (bench/context_speed.h).
#pragma once

#include "base/result.h"
#include "bench/context_speed.h"
#include "cli/measure_options.h"

namespace byeol::cli {

Status bench_context(const bench::ContextSpeedOptions& what, const MeasureOptions& options);

}  // namespace byeol::cli
