#include "bench/statistics.h"

#include <algorithm>
#include <vector>

#include "base/check.h"

namespace byeol::bench {

double quantile(std::span<const double> samples, double share) {
  BYEOL_CHECK(!samples.empty());
  std::vector<double> sorted(samples.begin(), samples.end());
  std::ranges::sort(sorted);
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

double median(std::span<const double> samples) {
  return quantile(samples, 0.5);
}

double spread(std::span<const double> samples) {
  return (quantile(samples, 0.75) - quantile(samples, 0.25)) / 2 / median(samples);
}

}  // namespace byeol::bench
