#include "kernels/layout.h"

#include <bit>
#include <cstring>

namespace byeol::kernels {
namespace {

constexpr int kQuad = 4;  // K-values of a row side by side.
constexpr int kQuadBytes = 4 * kTileRows;

float half_to_float(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000) << 16;
  const std::uint32_t exponent = (half >> 10) & 31;
  const std::uint32_t mantissa = half & 1023;
  if (exponent == 0) {  // Zero and denormals: mantissa * 2^-24, exact in a float.
    const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
    return std::bit_cast<float>(std::bit_cast<std::uint32_t>(magnitude) | sign);
  }
  const std::uint32_t wide_exponent = exponent == 31 ? 255 : exponent + 112;
  return std::bit_cast<float>(sign | wide_exponent << 23 | mantissa << 13);
}

template <typename T>
T read(const std::byte* bytes, std::int64_t index) {
  T value;
  std::memcpy(&value, bytes + index * static_cast<std::int64_t>(sizeof(T)), sizeof(T));
  return value;
}

float read_half(const std::byte* bytes, std::int64_t index) {
  return half_to_float(read<std::uint16_t>(bytes, index));
}

// A field of `bits` bits inside a block's code bytes.
struct Field {
  int byte;
  int shift;
  int bits;
};

Field low_field(Layout layout, int row, int i) {
  const int quad = i / kQuad;
  const int lane = kQuad * row + i % kQuad;
  if (traits(layout).code_bits == 8) return {quad * kQuadBytes + lane, 0, 8};
  return {quad / 2 * kQuadBytes + lane, quad % 2 * 4, 4};
}

// The bits above the fourth, after the four planes of nibbles.
Field high_field(Layout layout, int row, int i) {
  const int quad = i / kQuad;
  const int lane = kQuad * row + i % kQuad;
  const int planes = 4 * kQuadBytes;
  if (traits(layout).code_bits == 5) return {planes + lane, quad, 1};
  return {planes + quad / 4 * kQuadBytes + lane, quad % 4 * 2, 2};
}

bool has_high_field(Layout layout) {
  return traits(layout).code_bits == 5 || traits(layout).code_bits == 6;
}

std::int64_t block_bytes(const LayoutTraits& t) {
  return t.scale_bytes + t.code_bytes;
}

int load_field(const std::byte* block, Field field) {
  return (std::to_integer<int>(block[field.byte]) >> field.shift) & ((1 << field.bits) - 1);
}

}  // namespace

const LayoutTraits& traits(Layout layout) {
  return kLayoutTraits[static_cast<int>(layout)];
}

std::int64_t tile_bytes(Layout layout, std::int32_t k) {
  const LayoutTraits& t = traits(layout);
  if (t.float_bytes != 0) return std::int64_t{k} * kTileRows * t.float_bytes;
  return head_offset(layout, k / kBlock);
}

std::int64_t head_offset(Layout layout, std::int64_t block) {
  const LayoutTraits& t = traits(layout);
  return block / t.unit_blocks * (t.head_bytes + t.unit_blocks * block_bytes(t));
}

std::int64_t scales_offset(Layout layout, std::int64_t block) {
  const LayoutTraits& t = traits(layout);
  return head_offset(layout, block) + t.head_bytes + block % t.unit_blocks * block_bytes(t);
}

std::int64_t codes_offset(Layout layout, std::int64_t block) {
  return scales_offset(layout, block) + traits(layout).scale_bytes;
}

std::int64_t low_tile_bytes(std::int32_t k) {
  return std::int64_t{k} / kBlock * kLowBlockBytes;
}

int load_code(Layout layout, const std::byte* block, int row, int i) {
  const int low = load_field(block, low_field(layout, row, i));
  return has_high_field(layout) ? low | load_field(block, high_field(layout, row, i)) << 4 : low;
}

int load_low_bits(const std::byte* low_block, int row, int i) {
  const int quad = i / kQuad;
  const int lane = kQuad * row + i % kQuad;
  return load_field(low_block, {quad / 4 * kQuadBytes + lane, quad % 4 * 2, 2}) << 1 |
         load_field(low_block, {2 * kQuadBytes + lane, quad, 1});
}

int load_code_of(const Weights& weights, std::int64_t tile, int row, std::int32_t k_index) {
  const std::int64_t block = k_index / kBlock;
  const int i = k_index % kBlock;
  const std::byte* const codes =
      weights.tiles + tile * weights.tile_bytes + codes_offset(weights.layout, block);
  if (weights.layout != Layout::kQ8Split) return load_code(weights.layout, codes, row, i);
  const std::byte* const lows =
      weights.lows + tile * low_tile_bytes(weights.k) + block * kLowBlockBytes;
  return load_code(Layout::kQ5, codes, row, i) << 3 | load_low_bits(lows, row, i);
}

