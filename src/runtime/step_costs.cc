#include "runtime/step_costs.h"

#include <algorithm>

#include "base/check.h"

namespace byeol::runtime {
namespace {

constexpr std::int32_t kSamplesToKnow = 3;
constexpr std::int64_t kBaseSteps = 256;       // One in so many steps is plain, whatever pays.
constexpr std::int64_t kForgetSteps = 4096;    // Not measured for so long: unknown.
constexpr double kMachineSmoothing = 1.0 / 4;  // The weight of the newest step.
constexpr double kCostSmoothing = 1.0 / 16;
constexpr double kJumpMax = 1.5;  // A step counts as at most so many times what was expected.
constexpr double kGuessedPerRow = 0.05;  // Of the cost of the most rows that are known.

}  // namespace

// Of the first three samples the one in the middle counts: a disturbed one must not rule out a
// number of rows for long, and the least of several would flatter it. Costs that were learnt before
// any step of one row rest on a guess; they go when the first one comes.
void StepCosts::record(std::int32_t rows, double seconds) {
  BYEOL_CHECK(rows >= 1 && rows <= kRowsMax);
  if (seconds <= 0) return;  // A clock that stands still.
  Entry& entry = by_rows_[static_cast<std::size_t>(rows)];
  if (steps_ - entry.last >= kForgetSteps) entry.samples = 0;
  if (rows == 1 && entry.samples == 0) {
    by_rows_ = {};
    row_seconds_ = seconds;
  }
  if (row_seconds_ == 0) row_seconds_ = seconds / (1 + kGuessedPerRow * (rows - 1));
  entry.last = ++steps_;
  ++entry.samples;
  const double cost = rows == 1 ? 1 : seconds / row_seconds_;
  if (entry.samples <= kSamplesToKnow) {
    if (entry.samples == 1) entry.cost = entry.high = cost;
    if (entry.samples == 2) entry.high = std::max(entry.cost, cost);
    entry.cost =
        entry.samples == 2 ? std::min(entry.cost, cost) : std::clamp(cost, entry.cost, entry.high);
    if (rows == 1) row_seconds_ = std::min(row_seconds_, seconds);
    return;
  }
  const double row_seconds = std::min(seconds / entry.cost, kJumpMax * row_seconds_);
  entry.cost += kCostSmoothing * (std::min(cost, kJumpMax * entry.cost) - entry.cost);
  row_seconds_ += kMachineSmoothing * (row_seconds - row_seconds_);
}

bool StepCosts::knows(std::int32_t rows) const {
  const Entry& entry = by_rows_[static_cast<std::size_t>(rows)];
  return entry.samples >= kSamplesToKnow && steps_ - entry.last < kForgetSteps;
}

bool StepCosts::is_base(std::int32_t rows) const {
  return knows(rows) && steps_ - by_rows_[static_cast<std::size_t>(rows)].last < kBaseSteps;
}

// Between two known numbers of rows on the line that joins them; beyond the last, almost free.
double StepCosts::relative(std::int32_t rows) const {
  std::int32_t below = rows;
  while (below > 1 && !knows(below)) --below;
  const double low = below == 1 ? 1 : by_rows_[static_cast<std::size_t>(below)].cost;
  std::int32_t above = rows;
  while (above <= kRowsMax && !knows(above)) ++above;
  if (above > kRowsMax) return low * (1 + kGuessedPerRow * (rows - below));
  if (above == below) return low;
  const double high = std::max(low, by_rows_[static_cast<std::size_t>(above)].cost);
  return low + (high - low) * (rows - below) / (above - below);
}

}  // namespace byeol::runtime
