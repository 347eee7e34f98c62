// One function per block type: the values of one block (32 or 256 floats) and what an error in each
// costs -> the block's bytes. Values are finite and at most kLargestValue (grid_fit.h).
//
// The types with one scale also try the grid that rounding to nearest would take, so that their
// weighted squared error is never above its. Private to this module: everyone else calls quantize()
// in quantize.h. Threads: pure functions.
#pragma once

#include <cstdint>
#include <cstring>

#include "formats/half.h"

namespace byeol::formats {

using BlockEncoder = void (*)(const float* values, const float* weights, std::uint8_t* block);

void encode_q4_0(const float* values, const float* weights, std::uint8_t* block);
void encode_q4_1(const float* values, const float* weights, std::uint8_t* block);
void encode_q5_0(const float* values, const float* weights, std::uint8_t* block);
void encode_q5_1(const float* values, const float* weights, std::uint8_t* block);
void encode_q8_0(const float* values, const float* weights, std::uint8_t* block);

void encode_q4_k(const float* values, const float* weights, std::uint8_t* block);
void encode_q5_k(const float* values, const float* weights, std::uint8_t* block);
void encode_q6_k(const float* values, const float* weights, std::uint8_t* block);

inline void store_half(std::uint8_t* bytes, std::uint16_t half) {
  std::memcpy(bytes, &half, sizeof half);
}

// The nearest half that is finite.
inline std::uint16_t finite_half(float value) {
  constexpr float kLargestHalf = 65504.0f;
  if (value > kLargestHalf) value = kLargestHalf;
  if (value < -kLargestHalf) value = -kLargestHalf;
  return float_to_half(value);
}

// A half for the unit of integer scales: among subnormal halves, which lie far apart, the one above
// rather than the one below, so that the largest scale does not fall out of reach.
inline std::uint16_t unit_half(float value) {
  constexpr float kSmallestNormalHalf = 0x1p-14f;
  const std::uint16_t half = finite_half(value);
  const float magnitude = value < 0 ? -value : value;
  const bool falls_short =
      magnitude < kSmallestNormalHalf && half_to_float(half & 0x7FFFu) < magnitude;
  return falls_short ? static_cast<std::uint16_t>(half + 1) : half;
}

}  // namespace byeol::formats
