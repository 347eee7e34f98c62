#include "engine/exp_weights.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace byeol::engine {
namespace {

constexpr std::size_t kLanes = 8;
constexpr float kSmallest = -87.0f;

// exp(x) for -87 <= x <= 0: 2^n times a Taylor series in |r| <= 0.347.
float exp_of(float x) {
  constexpr float kRound = 12582912.0f;  // 1.5 * 2^23: adding it leaves the nearest integer below.
  const float shifted = x * 0x1.715476p+0f + kRound;
  const std::uint32_t n =
      std::bit_cast<std::uint32_t>(shifted) - std::bit_cast<std::uint32_t>(kRound);
  const float count = shifted - kRound;
  const float rest = (x - count * 0x1.62e400p-1f) - count * 0x1.7f7d1cp-20f;  // ln 2 in two parts.
  float sum = 1.0f / 5040;
  sum = sum * rest + 1.0f / 720;
  sum = sum * rest + 1.0f / 120;
  sum = sum * rest + 1.0f / 24;
  sum = sum * rest + 1.0f / 6;
  sum = sum * rest + 0.5f;
  sum = sum * rest + 1.0f;
  sum = sum * rest + 1.0f;
  return sum * std::bit_cast<float>((n + 127u) << 23);
}

float weight_of(float logit, float max, float factor) {
  const float x = (logit - max) * factor;
  const float clamped = x > kSmallest ? x : kSmallest;
  const float weight = exp_of(clamped);
  return x > kSmallest ? weight : 0.0f;
}

double fold(const std::array<double, kLanes>& lanes) {
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) +
         ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

}  // namespace

LogitRange find_range(std::span<const float> logits) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  std::array<float, kLanes> lanes;
  lanes.fill(-kInfinity);
  std::array<std::uint32_t, kLanes> nans{};
  std::size_t i = 0;
  for (; i + kLanes <= logits.size(); i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const float value = logits[i + lane];
      nans[lane] += value == value ? 0u : 1u;
      lanes[lane] = value > lanes[lane] ? value : lanes[lane];
    }
  }
  for (; i < logits.size(); ++i) {
    nans[0] += logits[i] == logits[i] ? 0u : 1u;
    lanes[0] = logits[i] > lanes[0] ? logits[i] : lanes[0];
  }
  LogitRange range{-kInfinity, true};
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    range.sound = range.sound && nans[lane] == 0;
    range.max = lanes[lane] > range.max ? lanes[lane] : range.max;
  }
  range.sound = range.sound && std::isfinite(range.max);
  return range;
}

double exp_weights(std::span<const float> logits, float max, float factor,
                   std::span<float> weights) {
  for (std::size_t i = 0; i < logits.size(); ++i) weights[i] = weight_of(logits[i], max, factor);
  return sum_weights(weights);
}

double sum_weights(std::span<const float> weights) {
  std::array<double, kLanes> lanes{};
  std::size_t i = 0;
  for (; i + kLanes <= weights.size(); i += kLanes)
    for (std::size_t lane = 0; lane < kLanes; ++lane)
      lanes[lane] += static_cast<double>(weights[i + lane]);
  for (; i < weights.size(); ++i) lanes[i % kLanes] += static_cast<double>(weights[i]);
  return fold(lanes);
}

}  // namespace byeol::engine
