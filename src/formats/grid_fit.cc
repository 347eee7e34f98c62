#include "formats/grid_fit.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace byeol::formats {
namespace {

// Four values at a time, by an extension that GCC and Clang share. Sums keep four lanes and fold
// them in one order, so that every machine gets the same bits.
constexpr std::size_t kLanes = 4;
using Lanes = float __attribute__((vector_size(kLanes * sizeof(float))));

inline Lanes load(std::span<const float> values, std::size_t at) {
  Lanes lanes;
  std::memcpy(&lanes, values.data() + at, sizeof lanes);
  return lanes;
}

inline Lanes all(float value) {
  return Lanes{value, value, value, value};
}

inline float fold(Lanes lanes) {
  return (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
}

inline float inverse_of(float scale) {
  // Below this a scale is nothing in a half either, and its inverse might not be finite.
  return std::abs(scale) < 1e-30f ? 0.0f : 1.0f / scale;
}

// Values to codes: the nearest whole number of the range, ties to even.
class Rounder {
 public:
  Rounder(Codes range, Grid grid) : Rounder(range, inverse_of(grid.scale), grid.offset) {}
  Rounder(Codes range, float inverse, float offset)
      : lowest_(all(static_cast<float>(range.lowest))),
        highest_(all(static_cast<float>(range.highest))),
        inverse_(all(inverse)),
        offset_(all(offset)) {}

  Lanes operator()(Lanes value) const {
    const Lanes pointless = all(12582912.0f);  // 1.5 * 2^23: a sum with it has no fraction.
    Lanes code = (value - offset_) * inverse_;
    code = code < lowest_ ? lowest_ : code;
    code = code > highest_ ? highest_ : code;
    return (code + pointless) - pointless;
  }

 private:
  Lanes lowest_;
  Lanes highest_;
  Lanes inverse_;
  Lanes offset_;
};

// Sums over a block, each with the weights; those of its values, and those that need codes.
struct ValueSums {
  float weight;
  float value;
  float square;
};
struct CodeSums {
  float code;
  float code_code;
  float value_code;
};

ValueSums sum_values(Weighted block) {
  Lanes weights{};
  Lanes values{};
  Lanes squares{};
  for (std::size_t i = 0; i < block.values.size(); i += kLanes) {
    const Lanes value = load(block.values, i);
    const Lanes weight = load(block.weights, i);
    weights += weight;
    values += weight * value;
    squares += weight * value * value;
  }
  return {fold(weights), fold(values), fold(squares)};
}

CodeSums sum_codes(Weighted block, Rounder round) {
  Lanes codes{};
  Lanes code_codes{};
  Lanes value_codes{};
  for (std::size_t i = 0; i < block.values.size(); i += kLanes) {
    const Lanes value = load(block.values, i);
    const Lanes code = round(value);
    const Lanes weighted = load(block.weights, i) * code;
    codes += weighted;
    code_codes += weighted * code;
    value_codes += weighted * value;
  }
  return {fold(codes), fold(code_codes), fold(value_codes)};
}

// A grid, and how much of the sum of squares it explains.
struct Fit {
  Grid grid{0, 0};
  float gain = 0;
};

Fit best_scale(const CodeSums& codes) {
  if (!(codes.code_code > 0)) return {};
  const float scale = codes.value_code / codes.code_code;
  return {{scale}, scale * codes.value_code};
}

Fit best_scale_and_offset(const ValueSums& values, const CodeSums& codes, Offset allowed) {
  const float determinant = values.weight * codes.code_code - codes.code * codes.code;
  Grid grid{0, values.weight > 0 ? values.value / values.weight : 0};
  if (determinant > 0) {
    grid.scale = (values.weight * codes.value_code - values.value * codes.code) / determinant;
    grid.offset = (codes.code_code * values.value - codes.code * codes.value_code) / determinant;
  }
  if (allowed == Offset::kNeverPositive && grid.offset > 0) return best_scale(codes);
  if (grid.scale < 0) return {};
  return {grid, grid.scale * codes.value_code + grid.offset * values.value};
}

constexpr float kReachStep = 0.25f;  // In codes.
constexpr int kRefinementsMax = 6;

}  // namespace

Grid fit_scale(Weighted block, Codes range) {
  const auto [lowest, highest] = std::ranges::minmax(block.values);
  const float largest = std::max(-lowest, highest);
  if (inverse_of(largest) == 0) return {0};

  const auto end = static_cast<float>(-range.lowest);
  const bool lopsided = range.highest != -range.lowest;
  Fit best;
  const auto consider = [&](Rounder round) {
    const Fit fit = best_scale(sum_codes(block, round));
    const bool better = fit.gain > best.gain;
    if (better) best = fit;
    return better;
  };
  for (float reach = end - 2; reach <= end + 1.5f; reach += kReachStep) {
    consider(Rounder(range, -reach / largest, 0));
    if (lopsided) consider(Rounder(range, reach / largest, 0));
  }
  for (int i = 0; i < kRefinementsMax && consider(Rounder(range, best.grid)); ++i) {
  }
  return best.grid;
}

Grid fit_scale_and_offset(Weighted block, Codes range, Offset allowed) {
  auto [lowest, highest] = std::ranges::minmax(block.values);
  if (allowed == Offset::kNeverPositive) lowest = std::min(lowest, 0.0f);
  const float width = highest - lowest;
  if (inverse_of(width) == 0) return {0, lowest};

  const auto steps = static_cast<float>(range.highest - range.lowest);
  const ValueSums values = sum_values(block);
  Fit best;
  const auto consider = [&](Rounder round) {
    const Fit fit = best_scale_and_offset(values, sum_codes(block, round), allowed);
    const bool better = fit.gain > best.gain;
    if (better) best = fit;
    return better;
  };
  for (float reach = steps - 1.5f; reach <= steps + 2; reach += kReachStep) {
    const float inverse = reach / width;
    const float spare = width - steps / inverse;  // What the grid falls short of the values:
    for (const float share : {0.0f, 0.5f, 1.0f})  // above, on both sides, below.
      consider(Rounder(range, inverse, lowest + share * spare));
  }
  for (int i = 0; i < kRefinementsMax && consider(Rounder(range, best.grid)); ++i) {
  }
  return best.grid;
}

float grid_error(Weighted block, Codes range, Grid grid) {
  const Rounder round(range, grid);
  const Lanes scale = all(grid.scale);
  const Lanes offset = all(grid.offset);
  Lanes sum{};
  for (std::size_t i = 0; i < block.values.size(); i += kLanes) {
    const Lanes value = load(block.values, i);
    const Lanes miss = value - (scale * round(value) + offset);
    sum += load(block.weights, i) * miss * miss;
  }
  return fold(sum);
}

void round_to_grid(std::span<const float> values, Codes range, Grid grid, std::int8_t* codes) {
  const Rounder round(range, grid);
  for (std::size_t i = 0; i < values.size(); i += kLanes) {
    const Lanes nearest = round(load(values, i));
    for (std::size_t j = 0; j < kLanes; ++j)
      codes[i + j] = static_cast<std::int8_t>(static_cast<int>(nearest[j]));
  }
}

}  // namespace byeol::formats
