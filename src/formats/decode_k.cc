// The K family: super-blocks of 256 whose sub-blocks of 16 or 32 have small integer scales of their
// own, multiplied by one f16 for the whole. Q2_K, Q4_K and Q5_K also subtract a minimum, kept
// alike.
#include <array>

#include "formats/block_decoders.h"

namespace byeol::formats {
namespace {

struct ScaleAndMinimum {
  float scale;
  float minimum;
};

// Q4_K and Q5_K: eight 6-bit scales and eight 6-bit minima in 12 bytes. The first four of each are
// the lower 6 bits of a byte; the others are nibbles whose upper 2 bits sit above the first ones.
ScaleAndMinimum sub_block_scales(const std::uint8_t* packed, int sub_block, float d, float d_min) {
  int scale = 0;
  int minimum = 0;
  if (sub_block < 4) {
    scale = packed[sub_block] & 63;
    minimum = packed[sub_block + 4] & 63;
  } else {
    scale = low_nibble(packed[sub_block + 4]) | (packed[sub_block - 4] >> 6) << 4;
    minimum = high_nibble(packed[sub_block + 4]) | (packed[sub_block] >> 6) << 4;
  }
  return {d * static_cast<float>(scale), d_min * static_cast<float>(minimum)};
}

// Q3_K: sixteen 6-bit scales in 12 bytes: 8 bytes of low nibbles, then 4 bytes of upper bit pairs.
int q3_scale(const std::uint8_t* packed, int index) {
  const int low = index < 8 ? low_nibble(packed[index]) : high_nibble(packed[index - 8]);
  const int high = packed[8 + index % 4] >> (2 * (index / 4)) & 3;
  return (low | high << 4) - 32;
}

}  // namespace

// 16 bytes of scale (low nibble) and minimum (high), 64 bytes of 2-bit codes, d f16, d_min f16.
void decode_q2_k(const std::uint8_t* block, float* values) {
  const std::uint8_t* scales = block;
  const std::uint8_t* codes = block + 16;
  const float d = load_half(block + 80);
  const float d_min = load_half(block + 82);
  for (int half = 0; half < 2; ++half) {
    for (int group = 0; group < 4; ++group) {
      for (int l = 0; l < 32; ++l) {
        const std::uint8_t packed = scales[8 * half + 2 * group + l / 16];
        const float scale = d * static_cast<float>(low_nibble(packed));
        const float minimum = d_min * static_cast<float>(high_nibble(packed));
        const int code = codes[32 * half + l] >> (2 * group) & 3;
        *values++ = scale * static_cast<float>(code) - minimum;
      }
    }
  }
}

// 32 bytes of third bits (set: nothing is subtracted), 64 bytes of 2-bit codes, 12 of scales, d
// f16.
void decode_q3_k(const std::uint8_t* block, float* values) {
  const std::uint8_t* third_bits = block;
  const std::uint8_t* codes = block + 32;
  const std::uint8_t* scales = block + 96;
  const float d = load_half(block + 108);
  for (int half = 0; half < 2; ++half) {
    for (int group = 0; group < 4; ++group) {
      for (int l = 0; l < 32; ++l) {
        const float scale = d * static_cast<float>(q3_scale(scales, 8 * half + 2 * group + l / 16));
        const int offset = (third_bits[l] >> (4 * half + group) & 1) ? 0 : 4;
        const int code = (codes[32 * half + l] >> (2 * group) & 3) - offset;
        *values++ = scale * static_cast<float>(code);
      }
    }
  }
}

// d f16, d_min f16, 12 bytes of scales and minima, 128 bytes of 4-bit codes.
void decode_q4_k(const std::uint8_t* block, float* values) {
  const float d = load_half(block);
  const float d_min = load_half(block + 2);
  const std::uint8_t* scales = block + 4;
  const std::uint8_t* codes = block + 16;
  for (int chunk = 0; chunk < 4; ++chunk, codes += 32, values += 64) {
    const auto [low_scale, low_minimum] = sub_block_scales(scales, 2 * chunk, d, d_min);
    const auto [high_scale, high_minimum] = sub_block_scales(scales, 2 * chunk + 1, d, d_min);
    for (int l = 0; l < 32; ++l) {
      values[l] = low_scale * static_cast<float>(low_nibble(codes[l])) - low_minimum;
      values[l + 32] = high_scale * static_cast<float>(high_nibble(codes[l])) - high_minimum;
    }
  }
}

// As Q4_K, with 32 bytes of fifth bits before the codes: bit s of byte l is for sub-block s.
void decode_q5_k(const std::uint8_t* block, float* values) {
  const float d = load_half(block);
  const float d_min = load_half(block + 2);
  const std::uint8_t* scales = block + 4;
  const std::uint8_t* fifth_bits = block + 16;
  const std::uint8_t* codes = block + 48;
  for (int chunk = 0; chunk < 4; ++chunk, codes += 32, values += 64) {
    const auto [low_scale, low_minimum] = sub_block_scales(scales, 2 * chunk, d, d_min);
    const auto [high_scale, high_minimum] = sub_block_scales(scales, 2 * chunk + 1, d, d_min);
    for (int l = 0; l < 32; ++l) {
      const int low = low_nibble(codes[l]) | (fifth_bits[l] >> (2 * chunk) & 1) << 4;
      const int high = high_nibble(codes[l]) | (fifth_bits[l] >> (2 * chunk + 1) & 1) << 4;
      values[l] = low_scale * static_cast<float>(low) - low_minimum;
      values[l + 32] = high_scale * static_cast<float>(high) - high_minimum;
    }
  }
}

// 128 bytes of low nibbles, 64 bytes of upper bit pairs, 16 signed scales, d f16.
void decode_q6_k(const std::uint8_t* block, float* values) {
  const float d = load_half(block + 208);
  for (int half = 0; half < 2; ++half, values += 128) {
    const std::uint8_t* low = block + 64 * half;
    const std::uint8_t* high = block + 128 + 32 * half;
    const std::uint8_t* scales = block + 192 + 8 * half;
    for (int l = 0; l < 32; ++l) {
      const std::array<int, 4> codes = {low_nibble(low[l]) | (high[l] & 3) << 4,
                                        low_nibble(low[l + 32]) | (high[l] >> 2 & 3) << 4,
                                        high_nibble(low[l]) | (high[l] >> 4 & 3) << 4,
                                        high_nibble(low[l + 32]) | (high[l] >> 6 & 3) << 4};
      for (int quarter = 0; quarter < 4; ++quarter) {
        const auto scale = static_cast<std::int8_t>(scales[l / 16 + 2 * quarter]);
        values[32 * quarter + l] =
            d * static_cast<float>(scale) *
            static_cast<float>(codes[static_cast<std::size_t>(quarter)] - 32);
      }
    }
  }
}

}  // namespace byeol::formats
