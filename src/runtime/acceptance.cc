#include "runtime/acceptance.h"

#include <algorithm>

namespace byeol::runtime {
namespace {

constexpr double kMemory = 0.95;  // What an observation keeps at the next one.
constexpr std::int32_t kKindEnds[] = {2, 3, 4,
                                      6, 9, 16};  // The longest match of each kind but one.

}  // namespace

std::size_t Acceptance::kind_of(std::int32_t match) {
  return static_cast<std::size_t>(std::ranges::lower_bound(kKindEnds, match) - kKindEnds);
}

void Acceptance::record(std::int32_t match, bool right) {
  Observed& observed = observed_[kind_of(match)];
  observed.right = kMemory * observed.right + (right ? 1 : 0);
  observed.all = kMemory * observed.all + 1;
}

double Acceptance::rate(std::int32_t match) const {
  const Observed& observed = observed_[kind_of(match)];
  return observed.right / observed.all;
}

}  // namespace byeol::runtime
