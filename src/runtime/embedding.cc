#include "runtime/embedding.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace byeol::runtime {

void MeanState::add(std::span<const float> state) {
  BYEOL_CHECK(state.size() == sums_.size());
  for (std::size_t i = 0; i < state.size(); ++i) sums_[i] += static_cast<double>(state[i]);
  ++positions_;
}

Result<std::vector<float>> MeanState::mean() const {
  BYEOL_CHECK(positions_ > 0);
  if (!std::ranges::all_of(sums_, [](double sum) { return std::isfinite(sum); }))
    return Error{ErrorCode::kCorrupt, "the hidden states of the text hold NaN or infinity"};
  std::vector<float> mean(sums_.size());
  std::ranges::transform(sums_, mean.begin(), [this](double sum) {
    return static_cast<float>(sum / static_cast<double>(positions_));
  });
  return mean;
}

void normalise(std::span<float> vector) {
  double squares = 0;
  for (const float value : vector)
    squares += static_cast<double>(value) * static_cast<double>(value);
  if (squares == 0) return;
  const double length = std::sqrt(squares);
  for (float& value : vector) value = static_cast<float>(static_cast<double>(value) / length);
}

}  // namespace byeol::runtime
