#include "model/rope.h"

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
  cos_.reserve(static_cast<std::size_t>(count) * frequencies_.size());
  sin_.reserve(static_cast<std::size_t>(count) * frequencies_.size());
}

void RopeTable::fill(std::int32_t count) {
  std::size_t position = cos_.size() / frequencies_.size();
  for (; position < static_cast<std::size_t>(count); ++position) {
    for (const double frequency : frequencies_) {
      const double angle = static_cast<double>(position) * frequency;
      cos_.push_back(static_cast<float>(math::cos(angle)));
      sin_.push_back(static_cast<float>(math::sin(angle)));
    }
  }
}

}  // namespace byeol::model
