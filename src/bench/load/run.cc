#include "bench/load/run.h"

#include <algorithm>

namespace byeol::bench {

double highest_rate(const std::vector<LoadRun>& runs, double good_share) {
  std::vector<std::pair<double, double>> shares;
  for (const LoadRun& run : runs)
    if (run.rate > 0) shares.emplace_back(run.rate, run.summary.counts.good_share());
  std::ranges::sort(shares);
  double highest = 0;
  for (const auto& [rate, share] : shares) {
    if (share < good_share) break;
    highest = rate;
  }
  return highest;
}

}  // namespace byeol::bench
