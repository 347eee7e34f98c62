#include "formats/grid_fit.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace byeol::formats {
namespace {

// Sums run in eight lanes, which a compiler may put into vectors without changing a bit.
constexpr std::size_t kLanes = 8;
using Lanes = std::array<float, kLanes>;

float fold(const Lanes& lanes) {
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) +
         ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

// To nearest, ties to even, for what lies between two codes: the sum has no bits behind the point.
float nearest(float value, float lowest, float highest) {
  constexpr float kPointless = 12582912.0f;  // 1.5 * 2^23
  value = value < lowest ? lowest : value;
  value = value > highest ? highest : value;
  return (value + kPointless) - kPointless;
}

float inverse_of(float scale) {
  // Below this the scale is nothing in a half either, and the inverse would not be finite.
  return std::abs(scale) < 1e-30f ? 0.0f : 1.0f / scale;
}

struct Extremes {
  float lowest;
  float highest;
};

Extremes extremes(std::span<const float> values) {
  const auto [lowest, highest] = std::ranges::minmax(values);
  return {lowest, highest};
}

float sum_of_squares(Weighted block) {
  Lanes sum{};
  for (std::size_t i = 0; i < block.values.size(); i += kLanes)
    for (std::size_t j = 0; j < kLanes; ++j)
      sum[j] += block.weights[i + j] * block.values[i + j] * block.values[i + j];
  return fold(sum);
}

struct ScaleSums {
  float value_code;  // Sum of weight * value * code.
  float code_code;

  // How much of the sum of squares the best scale for these codes explains.
  float gain() const { return code_code > 0 ? value_code * value_code / code_code : 0; }
  float scale() const { return code_code > 0 ? value_code / code_code : 0; }
};

ScaleSums sum_with_codes(Weighted block, Codes range, float inverse) {
  const auto lowest = static_cast<float>(range.lowest);
  const auto highest = static_cast<float>(range.highest);
  Lanes value_code{};
  Lanes code_code{};
  for (std::size_t i = 0; i < block.values.size(); i += kLanes)
    for (std::size_t j = 0; j < kLanes; ++j) {
      const float value = block.values[i + j];
      const float code = nearest(value * inverse, lowest, highest);
      const float weighted = block.weights[i + j] * code;
      value_code[j] += weighted * value;
      code_code[j] += weighted * code;
    }
  return {fold(value_code), fold(code_code)};
}

struct AffineSums {
  float weight;
  float value;  // Sum of weight * value.
  float code;
  float code_code;
  float value_code;

  AffineFit best(float squares, Offset allowed) const {
    AffineFit fit{};
    const float determinant = weight * code_code - code * code;
    if (determinant > 0) {
      fit.scale = (weight * value_code - value * code) / determinant;
      fit.offset = (code_code * value - code * value_code) / determinant;
    } else {
      fit.offset = weight > 0 ? value / weight : 0;
    }
    if (allowed == Offset::kNeverPositive && fit.offset > 0) {
      fit.offset = 0;
      fit.scale = code_code > 0 ? value_code / code_code : 0;
    }
    fit.scale = std::max(fit.scale, 0.0f);
    fit.error = squares + fit.scale * (fit.scale * code_code - 2 * value_code) +
                fit.offset * (fit.offset * weight - 2 * value) + 2 * fit.scale * fit.offset * code;
    return fit;
  }
};

AffineSums sum_with_codes(Weighted block, int highest_code, float inverse, float offset) {
  const auto highest = static_cast<float>(highest_code);
  Lanes weight_sum{};
  Lanes value_sum{};
  Lanes code_sum{};
  Lanes code_code{};
  Lanes value_code{};
  for (std::size_t i = 0; i < block.values.size(); i += kLanes)
    for (std::size_t j = 0; j < kLanes; ++j) {
      const float value = block.values[i + j];
      const float weight = block.weights[i + j];
      const float code = nearest((value - offset) * inverse, 0.0f, highest);
      const float weighted = weight * code;
      weight_sum[j] += weight;
      value_sum[j] += weight * value;
      code_sum[j] += weighted;
      code_code[j] += weighted * code;
      value_code[j] += weighted * value;
    }
  return {fold(weight_sum), fold(value_sum), fold(code_sum), fold(code_code), fold(value_code)};
}

constexpr int kRefinementsMax = 6;

}  // namespace

