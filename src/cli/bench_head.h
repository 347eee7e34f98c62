// byeol bench --head TEXT: what skipping rows of the output head is worth on a text.
#pragma once

#include <string>

#include "base/result.h"
#include "cli/measure_options.h"

namespace byeol::cli {

Status bench_head(const std::string& text_path, std::int32_t tokens, const MeasureOptions& options);

}  // namespace byeol::cli
