// Blocks of 32 with one scale: Q4_0, Q5_0, Q8_0 (value = code * scale, codes around zero) and Q4_1,
// Q5_1 (value = code * scale + minimum). Low nibbles are the first 16 values, high nibbles the
// rest.
#include "formats/block_decoders.h"

namespace byeol::formats {
namespace {

constexpr int kHalfBlock = 16;

// Bit j is the fifth bit of value j's code.
std::uint32_t load_fifth_bits(const std::uint8_t* bytes) {
  std::uint32_t bits;
  std::memcpy(&bits, bytes, sizeof bits);
  return bits;
}

int fifth_bit(std::uint32_t bits, int value) {
  return static_cast<int>(bits >> value & 1u) << 4;
}

}  // namespace

// scale f16, 16 bytes of codes.
void decode_q4_0(const std::uint8_t* block, float* values) {
  const float scale = load_half(block);
  const std::uint8_t* codes = block + 2;
  for (int j = 0; j < kHalfBlock; ++j) {
    values[j] = static_cast<float>(low_nibble(codes[j]) - 8) * scale;
    values[j + kHalfBlock] = static_cast<float>(high_nibble(codes[j]) - 8) * scale;
  }
}

// scale f16, minimum f16, 16 bytes of codes.
void decode_q4_1(const std::uint8_t* block, float* values) {
  const float scale = load_half(block);
  const float minimum = load_half(block + 2);
  const std::uint8_t* codes = block + 4;
  for (int j = 0; j < kHalfBlock; ++j) {
    values[j] = static_cast<float>(low_nibble(codes[j])) * scale + minimum;
    values[j + kHalfBlock] = static_cast<float>(high_nibble(codes[j])) * scale + minimum;
  }
}

// scale f16, fifth bits u32, 16 bytes of codes.
void decode_q5_0(const std::uint8_t* block, float* values) {
  const float scale = load_half(block);
  const std::uint32_t fifth = load_fifth_bits(block + 2);
  const std::uint8_t* codes = block + 6;
  for (int j = 0; j < kHalfBlock; ++j) {
    const int low = low_nibble(codes[j]) | fifth_bit(fifth, j);
    const int high = high_nibble(codes[j]) | fifth_bit(fifth, j + kHalfBlock);
    values[j] = static_cast<float>(low - 16) * scale;
    values[j + kHalfBlock] = static_cast<float>(high - 16) * scale;
  }
}

// scale f16, minimum f16, fifth bits u32, 16 bytes of codes.
void decode_q5_1(const std::uint8_t* block, float* values) {
  const float scale = load_half(block);
  const float minimum = load_half(block + 2);
  const std::uint32_t fifth = load_fifth_bits(block + 4);
  const std::uint8_t* codes = block + 8;
  for (int j = 0; j < kHalfBlock; ++j) {
    const int low = low_nibble(codes[j]) | fifth_bit(fifth, j);
    const int high = high_nibble(codes[j]) | fifth_bit(fifth, j + kHalfBlock);
    values[j] = static_cast<float>(low) * scale + minimum;
    values[j + kHalfBlock] = static_cast<float>(high) * scale + minimum;
  }
}

// scale f16, 32 signed bytes.
void decode_q8_0(const std::uint8_t* block, float* values) {
  const float scale = load_half(block);
  const std::uint8_t* codes = block + 2;
  for (int j = 0; j < 2 * kHalfBlock; ++j)
    values[j] = static_cast<float>(static_cast<std::int8_t>(codes[j])) * scale;
}

}  // namespace byeol::formats
