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
  const std::uint8_t* at(int offset) const {
    return reinterpret_cast<const std::uint8_t*>(bytes_) + offset;
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
  const std::uint8_t* const nibbles = in.at(offset);
  for (int j = 0; j < 16; ++j) {
    out.codes[j] = to_byte(nibbles[j] & 15);
    out.codes[16 + j] = to_byte(nibbles[j] >> 4);
  }
  if (!has_fifth) return;
  for (int j = 0; j < 32; ++j)
    out.codes[j] = to_byte(out.codes[j] | (in[fifths + j / 8] >> (j % 8) & 1) << 4);
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
  for (int sub = 0; sub < 2; ++sub) {
    out.wide_d[sub] = d;
    out.wide_m[sub] = 0.0f;
  }
  for (int j = 0; j < 32; ++j) out.codes[j] = to_byte(kMxfp4Levels[in.nibble(1, j)] + 128);
}

void read_iq4_xs(Bytes in, BlockCodes& out) {
  const float d = half_to_float(in.half(0));
  const unsigned high = in.half(2);
  for (int sub = 0; sub < 8; ++sub) {
    const unsigned low = (in[4 + sub / 2] >> (4 * (sub % 2))) & 15;
    const int scale = static_cast<int>(low | ((high >> (2 * sub)) & 3) << 4) - 32;
    for (int i = 2 * sub; i < 2 * sub + 2; ++i) {
      out.wide_d[i] = d * static_cast<float>(scale);
      out.wide_m[i] = 0.0f;
    }
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
  const std::uint8_t* const nibbles = in.at(has_fifth ? 48 : 16);
  for (int chunk = 0; chunk < 4; ++chunk)
    for (int l = 0; l < 32; ++l) {
      out.codes[64 * chunk + l] = to_byte(nibbles[32 * chunk + l] & 15);
      out.codes[64 * chunk + 32 + l] = to_byte(nibbles[32 * chunk + l] >> 4);
    }
  if (!has_fifth) return;
  const std::uint8_t* const fifths = in.at(16);
  for (int sub = 0; sub < 8; ++sub)
    for (int l = 0; l < 32; ++l)
      out.codes[32 * sub + l] = to_byte(out.codes[32 * sub + l] | (fifths[l] >> sub & 1) << 4);
}

void read_q6_k(Bytes in, BlockCodes& out) {
  out.half_d = in.half(208);
  for (int sub = 0; sub < 16; ++sub) out.small_scales[sub] = to_byte(in[192 + sub]);
  for (int half = 0; half < 2; ++half) {
    const std::uint8_t* const low = in.at(64 * half);
    const std::uint8_t* const high = in.at(128 + 32 * half);
    std::uint8_t* const codes = out.codes + 128 * half;
    for (int l = 0; l < 32; ++l) {
      codes[l] = to_byte((low[l] & 15) | (high[l] & 3) << 4);
      codes[32 + l] = to_byte((low[32 + l] & 15) | (high[l] >> 2 & 3) << 4);
      codes[64 + l] = to_byte(low[l] >> 4 | (high[l] >> 4 & 3) << 4);
      codes[96 + l] = to_byte(low[32 + l] >> 4 | high[l] >> 6 << 4);
    }
  }
}

}  // namespace

void read_block(BlockType type, const std::byte* bytes, BlockCodes& out) {
  out.elements = formats::block_traits(type).elements;
  const Bytes in(bytes);
  switch (type) {
    case BlockType::kQ4_0:
      read_nibbles(in, false, false, out);
      return;
    case BlockType::kQ4_1:
      read_nibbles(in, true, false, out);
      return;
    case BlockType::kQ5_0:
      read_nibbles(in, false, true, out);
      return;
    case BlockType::kQ5_1:
      read_nibbles(in, true, true, out);
      return;
    case BlockType::kQ8_0:
      read_q8_0(in, out);
      return;
    case BlockType::kIQ4_NL:
      read_iq4_nl(in, out);
      return;
    case BlockType::kMXFP4:
      read_mxfp4(in, out);
      return;
    case BlockType::kIQ4_XS:
      read_iq4_xs(in, out);
      return;
    case BlockType::kQ2_K:
      read_q2_k(in, out);
      return;
    case BlockType::kQ3_K:
      read_q3_k(in, out);
      return;
    case BlockType::kQ4_K:
      read_super(in, false, out);
      return;
    case BlockType::kQ5_K:
      read_super(in, true, out);
      return;
    case BlockType::kQ6_K:
      read_q6_k(in, out);
      return;
    case BlockType::kF32:
    case BlockType::kF16:
    case BlockType::kBF16:
      break;
  }
  BYEOL_CHECK(!"a quantised block type");
}

}  // namespace byeol::model
