#include "model/rope.h"

#include <algorithm>

#include "base/math.h"

namespace byeol::model {

RopeTable::RopeTable(const RopeConfig& config, std::span<const float> divisors) {
  const int pairs = config.dimensions / 2;
  for (int i = 0; i < pairs; ++i) {
    const double exponent = -2.0 * i / config.dimensions;
    double frequency = config.frequency_scale * math::pow(config.base, exponent);
    if (!divisors.empty()) frequency /= static_cast<double>(divisors[static_cast<std::size_t>(i)]);
    frequencies_.push_back(frequency);
  }
}

void RopeTable::reserve(std::int32_t count) {
  const std::size_t pairs = frequencies_.size();
  std::size_t position = cos_.size() / pairs;
  if (position >= static_cast<std::size_t>(count)) return;
  // In steps, so that a decode does not grow the table at every token.
  constexpr std::size_t kStep = 512;
  const std::size_t end = (static_cast<std::size_t>(count) + kStep - 1) / kStep * kStep;
  cos_.resize(end * pairs);
  sin_.resize(end * pairs);
  for (; position < end; ++position) {
    for (std::size_t i = 0; i < pairs; ++i) {
      const double angle = static_cast<double>(position) * frequencies_[i];
      cos_[position * pairs + i] = static_cast<float>(math::cos(angle));
      sin_[position * pairs + i] = static_cast<float>(math::sin(angle));
    }
  }
}

}  // namespace byeol::model
