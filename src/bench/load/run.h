// One run of a load, as reports show it.
#pragma once

#include <string>
#include <vector>

#include "bench/load/plan.h"
#include "bench/load/record.h"
#include "bench/load/request.h"
#include "bench/load/summary.h"

namespace byeol::bench {

struct LoadRun {
  std::string name;  // "4 requests/s", or the trace's.
  double rate = 0;   // Requests a second, as planned.
  std::vector<LoadRecord> records = {};
  LoadSummary summary = {};
};

struct LoadReport {
  LoadTarget target;
  LoadDeadline promise;  // What "good" means.
  std::string prompts;   // "512 shared + 64 own words, 64 tokens each", for a reader.
  std::vector<LoadRun> runs;
};

// The highest rate of which at least so large a share was good, while all lower ones were, too; 0:
// none. Runs without a rate do not count.
double highest_rate(const std::vector<LoadRun>& runs, double good_share);

}  // namespace byeol::bench
