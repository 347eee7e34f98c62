// Types whose 4-bit codes index a table of 16 values: IQ4_NL and IQ4_XS (a non-linear grid that is
// denser near zero) and MXFP4 (E2M1 floats; OCP Microscaling Formats 1.0).
#include <array>
#include <bit>

#include "formats/block_decoders.h"

namespace byeol::formats {
namespace {

using Table = std::array<float, 16>;

constexpr Table kIQ4Values = {-127, -104, -83, -65, -49, -35, -22, -10,
                              1,    13,   25,  38,  53,  69,  89,  113};
// Twice the E2M1 value, so that all are integers; the scale below is halved in return.
constexpr Table kTwiceE2M1 = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

float look_up(const Table& table, int code) {
  return table[static_cast<std::size_t>(code)];
}

void decode_32(const Table& table, float scale, const std::uint8_t* codes, float* values) {
  for (int j = 0; j < 16; ++j) {
    values[j] = scale * look_up(table, low_nibble(codes[j]));
    values[j + 16] = scale * look_up(table, high_nibble(codes[j]));
  }
}

// 2^(exponent - 128): half of what E8M0 says. The two smallest are subnormal floats.
float half_e8m0(std::uint8_t exponent) {
  const std::uint32_t bits =
      exponent < 2 ? 0x00200000u << exponent : static_cast<std::uint32_t>(exponent - 1) << 23;
  return std::bit_cast<float>(bits);
}

}  // namespace

// scale f16, 16 bytes of codes.
void decode_iq4_nl(const std::uint8_t* block, float* values) {
  decode_32(kIQ4Values, load_half(block), block + 2, values);
}

// d f16, upper scale bits u16 (2 a sub-block), 4 bytes of lower scale nibbles, 128 bytes of codes.
void decode_iq4_xs(const std::uint8_t* block, float* values) {
  const float d = load_half(block);
  std::uint16_t upper;
  std::memcpy(&upper, block + 2, sizeof upper);
  for (int sub_block = 0; sub_block < 8; ++sub_block) {
    const int low = block[4 + sub_block / 2] >> (4 * (sub_block % 2)) & 15;
    const int scale = (low | (upper >> (2 * sub_block) & 3) << 4) - 32;
    decode_32(kIQ4Values, d * static_cast<float>(scale), block + 8 + 16 * sub_block,
              values + 32 * sub_block);
  }
}

// scale E8M0, 16 bytes of codes.
void decode_mxfp4(const std::uint8_t* block, float* values) {
  decode_32(kTwiceE2M1, half_e8m0(block[0]), block + 1, values);
}

}  // namespace byeol::formats
