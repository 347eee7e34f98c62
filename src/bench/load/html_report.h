// The measurements of a load as one page that stands alone: a table, the distributions of first
// tokens and gaps, goodput over the rate, and what happened when. Inline SVG, no foreign host.
//
// Threads: pure functions.
#pragma once

#include <string>

#include "bench/load/run.h"

namespace byeol::bench {

std::string html_report(const LoadReport& report);

// Requests as bars from their arrival to their end, the wait for the first token paler; for at most
// the first 400.
std::string svg_timeline(const LoadRun& run, const LoadDeadline& promise);

}  // namespace byeol::bench
