// The grid that a few weights are best rounded to: scale * code, or scale * code + offset, with
// the sum over weight * (value - rounded)^2 as small as a search finds it.
//
// Method: for given codes the best scale (and offset) is that of weighted least squares; for a
// given grid the best codes are the nearest. Both are alternated from a few dozen starts, which
// differ in how far the grid reaches: a little past the extreme values, or short of them, where
// clipping one value is cheaper than coarser steps for all.
//
// Private to this module. Only + - * / in a fixed order: the same bits on every machine.
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <span>

namespace byeol::formats {

// Values and their weights (>= 0): equally many, a multiple of 8. Finite, at most kLargestValue.
struct Weighted {
  std::span<const float> values;
  std::span<const float> weights;
};
inline constexpr float kLargestValue = 3e8f;  // More than any block type can say.

struct Codes {
  int lowest;
  int highest;
};

// rounded = scale * code
struct ScaleFit {
  float scale;  // May be negative: a range such as -8 to 7 reaches further on one side.
  float error;
};
ScaleFit fit_scale(Weighted block, Codes range);

// rounded = scale * code + offset, codes from 0 to `highest`
struct AffineFit {
  float scale;  // >= 0
  float offset;
  float error;
};
enum class Offset { kAny, kNeverPositive };
AffineFit fit_affine(Weighted block, int highest, Offset offset);

// What the nearest codes of a given grid cost.
float scale_error(Weighted block, Codes range, float scale);
float affine_error(Weighted block, int highest, float scale, float offset);

// The nearest codes themselves, `values.size()` of them.
void round_to_scale(std::span<const float> values, Codes range, float scale, std::int8_t* codes);
void round_to_affine(std::span<const float> values, int highest, float scale, float offset,
                     std::int8_t* codes);

}  // namespace byeol::formats
