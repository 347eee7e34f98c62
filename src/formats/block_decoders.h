// One function per block type: the bytes of one block -> its values (32 or 256 floats). The order
// of the float operations is that of the reference (ggml-quants.c), so results are equal to the
// bit. Private to this module: everyone else calls dequantize() in block_type.h.
#pragma once

#include <cstdint>
#include <cstring>

#include "formats/half.h"

namespace byeol::formats {

using BlockDecoder = void (*)(const std::uint8_t* block, float* values);

void decode_q4_0(const std::uint8_t* block, float* values);
void decode_q4_1(const std::uint8_t* block, float* values);
void decode_q5_0(const std::uint8_t* block, float* values);
void decode_q5_1(const std::uint8_t* block, float* values);
void decode_q8_0(const std::uint8_t* block, float* values);

void decode_q2_k(const std::uint8_t* block, float* values);
void decode_q3_k(const std::uint8_t* block, float* values);
void decode_q4_k(const std::uint8_t* block, float* values);
void decode_q5_k(const std::uint8_t* block, float* values);
void decode_q6_k(const std::uint8_t* block, float* values);

void decode_iq4_nl(const std::uint8_t* block, float* values);
void decode_iq4_xs(const std::uint8_t* block, float* values);
void decode_mxfp4(const std::uint8_t* block, float* values);

inline float load_half(const std::uint8_t* bytes) {
  std::uint16_t half;
  std::memcpy(&half, bytes, sizeof half);
  return half_to_float(half);
}
inline int low_nibble(std::uint8_t byte) {
  return byte & 15;
}
inline int high_nibble(std::uint8_t byte) {
  return byte >> 4;
}

}  // namespace byeol::formats
