// Q4_K and Q5_K: super-blocks of 256 with eight sub-blocks of 32, each with a 6-bit scale and a
// 6-bit minimum in units of two halves. The layouts stand in decode_k.cc.
//
// The sub-blocks are fitted one by one as if their grids were free. Then units are chosen for the
// super-block, each sub-block looks for the best pair of integers near its free grid, and the units
// are fitted to all 256 values by least squares; the last two steps repeat while that helps.
#include <algorithm>
#include <array>
#include <cmath>

#include "formats/block_encoders.h"
#include "formats/grid_fit.h"

namespace byeol::formats {
namespace {

constexpr std::size_t kSubBlocks = 8;
constexpr std::size_t kSubBlock = 32;
constexpr std::size_t kSuperBlock = kSubBlocks * kSubBlock;
constexpr int kLargestInteger = 63;  // Six bits.
constexpr int kRounds = 3;
using SuperCodes = std::array<std::int8_t, kSuperBlock>;

struct Units {
  std::uint16_t scale;  // Halves.
  std::uint16_t minimum;
};

struct SuperGrid {
  Units units{};
  std::array<int, kSubBlocks> scales{};
  std::array<int, kSubBlocks> minima{};
  float error = 0;
};

int to_integer(float value, float unit) {
  if (!(unit > 0)) return 0;
  const float ratio = std::min(value / unit, static_cast<float>(kLargestInteger));
  return static_cast<int>(std::max(ratio, 0.0f) + 0.5f);
}

struct Pair {
  int scale;
  int minimum;
  float error;
};

// The best pair of integers next to the free grid, which none of them hits.
Pair best_pair(Weighted block, Codes range, float scale_unit, float minimum_unit, Grid free) {
  const int scale = to_integer(free.scale, scale_unit);
  const int minimum = to_integer(-free.offset, minimum_unit);
  Pair best{0, 0, grid_error(block, range, {0})};
  for (int s = std::max(scale - 1, 0); s <= std::min(scale + 1, kLargestInteger); ++s)
    for (int m = std::max(minimum - 1, 0); m <= std::min(minimum + 1, kLargestInteger); ++m) {
      const float error =
          grid_error(block, range,
                     {scale_unit * static_cast<float>(s), -(minimum_unit * static_cast<float>(m))});
      if (error < best.error) best = {s, m, error};
    }
  return best;
}

SuperGrid fill_grid(Weighted all, Codes range, Units units,
                    const std::array<Grid, kSubBlocks>& free) {
  SuperGrid grid;
  grid.units = units;
  for (std::size_t i = 0; i < kSubBlocks; ++i) {
    const Pair pair = best_pair(all.block(i, kSubBlock), range, half_to_float(units.scale),
                                half_to_float(units.minimum), free[i]);
    grid.scales[i] = pair.scale;
    grid.minima[i] = pair.minimum;
    grid.error += pair.error;
  }
  return grid;
}

SuperCodes codes_of(std::span<const float> values, Codes range, const SuperGrid& grid) {
  SuperCodes codes;
  for (std::size_t i = 0; i < kSubBlocks; ++i)
    round_to_grid(values.subspan(i * kSubBlock, kSubBlock), range,
                  {half_to_float(grid.units.scale) * static_cast<float>(grid.scales[i]),
                   -(half_to_float(grid.units.minimum) * static_cast<float>(grid.minima[i]))},
                  codes.data() + i * kSubBlock);
  return codes;
}

// Least squares in two unknowns: value = scale unit * (scale * code) - minimum unit * minimum.
Units fit_units(Weighted all, Codes range, const SuperGrid& grid) {
  const SuperCodes codes = codes_of(all.values, range, grid);
  double aa = 0;
  double ab = 0;
  double bb = 0;
  double av = 0;
  double bv = 0;
  for (std::size_t i = 0; i < kSuperBlock; ++i) {
    const double a = grid.scales[i / kSubBlock] * codes[i];
    const double b = -grid.minima[i / kSubBlock];
    const double value = double{all.values[i]};
    const double weight = double{all.weights[i]};
    aa += weight * a * a;
    ab += weight * a * b;
    bb += weight * b * b;
    av += weight * a * value;
    bv += weight * b * value;
  }
  const double determinant = aa * bb - ab * ab;
  if (!(determinant > 1e-9 * aa * bb)) {
    if (!(aa > 0)) return grid.units;
    return {finite_half(static_cast<float>(std::max(av / aa, 0.0))), grid.units.minimum};
  }
  const double scale = (av * bb - bv * ab) / determinant;
  const double minimum = (bv * aa - av * ab) / determinant;
  return {finite_half(static_cast<float>(std::max(scale, 0.0))),
          finite_half(static_cast<float>(std::max(minimum, 0.0)))};
}

SuperGrid choose_super_grid(Weighted all, Codes range) {
  std::array<Grid, kSubBlocks> free;
  float largest_scale = 0;
  float largest_minimum = 0;
  for (std::size_t i = 0; i < kSubBlocks; ++i) {
    free[i] = fit_scale_and_offset(all.block(i, kSubBlock), range, Offset::kNeverPositive);
    largest_scale = std::max(largest_scale, free[i].scale);
    largest_minimum = std::max(largest_minimum, -free[i].offset);
  }
  Units units{unit_half(largest_scale / kLargestInteger),
              unit_half(largest_minimum / kLargestInteger)};
  SuperGrid best = fill_grid(all, range, units, free);
  for (int round = 1; round < kRounds; ++round) {
    units = fit_units(all, range, best);
    const SuperGrid grid = fill_grid(all, range, units, free);
    if (!(grid.error < best.error)) break;
    best = grid;
  }
  return best;
}

void store_header(const SuperGrid& grid, std::uint8_t* block) {
  store_half(block, grid.units.scale);
  store_half(block + 2, grid.units.minimum);
  std::uint8_t* packed = block + 4;
  for (std::size_t i = 0; i < kSubBlocks / 2; ++i) {
    const int low_scale = grid.scales[i];
    const int low_minimum = grid.minima[i];
    const int high_scale = grid.scales[i + 4];
    const int high_minimum = grid.minima[i + 4];
    packed[i] = static_cast<std::uint8_t>(low_scale | (high_scale >> 4) << 6);
    packed[i + 4] = static_cast<std::uint8_t>(low_minimum | (high_minimum >> 4) << 6);
    packed[i + 8] = static_cast<std::uint8_t>((high_scale & 15) | (high_minimum & 15) << 4);
  }
}

// Two sub-blocks share 32 bytes: the first has the low nibbles.
void store_nibbles(const SuperCodes& codes, std::uint8_t* bytes) {
  for (std::size_t chunk = 0; chunk < kSubBlocks / 2; ++chunk)
    for (std::size_t j = 0; j < kSubBlock; ++j) {
      const std::int8_t low = codes[2 * chunk * kSubBlock + j];
      const std::int8_t high = codes[(2 * chunk + 1) * kSubBlock + j];
      *bytes++ = static_cast<std::uint8_t>((low & 15) | (high & 15) << 4);
    }
}

void store_fifth_bits(const SuperCodes& codes, std::uint8_t* bytes) {
  for (std::size_t j = 0; j < kSubBlock; ++j) {
    int bits = 0;
    for (std::size_t i = 0; i < kSubBlocks; ++i) bits |= (codes[i * kSubBlock + j] >> 4 & 1) << i;
    bytes[j] = static_cast<std::uint8_t>(bits);
  }
}

SuperCodes encode_super_block(const float* values, const float* weights, Codes range,
                              std::uint8_t* block) {
  const Weighted all{std::span(values, kSuperBlock), std::span(weights, kSuperBlock)};
  const SuperGrid grid = choose_super_grid(all, range);
  store_header(grid, block);
  return codes_of(all.values, range, grid);
}

}  // namespace

void encode_q4_k(const float* values, const float* weights, std::uint8_t* block) {
  store_nibbles(encode_super_block(values, weights, {0, 15}, block), block + 16);
}

void encode_q5_k(const float* values, const float* weights, std::uint8_t* block) {
  const SuperCodes codes = encode_super_block(values, weights, {0, 31}, block);
  store_fifth_bits(codes, block + 16);
  store_nibbles(codes, block + 48);
}

}  // namespace byeol::formats
