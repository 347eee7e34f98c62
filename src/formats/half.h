// The two 16-bit floats of model files as bit patterns: IEEE 754 binary16 ("half") and bfloat16,
// the upper half of a float.
//
// Widening is exact for all 65,536 patterns; a NaN stays a NaN with its payload. Narrowing rounds
// to nearest, ties to even, overflows to infinity and makes every NaN quiet.
// Source: IEEE 754-2019, sections 3.4 and 4.3. Threads: pure functions.
#pragma once

#include <bit>
#include <cstdint>

namespace byeol::formats {

inline float half_to_float(std::uint16_t half) {
  const std::uint32_t sign = (half & 0x8000u) << 16;
  const std::uint32_t exponent = (half >> 10) & 31u;
  const std::uint32_t mantissa = half & 0x3FFu;
  if (exponent == 31) return std::bit_cast<float>(sign | 0x7F800000u | mantissa << 13);
  if (exponent == 0) {  // A multiple of 2^-24, at most 1023 of them: exact.
    const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
    return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(magnitude));
  }
  return std::bit_cast<float>(sign | (exponent + (127 - 15)) << 23 | mantissa << 13);
}

inline std::uint16_t float_to_half(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = (bits >> 16) & 0x8000u;
  const std::uint32_t magnitude = bits & 0x7FFFFFFFu;
  std::uint32_t half = 0;
  if (magnitude > 0x7F800000u) {
    half = 0x7E00u | (magnitude >> 13 & 0x3FFu);
  } else if (magnitude >= 0x477FF000u) {  // 65,520: half way from the largest half to 2^16.
    half = 0x7C00u;
  } else if (magnitude >= 0x38800000u) {  // 2^-14: the smallest normal half.
    const std::uint32_t rounded = magnitude + 0xFFFu + (magnitude >> 13 & 1u);
    half = (rounded - (std::uint32_t{127 - 15} << 23)) >> 13;
  } else {
    // Floats from 0.5 to 1 are 2^-24 apart, as subnormal halves are: the addition rounds.
    const float rounded = std::bit_cast<float>(magnitude) + 0.5f;
    half = std::bit_cast<std::uint32_t>(rounded) - std::bit_cast<std::uint32_t>(0.5f);
  }
  return static_cast<std::uint16_t>(sign | half);
}

inline float bfloat16_to_float(std::uint16_t bfloat16) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bfloat16) << 16);
}

inline std::uint16_t float_to_bfloat16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7FFFFFFFu) > 0x7F800000u) return static_cast<std::uint16_t>(bits >> 16 | 0x40u);
  return static_cast<std::uint16_t>((bits + 0x7FFFu + (bits >> 16 & 1u)) >> 16);
}

}  // namespace byeol::formats
