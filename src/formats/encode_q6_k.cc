// Q6_K: super-blocks of 256 with sixteen sub-blocks of 16, each with a signed 8-bit scale in units
// of one half. The layout stands in decode_k.cc, the method in encode_k.cc.
#include <algorithm>
#include <array>
#include <cmath>

#include "formats/block_encoders.h"
#include "formats/grid_fit.h"

namespace byeol::formats {
namespace {

constexpr std::size_t kSubBlocks = 16;
constexpr std::size_t kSubBlock = 16;
constexpr std::size_t kSuperBlock = kSubBlocks * kSubBlock;
constexpr Codes kRange{-32, 31};
constexpr int kLowestInteger = -128;
constexpr int kHighestInteger = 127;
constexpr int kRounds = 3;
using SuperCodes = std::array<std::int8_t, kSuperBlock>;

struct SuperGrid {
  std::uint16_t unit = 0;  // A half.
  std::array<int, kSubBlocks> scales{};
  float error = 0;
};

int to_integer(float scale, float unit) {
  if (unit == 0) return 0;
  const float ratio = std::clamp(scale / unit, static_cast<float>(kLowestInteger),
                                 static_cast<float>(kHighestInteger));
  return static_cast<int>(ratio + (ratio < 0 ? -0.5f : 0.5f));
}

SuperGrid fill_grid(Weighted all, std::uint16_t unit, const std::array<float, kSubBlocks>& free) {
  SuperGrid grid;
  grid.unit = unit;
  const float width = half_to_float(unit);
  for (std::size_t i = 0; i < kSubBlocks; ++i) {
    const Weighted block = all.block(i, kSubBlock);
    const int middle = to_integer(free[i], width);
    float best = grid_error(block, kRange, {0});
    for (int scale = std::max(middle - 1, kLowestInteger);
         scale <= std::min(middle + 1, kHighestInteger); ++scale) {
      const float error = grid_error(block, kRange, {width * static_cast<float>(scale)});
      if (!(error < best)) continue;
      best = error;
      grid.scales[i] = scale;
    }
    grid.error += best;
  }
  return grid;
}

SuperCodes codes_of(std::span<const float> values, const SuperGrid& grid) {
  SuperCodes codes;
  for (std::size_t i = 0; i < kSubBlocks; ++i)
    round_to_grid(values.subspan(i * kSubBlock, kSubBlock), kRange,
                  {half_to_float(grid.unit) * static_cast<float>(grid.scales[i])},
                  codes.data() + i * kSubBlock);
  return codes;
}

// Least squares: value = unit * (scale * code).
std::uint16_t fit_unit(Weighted all, const SuperGrid& grid) {
  const SuperCodes codes = codes_of(all.values, grid);
  double aa = 0;
  double av = 0;
  for (std::size_t i = 0; i < kSuperBlock; ++i) {
    const double a = grid.scales[i / kSubBlock] * codes[i];
    const double weight = double{all.weights[i]};
    aa += weight * a * a;
    av += weight * a * double{all.values[i]};
  }
  return aa > 0 ? finite_half(static_cast<float>(av / aa)) : grid.unit;
}

SuperGrid choose_super_grid(Weighted all) {
  std::array<float, kSubBlocks> free;
  for (std::size_t i = 0; i < kSubBlocks; ++i)
    free[i] = fit_scale(all.block(i, kSubBlock), kRange).scale;
  const float largest =
      *std::ranges::max_element(free, {}, [](float scale) { return std::abs(scale); });
  SuperGrid best = fill_grid(all, unit_half(largest / kLowestInteger), free);
  for (int round = 1; round < kRounds; ++round) {
    const SuperGrid grid = fill_grid(all, fit_unit(all, best), free);
    if (!(grid.error < best.error)) break;
    best = grid;
  }
  return best;
}

// Each half of 128 values: four quarters of 32, whose low nibbles share 64 bytes and whose upper
// bit pairs share 32.
void store_codes(const SuperCodes& codes, std::uint8_t* block) {
  for (std::size_t half = 0; half < 2; ++half) {
    std::uint8_t* low = block + 64 * half;
    std::uint8_t* high = block + 128 + 32 * half;
    for (std::size_t l = 0; l < 32; ++l) {
      std::array<int, 4> raised;  // From zero on.
      for (std::size_t quarter = 0; quarter < 4; ++quarter)
        raised[quarter] = codes[128 * half + 32 * quarter + l] - kRange.lowest;
      low[l] = static_cast<std::uint8_t>((raised[0] & 15) | (raised[2] & 15) << 4);
      low[l + 32] = static_cast<std::uint8_t>((raised[1] & 15) | (raised[3] & 15) << 4);
      high[l] = static_cast<std::uint8_t>(raised[0] >> 4 | (raised[1] >> 4) << 2 |
                                          (raised[2] >> 4) << 4 | (raised[3] >> 4) << 6);
    }
  }
}

}  // namespace

void encode_q6_k(const float* values, const float* weights, std::uint8_t* block) {
  const Weighted all{std::span(values, kSuperBlock), std::span(weights, kSuperBlock)};
  const SuperGrid grid = choose_super_grid(all);
  store_codes(codes_of(all.values, grid), block);
  for (std::size_t i = 0; i < kSubBlocks; ++i)
    block[192 + i] = static_cast<std::uint8_t>(static_cast<std::int8_t>(grid.scales[i]));
  store_half(block + 208, grid.unit);
}

}  // namespace byeol::formats
