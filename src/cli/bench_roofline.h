// byeol bench --roofline: what this machine allows and what the kernels make of it
// (bench/roofline.h).
#pragma once

#include "base/result.h"
#include "cli/measure_options.h"

namespace byeol::cli {

Status bench_roofline(const MeasureOptions& options);

}  // namespace byeol::cli
