// The measurements of a load as JSON, for other programs; the names are those of the structs.
//
// Threads: pure functions.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "bench/load/long_prompt.h"
#include "bench/load/run.h"
#include "bench/load/warm_prefix.h"

namespace byeol::bench {

// With every record of every run.
nlohmann::ordered_json load_json(const LoadReport& report);
nlohmann::ordered_json load_json(const LongPrompt& measured);
nlohmann::ordered_json load_json(const WarmPrefix& measured);
nlohmann::ordered_json load_json(const Percentiles& percentiles);  // null where nothing was.

}  // namespace byeol::bench
