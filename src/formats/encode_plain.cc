// Blocks of 32 with one scale: Q4_0, Q5_0, Q8_0 and, with a minimum, Q4_1, Q5_1. The layouts stand
// in decode_plain.cc.
#include <algorithm>
#include <array>
#include <cmath>

#include "formats/block_encoders.h"
#include "formats/grid_fit.h"

namespace byeol::formats {
namespace {

constexpr std::size_t kBlock = 32;
constexpr std::size_t kHalfBlock = 16;
using BlockCodes = std::array<std::int8_t, kBlock>;

Weighted block_of(const float* values, const float* weights) {
  return {std::span(values, kBlock), std::span(weights, kBlock)};
}

// A grid as the file can say it.
struct HalfGrid {
  std::uint16_t scale = 0;
  std::uint16_t offset = 0;

  Grid widened() const { return {half_to_float(scale), half_to_float(offset)}; }
};

// The half itself and its neighbours: least squares does not know what halves there are, and small
// ones, which are subnormal, lie far apart.
std::array<std::uint16_t, 3> halves_around(float value) {
  constexpr std::uint16_t kLargestHalf = 0x7BFF;
  const std::uint16_t half = finite_half(value);
  const std::uint16_t magnitude = half & 0x7FFFu;
  const std::uint16_t below = magnitude > 0 ? half - 1 : half;
  const std::uint16_t above = magnitude < kLargestHalf ? half + 1 : half;
  return {half, below, above};
}

// Keeps the best of the grids that it is shown; the first of all is the one that says zero.
class BestGrid {
 public:
  BestGrid(Weighted block, Codes range)
      : block_(block), range_(range), error_(grid_error(block, range, {0})) {}

  void consider(HalfGrid grid) {
    const float error = grid_error(block_, range_, grid.widened());
    if (!(error < error_)) return;
    best_ = grid;
    error_ = error;
  }
  HalfGrid best() const { return best_; }

 private:
  Weighted block_;
  Codes range_;
  HalfGrid best_;
  float error_;
};

// The value of the largest magnitude, with its sign.
float most_extreme(std::span<const float> values) {
  return *std::ranges::max_element(values, {}, [](float value) { return std::abs(value); });
}

// Both also look at what round-to-nearest would take: the grid that just holds the extremes.
HalfGrid choose_scale(Weighted block, Codes range) {
  BestGrid best(block, range);
  best.consider({finite_half(most_extreme(block.values) / static_cast<float>(range.lowest))});
  for (const std::uint16_t scale : halves_around(fit_scale(block, range).scale))
    best.consider({scale});
  return best.best();
}

HalfGrid choose_scale_and_offset(Weighted block, Codes range) {
  BestGrid best(block, range);
  const auto [lowest, highest] = std::ranges::minmax(block.values);
  best.consider(
      {finite_half((highest - lowest) / static_cast<float>(range.highest)), finite_half(lowest)});
  const Grid fit = fit_scale_and_offset(block, range, Offset::kAny);
  for (const std::uint16_t scale : halves_around(fit.scale))
    for (const std::uint16_t offset : halves_around(fit.offset)) best.consider({scale, offset});
  return best.best();
}

// Codes from zero on: the low four bits, and the fifth ones.
void store_nibbles(const BlockCodes& codes, std::uint8_t* bytes) {
  for (std::size_t j = 0; j < kHalfBlock; ++j)
    bytes[j] = static_cast<std::uint8_t>((codes[j] & 15) | (codes[j + kHalfBlock] & 15) << 4);
}

void store_fifth_bits(const BlockCodes& codes, std::uint8_t* bytes) {
  std::uint32_t bits = 0;
  for (std::size_t j = 0; j < kBlock; ++j)
    bits |= static_cast<std::uint32_t>(codes[j] >> 4 & 1) << j;
  std::memcpy(bytes, &bits, sizeof bits);
}

// Codes around zero, moved up by `-range.lowest` as the file keeps them.
BlockCodes encode_scale(Weighted block, Codes range, std::uint8_t* scale_bytes) {
  const HalfGrid grid = choose_scale(block, range);
  store_half(scale_bytes, grid.scale);
  BlockCodes codes;
  round_to_grid(block.values, range, grid.widened(), codes.data());
  for (std::int8_t& code : codes) code = static_cast<std::int8_t>(code - range.lowest);
  return codes;
}

BlockCodes encode_grid(Weighted block, Codes range, std::uint8_t* grid_bytes) {
  const HalfGrid grid = choose_scale_and_offset(block, range);
  store_half(grid_bytes, grid.scale);
  store_half(grid_bytes + 2, grid.offset);
  BlockCodes codes;
  round_to_grid(block.values, range, grid.widened(), codes.data());
  return codes;
}

}  // namespace

void encode_q4_0(const float* values, const float* weights, std::uint8_t* block) {
  store_nibbles(encode_scale(block_of(values, weights), {-8, 7}, block), block + 2);
}

void encode_q4_1(const float* values, const float* weights, std::uint8_t* block) {
  store_nibbles(encode_grid(block_of(values, weights), {0, 15}, block), block + 4);
}

void encode_q5_0(const float* values, const float* weights, std::uint8_t* block) {
  const BlockCodes codes = encode_scale(block_of(values, weights), {-16, 15}, block);
  store_fifth_bits(codes, block + 2);
  store_nibbles(codes, block + 6);
}

void encode_q5_1(const float* values, const float* weights, std::uint8_t* block) {
  const BlockCodes codes = encode_grid(block_of(values, weights), {0, 31}, block);
  store_fifth_bits(codes, block + 4);
  store_nibbles(codes, block + 8);
}

// Rounded to nearest, as the format's reference does: 255 codes leave nothing to search for. Never
// -128: a reader may take the magnitude of a code as a signed byte.
void encode_q8_0(const float* values, const float*, std::uint8_t* block) {
  const std::span<const float> all(values, kBlock);
  const float scale = std::abs(most_extreme(all)) / 127.0f;
  const float factor = scale > 0 ? 1.0f / scale : 0.0f;
  store_half(block, finite_half(scale));
  for (std::size_t j = 0; j < kBlock; ++j)
    block[2 + j] = static_cast<std::uint8_t>(
        std::clamp(static_cast<int>(std::round(values[j] * factor)), -127, 127));
}

}  // namespace byeol::formats
