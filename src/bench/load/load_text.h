// The measurements of a load as a table for a person.
//
// Threads: pure functions.
#pragma once

#include <string>

#include "bench/load/long_prompt.h"
#include "bench/load/run.h"
#include "bench/load/warm_prefix.h"

namespace byeol::bench {

std::string load_text(const LoadReport& report);
std::string load_text(const LongPrompt& measured, std::int32_t streams);
std::string load_text(const WarmPrefix& measured);
// "first token <= 500 ms, mean gap <= 120 ms"
std::string promise_text(const LoadDeadline& promise);

}  // namespace byeol::bench
