#include "model/block_codes.h"

#include <bit>
#include <cstring>

#include "base/check.h"
#include "formats/half.h"

namespace byeol::model {
namespace {

using formats::BlockType;
using formats::half_to_float;

// The levels of IQ4_NL and IQ4_XS, and twice those of MXFP4's E2M1.
constexpr int kIq4Levels[16] = {-127, -104, -83, -65, -49, -35, -22, -10,
                                1,    13,   25,  38,  53,  69,  89,  113};
constexpr int kMxfp4Levels[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

class Bytes {
 public:
  explicit Bytes(const std::byte* bytes) : bytes_(bytes) {}
  unsigned operator[](int index) const { return std::to_integer<unsigned>(bytes_[index]); }
  std::uint16_t half(int offset) const {
    return static_cast<std::uint16_t>((*this)[offset] | (*this)[offset + 1] << 8);
  }
  // Nibble j of 32: low ones of the 16 bytes at `offset` first, then their high ones.
  unsigned nibble(int offset, int j) const {
    return ((*this)[offset + j % 16] >> (j < 16 ? 0 : 4)) & 15;
  }

 private:
  const std::byte* bytes_;
};

std::uint8_t to_byte(unsigned value) {
  return static_cast<std::uint8_t>(value);
}
std::uint8_t to_byte(int value) {
  return static_cast<std::uint8_t>(value);
}

// Q4_0, Q4_1, Q5_0, Q5_1: d, then m, then 32 fifth bits, then 32 nibbles.
void read_nibbles(Bytes in, bool has_min, bool has_fifth, BlockCodes& out) {
  out.half_d = in.half(0);
  int offset = 2;
  if (has_min) {
    out.half_m = in.half(offset);
    offset += 2;
  }
  const int fifths = offset;
  if (has_fifth) offset += 4;
  for (int j = 0; j < 32; ++j) {
    const unsigned fifth = has_fifth ? (in[fifths + j / 8] >> (j % 8)) & 1 : 0;
    out.codes[j] = to_byte(in.nibble(offset, j) | fifth << 4);
  }
}

void read_q8_0(Bytes in, BlockCodes& out) {
  out.half_d = in.half(0);
  for (int j = 0; j < 32; ++j) out.codes[j] = to_byte(in[2 + j] ^ 0x80);
}

void read_iq4_nl(Bytes in, BlockCodes& out) {
  out.half_d = in.half(0);
  for (int j = 0; j < 32; ++j) out.codes[j] = to_byte(kIq4Levels[in.nibble(2, j)] + 128);
}

void read_mxfp4(Bytes in, BlockCodes& out) {
  const unsigned e = in[0];
  const float d = std::bit_cast<float>(e < 2 ? 0x00200000U << e : (e - 1) << 23);
  for (int sub = 0; sub < 2; ++sub) out.wide_d[sub] = d;
  for (int j = 0; j < 32; ++j) out.codes[j] = to_byte(kMxfp4Levels[in.nibble(1, j)] + 128);
}

void read_iq4_xs(Bytes in, BlockCodes& out) {
  const float d = half_to_float(in.half(0));
  const unsigned high = in.half(2);
  for (int sub = 0; sub < 8; ++sub) {
    const unsigned low = (in[4 + sub / 2] >> (4 * (sub % 2))) & 15;
    const int scale = static_cast<int>(low | ((high >> (2 * sub)) & 3) << 4) - 32;
    out.wide_d[2 * sub] = out.wide_d[2 * sub + 1] = d * static_cast<float>(scale);
    for (int j = 0; j < 32; ++j)
      out.codes[32 * sub + j] = to_byte(kIq4Levels[in.nibble(8 + 16 * sub, j)] + 128);
  }
}

void read_q2_k(Bytes in, BlockCodes& out) {
  const float d = half_to_float(in.half(80));
  const float dmin = half_to_float(in.half(82));
  for (int sub = 0; sub < 16; ++sub) {
    out.wide_d[sub] = d * static_cast<float>(in[sub] & 15);
    out.wide_m[sub] = -dmin * static_cast<float>(in[sub] >> 4);
  }
  for (int e = 0; e < 256; ++e)
    out.codes[e] = to_byte(((in[16 + e / 128 * 32 + e % 32] >> (2 * (e / 32 % 4))) & 3) + 128);
}

void read_q3_k(Bytes in, BlockCodes& out) {
  out.half_d = in.half(108);
  for (int sub = 0; sub < 16; ++sub) {
    const unsigned low = sub < 8 ? in[96 + sub] & 15 : in[96 + sub - 8] >> 4;
    const unsigned high = (in[104 + sub % 4] >> (2 * (sub / 4))) & 3;
    out.small_scales[sub] = to_byte(static_cast<int>(low | high << 4) - 32);
  }
  for (int e = 0; e < 256; ++e) {
    const unsigned low = (in[32 + e / 128 * 32 + e % 32] >> (2 * (e / 32 % 4))) & 3;
    const bool high = ((in[e % 32] >> (e / 32)) & 1) != 0;
    out.codes[e] = to_byte(low + (high ? 32 : 28));
  }
}

// Q4_K and Q5_K: twelve bytes of 6-bit scales and mins at 4, fifth bits for Q5_K, then nibbles.
void read_super(Bytes in, bool has_fifth, BlockCodes& out) {
  out.half_d = in.half(0);
  out.half_m = in.half(2);
  for (int i = 0; i < 4; ++i) {
    out.small_scales[i] = to_byte(in[4 + i] & 63);
    out.small_mins[i] = to_byte(in[8 + i] & 63);
    out.small_scales[4 + i] = to_byte((in[12 + i] & 15) | in[4 + i] >> 6 << 4);
    out.small_mins[4 + i] = to_byte(in[12 + i] >> 4 | in[8 + i] >> 6 << 4);
  }
  const int nibbles = has_fifth ? 48 : 16;
  for (int e = 0; e < 256; ++e) {
    const unsigned low = (in[nibbles + e / 64 * 32 + e % 32] >> (e / 32 % 2 * 4)) & 15;
    const unsigned fifth = has_fifth ? (in[16 + e % 32] >> (e / 32)) & 1 : 0;
    out.codes[e] = to_byte(low | fifth << 4);
  }
}

void read_q6_k(Bytes in, BlockCodes& out) {
  out.half_d = in.half(208);
  for (int sub = 0; sub < 16; ++sub) out.small_scales[sub] = to_byte(in[192 + sub]);
  for (int e = 0; e < 256; ++e) {
    const int half = e / 128;
    const int group = e / 32 % 4;  // 0, 1: low nibbles; 2, 3: high ones.
    const unsigned low = (in[64 * half + e % 64] >> (group / 2 * 4)) & 15;
    const unsigned high = (in[128 + 32 * half + e % 32] >> (2 * group)) & 3;
    out.codes[e] = to_byte(low | high << 4);
  }
}

}  // namespace

BlockCodes read_block(BlockType type, const std::byte* bytes) {
  BlockCodes out{};
  out.elements = formats::block_traits(type).elements;
  const Bytes in(bytes);
  switch (type) {
    case BlockType::kQ4_0:
      read_nibbles(in, false, false, out);
      return out;
    case BlockType::kQ4_1:
      read_nibbles(in, true, false, out);
      return out;
    case BlockType::kQ5_0:
      read_nibbles(in, false, true, out);
      return out;
    case BlockType::kQ5_1:
      read_nibbles(in, true, true, out);
      return out;
    case BlockType::kQ8_0:
      read_q8_0(in, out);
      return out;
    case BlockType::kIQ4_NL:
      read_iq4_nl(in, out);
      return out;
    case BlockType::kMXFP4:
      read_mxfp4(in, out);
      return out;
    case BlockType::kIQ4_XS:
      read_iq4_xs(in, out);
      return out;
    case BlockType::kQ2_K:
      read_q2_k(in, out);
      return out;
    case BlockType::kQ3_K:
      read_q3_k(in, out);
      return out;
    case BlockType::kQ4_K:
      read_super(in, false, out);
      return out;
    case BlockType::kQ5_K:
      read_super(in, true, out);
      return out;
    case BlockType::kQ6_K:
      read_q6_k(in, out);
      return out;
    case BlockType::kF32:
    case BlockType::kF16:
    case BlockType::kBF16:
      break;
  }
  BYEOL_CHECK(!"a quantised block type");
  return out;
}

}  // namespace byeol::model
