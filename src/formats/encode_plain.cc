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

// Keeps the best of the grids that it is shown, all of them as the file can say them.
class BestScale {
 public:
  BestScale(Weighted block, Codes range) : block_(block), range_(range) {}

  void consider(std::uint16_t half) {
    const float error = grid_error(block_, range_, {half_to_float(half)});
    if (considered_ && !(error < error_)) return;
    considered_ = true;
    half_ = half;
    error_ = error;
  }
  std::uint16_t half() const { return half_; }

 private:
  Weighted block_;
  Codes range_;
  bool considered_ = false;
  std::uint16_t half_ = 0;
  float error_ = 0;
};

// The value of the largest magnitude, with its sign.
float most_extreme(std::span<const float> values) {
  return *std::ranges::max_element(values, {}, [](float value) { return std::abs(value); });
}

std::uint16_t choose_scale(Weighted block, Codes range) {
  BestScale best(block, range);
  // First what round-to-nearest does: the extreme value gets the range's last code.
  best.consider(finite_half(most_extreme(block.values) / static_cast<float>(range.lowest)));
  const std::uint16_t fitted = finite_half(fit_scale(block, range).scale);
  best.consider(fitted);
  // A small scale is a subnormal half, coarse enough for its neighbours to be worth a look.
  const std::uint16_t magnitude = fitted & 0x7FFFu;
  if (magnitude > 0) best.consider(static_cast<std::uint16_t>(fitted - 1));
  if (magnitude < 0x7BFFu) best.consider(static_cast<std::uint16_t>(fitted + 1));
  return best.half();
}

struct HalfGrid {
  std::uint16_t scale;
  std::uint16_t minimum;

  Grid widened() const { return {half_to_float(scale), half_to_float(minimum)}; }
};

HalfGrid choose_grid(Weighted block, Codes range) {
  const auto [lowest, highest] = std::ranges::minmax(block.values);
  const HalfGrid nearest{finite_half((highest - lowest) / static_cast<float>(range.highest)),
                         finite_half(lowest)};
  const Grid fit = fit_scale_and_offset(block, range, Offset::kAny);
  const HalfGrid fitted{finite_half(fit.scale), finite_half(fit.offset)};
  return grid_error(block, range, fitted.widened()) < grid_error(block, range, nearest.widened())
             ? fitted
             : nearest;
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
  const std::uint16_t scale = choose_scale(block, range);
  store_half(scale_bytes, scale);
  BlockCodes codes;
  round_to_grid(block.values, range, {half_to_float(scale)}, codes.data());
  for (std::int8_t& code : codes) code = static_cast<std::int8_t>(code - range.lowest);
  return codes;
}

BlockCodes encode_grid(Weighted block, Codes range, std::uint8_t* grid_bytes) {
  const HalfGrid grid = choose_grid(block, range);
  store_half(grid_bytes, grid.scale);
  store_half(grid_bytes + 2, grid.minimum);
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

// Not -128: a reader may take the magnitude of a code as a signed byte.
void encode_q8_0(const float* values, const float* weights, std::uint8_t* block) {
  constexpr Codes kRange{-127, 127};
  const Weighted weighted = block_of(values, weights);
  const std::uint16_t scale = choose_scale(weighted, kRange);
  store_half(block, scale);
  BlockCodes codes;
  round_to_grid(weighted.values, kRange, {half_to_float(scale)}, codes.data());
  std::memcpy(block + 2, codes.data(), codes.size());
}

}  // namespace byeol::formats