namespace {

using Quads = std::uint8_t[8][kQuadBytes];

void gather_quads(const std::uint8_t (&codes)[kTileRows][kBlock], Quads& quads) {
  for (int row = 0; row < kTileRows; ++row)
    for (int quad = 0; quad < 8; ++quad)
      std::memcpy(quads[quad] + kQuad * row, codes[row] + kQuad * quad, kQuad);
}

// Folds `bits` bits from bit `from` on of the same byte of 8 / bits quads into one byte; quads of
// the next byte follow in the next kQuadBytes.
void fold_bits(const Quads& quads, int from, int bits, std::byte* out) {
  const int together = 8 / bits;
  for (int first = 0; first < 8; first += together, out += kQuadBytes)
    for (int i = 0; i < kQuadBytes; ++i) {
      int folded = 0;
      for (int q = 0; q < together; ++q)
        folded |= (quads[first + q][i] >> from & ((1 << bits) - 1)) << (q * bits);
      out[i] = static_cast<std::byte>(folded);
    }
}

}  // namespace

void store_codes(Layout layout, const std::uint8_t (&codes)[kTileRows][kBlock], std::byte* block) {
  Quads quads;
  gather_quads(codes, quads);
  const int bits = layout == Layout::kQ8Split ? 5 : traits(layout).code_bits;
  if (bits == 8) {
    std::memcpy(block, quads, sizeof quads);
    return;
  }
  const int from = layout == Layout::kQ8Split ? 3 : 0;
  fold_bits(quads, from, 4, block);
  if (bits > 4) fold_bits(quads, from + 4, bits - 4, block + 4 * kQuadBytes);
}

void store_low_bits(const std::uint8_t (&codes)[kTileRows][kBlock], std::byte* low_block) {
  Quads quads;
  gather_quads(codes, quads);
  fold_bits(quads, 1, 2, low_block);
  fold_bits(quads, 0, 1, low_block + 2 * kQuadBytes);
}

Scale load_scale(const Weights& weights, const std::byte* tile, int row, std::int32_t k_index) {
  const std::int64_t block = k_index / kBlock;
  const std::byte* const head = tile + head_offset(weights.layout, block);
  const std::byte* const own = tile + scales_offset(weights.layout, block);
  const int half = k_index % kBlock / (kBlock / 2);
  switch (weights.layout) {
    case Layout::kQ4:
    case Layout::kQ5:
    case Layout::kQ8:
    case Layout::kQ8Split:
      return {read_half(head, row), 0.0f};
    case Layout::kQ4Min:
    case Layout::kQ5Min:
      return {read_half(head, row), read_half(head, kTileRows + row)};
    case Layout::kSuper4Min:
    case Layout::kSuper5Min:
      return {read_half(head, row) * read<std::uint8_t>(own, row),
              -read_half(head, kTileRows + row) * read<std::uint8_t>(own, kTileRows + row)};
    case Layout::kSuper6:
      return {read_half(head, row) * read<std::int8_t>(own, half * kTileRows + row), 0.0f};
    case Layout::kWide:
      return {read<float>(head, half * kTileRows + row),
              read<float>(head, (2 + half) * kTileRows + row)};
    case Layout::kF32:
    case Layout::kF16:
    case Layout::kBF16:
      break;
  }
  return {1.0f, 0.0f};
}

float load_float(const Weights& weights, const std::byte* tile, int row, std::int32_t k_index) {
  const std::int64_t index = std::int64_t{k_index} * kTileRows + row;
  switch (weights.layout) {
    case Layout::kF32:
      return read<float>(tile, index);
    case Layout::kF16:
      return read_half(tile, index);
    default:
      return std::bit_cast<float>(static_cast<std::uint32_t>(read<std::uint16_t>(tile, index))
                                  << 16);
  }
}

// A tile widened to bytes, its scales as floats (the widest: two vectors per 16 values),
// and a few rows of numbers per column that depend on the activations alone.
std::int64_t matmul_scratch_bytes(std::int32_t k) {
  const std::int64_t blocks = k / kBlock + 1;
  const std::int64_t panel = blocks * (1024 + 512);
  const std::int64_t corrections = kColumnsPerPass * blocks * 16;
  return panel + corrections + 256;
}

}  // namespace byeol::kernels