ScaleFit fit_scale(Weighted block, Codes range) {
  const auto [lowest, highest] = extremes(block.values);
  const float largest = std::max(-lowest, highest);
  if (inverse_of(largest) == 0) return {0, 0};

  // The largest magnitude lands on `reach`, in codes, from well inside the range to past its end.
  const auto end = static_cast<float>(-range.lowest);
  const bool lopsided = range.highest != -range.lowest;
  ScaleSums best{};
  for (float reach = end - 2.0f; reach <= end + 1.5f; reach += 0.25f) {
    for (const float sign : {-1.0f, 1.0f}) {
      const ScaleSums sums = sum_with_codes(block, range, sign * reach / largest);
      if (sums.gain() > best.gain()) best = sums;
      if (!lopsided) break;
    }
  }
  for (int i = 0; i < kRefinementsMax; ++i) {
    const ScaleSums sums = sum_with_codes(block, range, inverse_of(best.scale()));
    if (!(sums.gain() > best.gain())) break;
    best = sums;
  }
  return {best.scale(), sum_of_squares(block) - best.gain()};
}

AffineFit fit_affine(Weighted block, int highest_code, Offset allowed) {
  auto [lowest, highest] = extremes(block.values);
  if (allowed == Offset::kNeverPositive) lowest = std::min(lowest, 0.0f);
  const float width = highest - lowest;
  const float squares = sum_of_squares(block);
  if (inverse_of(width) == 0) {
    const float offset = allowed == Offset::kNeverPositive ? std::min(lowest, 0.0f) : lowest;
    return {0, offset, 0};
  }
  const auto codes = static_cast<float>(highest_code);
  AffineFit best = sum_with_codes(block, highest_code, 0, 0).best(squares, allowed);
  for (float reach = codes - 1.5f; reach <= codes + 2.0f; reach += 0.25f) {
    const float inverse = reach / width;
    const float spare = width - codes / inverse;  // What the grid falls short of the values.
    for (const float share : {0.0f, 0.5f, 1.0f}) {
      const AffineFit fit = sum_with_codes(block, highest_code, inverse, lowest + share * spare)
                                .best(squares, allowed);
      if (fit.error < best.error) best = fit;
    }
  }
  for (int i = 0; i < kRefinementsMax; ++i) {
    const AffineFit fit = sum_with_codes(block, highest_code, inverse_of(best.scale), best.offset)
                              .best(squares, allowed);
    if (!(fit.error < best.error)) break;
    best = fit;
  }
  return best;
}

float scale_error(Weighted block, Codes range, float scale) {
  const float inverse = inverse_of(scale);
  const auto lowest = static_cast<float>(range.lowest);
  const auto highest = static_cast<float>(range.highest);
  Lanes sum{};
  for (std::size_t i = 0; i < block.values.size(); i += kLanes)
    for (std::size_t j = 0; j < kLanes; ++j) {
      const float value = block.values[i + j];
      const float miss = value - scale * nearest(value * inverse, lowest, highest);
      sum[j] += block.weights[i + j] * miss * miss;
    }
  return fold(sum);
}

float affine_error(Weighted block, int highest_code, float scale, float offset) {
  const float inverse = inverse_of(scale);
  const auto highest = static_cast<float>(highest_code);
  Lanes sum{};
  for (std::size_t i = 0; i < block.values.size(); i += kLanes)
    for (std::size_t j = 0; j < kLanes; ++j) {
      const float value = block.values[i + j];
      const float code = nearest((value - offset) * inverse, 0.0f, highest);
      const float miss = value - (scale * code + offset);
      sum[j] += block.weights[i + j] * miss * miss;
    }
  return fold(sum);
}

void round_to_scale(std::span<const float> values, Codes range, float scale, std::int8_t* codes) {
  const float inverse = inverse_of(scale);
  const auto lowest = static_cast<float>(range.lowest);
  const auto highest = static_cast<float>(range.highest);
  for (std::size_t i = 0; i < values.size(); ++i)
    codes[i] =
        static_cast<std::int8_t>(static_cast<int>(nearest(values[i] * inverse, lowest, highest)));
}

void round_to_affine(std::span<const float> values, int highest, float scale, float offset,
                     std::int8_t* codes) {
  const float inverse = inverse_of(scale);
  for (std::size_t i = 0; i < values.size(); ++i)
    codes[i] = static_cast<std::int8_t>(static_cast<int>(
        nearest((values[i] - offset) * inverse, 0.0f, static_cast<float>(highest))));
}

}  // namespace byeol::formats
