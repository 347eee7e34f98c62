// The grid that a few weights are best rounded to: scale * code + offset, with the sum over
// weight * (value - rounded)^2 as small as a search finds it.
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

// Values and what a squared error in each costs (>= 0): equally many, a multiple of 4. The values
// are at most kLargestValue.
struct Weighted {
  std::span<const float> values;
  std::span<const float> weights;

  // Block `index` of those of `size` values.
  Weighted block(std::size_t index, std::size_t size) const {
    return {values.subspan(index * size, size), weights.subspan(index * size, size)};
  }
};
inline constexpr float kLargestValue = 3e8f;  // More than any block type can say.

struct Codes {
  int lowest;
  int highest;
};

struct Grid {
  float scale;  // May be negative: a range such as -8 to 7 reaches further on one side.
  float offset = 0;
};

// The best grid without an offset.
Grid fit_scale(Weighted block, Codes range);

// The best grid with one; the scale is not negative.
enum class Offset { kAny, kNeverPositive };
Grid fit_scale_and_offset(Weighted block, Codes range, Offset allowed);

// What the nearest codes of a grid cost.
float grid_error(Weighted block, Codes range, Grid grid);

// The nearest codes themselves, `values.size()` of them.
void round_to_grid(std::span<const float> values, Codes range, Grid grid, std::int8_t* codes);

}  // namespace byeol::formats
