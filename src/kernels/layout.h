// Where the bytes of packed weights lie. A tile holds 16 rows of W[rows][k] and is cut in two:
//
//   codes    [k / 32] blocks of code_bytes. Within a block the 32 K-values of the 16 rows form
//   eight
//            quads of 64 bytes: byte 4 * row + i % 4 of quad i / 4 belongs to value i of the row.
//            So one 64-byte vector meets four activations, broadcast, in VPDPBUSD; two halves of it
//            (rows 0-7, 8-15) are AVX2's vectors, four quarters NEON's.
//     4 bits     64 bytes for two quads: quad 2 p in the low nibbles, 2 p + 1 in the high ones
//     5th bits   then 64 bytes: bit q of byte j is the fifth bit of byte j of quad q
//     6th, 5th   then 2 x 64 bytes: bits 2 (q % 4) and up of byte j are those of quad q; quads 0-3
//                in the first 64 bytes, 4-7 in the second
//     8 bits     the eight quads as they are
//   scales   [k / scale_values] runs of scale_bytes; a vector is 16 numbers, one per row:
//     kQ4, kQ5, kQ8    f16 d[16]
//     kQ4Min, kQ5Min   f16 d[16], f16 m[16]                          w = d * code + m
//     kSuper4Min, 5    f16 d[16], f16 dmin[16], u8 s[8][16], u8 m[8][16]
//                                                  w = (d * s) * code - dmin * m, per 32
//     kSuper6          f16 d[16], i8 s[16][16]     w = (d * s) * (code - 32), per 16
//     kWide            f32 d[2][16], f32 m[2][16]  w = d * (code - 128) + m, per 16
//
// The float layouts are [k][16 rows]. A tile's size is rounded up to 64 bytes.
// Threads: constants and pure functions. The ISA files may use the constants of this header only.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/kernel_table.h"

namespace byeol::kernels {

struct LayoutTraits {
  int code_bits;     // 0 for the float layouts.
  int offset;        // What is subtracted from a code.
  int code_bytes;    // Of 16 rows x 32 values.
  int scale_values;  // K-values that share a run of scales.
  int scale_bytes;   // Of such a run.
  int sub_block;     // Consecutive K-values whose scale is one number.
  bool has_min;
  int float_bytes;  // Of one weight of a float layout; otherwise 0.
};

// By Layout's number.
constexpr LayoutTraits kLayoutTraits[] = {
    {4, 8, 256, 32, 32, 32, false, 0},     // kQ4
    {4, 0, 256, 32, 64, 32, true, 0},      // kQ4Min
    {5, 16, 320, 32, 32, 32, false, 0},    // kQ5
    {5, 0, 320, 32, 64, 32, true, 0},      // kQ5Min
    {8, 128, 512, 32, 32, 32, false, 0},   // kQ8
    {4, 0, 256, 256, 320, 32, true, 0},    // kSuper4Min
    {5, 0, 320, 256, 320, 32, true, 0},    // kSuper5Min
    {6, 32, 384, 256, 288, 16, false, 0},  // kSuper6
    {8, 128, 512, 32, 256, 16, true, 0},   // kWide
    {0, 0, 0, 1, 0, 1, false, 4},          // kF32
    {0, 0, 0, 1, 0, 1, false, 2},          // kF16
    {0, 0, 0, 1, 0, 1, false, 2},          // kBF16
};

// Rows of activations whose corrections (what depends on the activations alone) a kernel keeps in
// scratch at a time.
constexpr int kColumnsPerPass = 128;

// Registers of a kernel. Aliases: a bound of type int makes GCC 12 warn of its own conversion.
template <typename T, int kCount>
using Row = T[static_cast<std::size_t>(kCount)];
template <typename T, int kColumns, int kVectors>
using Grid = T[static_cast<std::size_t>(kColumns)][static_cast<std::size_t>(kVectors)];

const LayoutTraits& traits(Layout layout);
std::int64_t tile_bytes(Layout layout, std::int32_t k);

// The code of value i (0 to 31) of a row in a block's code bytes.
int load_code(Layout layout, const std::byte* block, int row, int i);
// All codes of a block, [16 rows][32 values].
void store_codes(Layout layout, const std::uint8_t (&codes)[kTileRows][kBlock], std::byte* block);

// w = d * (code - offset) + m for value k_index of a row of a tile; m is 0 where there is no
// minimum. Both are exact: a product of scales fits a float.
struct Scale {
  float d;
  float m;
};
Scale load_scale(const Weights& weights, const std::byte* tile, int row, std::int32_t k_index);
// Value k_index of a row of a tile of a float layout.
float load_float(const Weights& weights, const std::byte* tile, int row, std::int32_t k_index);

}  // namespace byeol::kernels
