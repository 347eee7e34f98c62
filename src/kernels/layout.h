// Where the bytes of packed weights lie. A tile holds 32 rows of W[rows][k] as a series of units,
// in the very order in which the kernels read them: the hardware's prefetchers follow one ascending
// stream and lose their way between several (one core reads 30 GB/s from memory; it read 17 with
// the scales in a region apart and 9 to 15 when it alternated between two halves of a tile).
//
//   unit     what a run of scales covers: its head, then each block's scales and codes
//   codes    Within a block the 32 K-values of the 32 rows form eight quads of 128 bytes: byte
//            4 * row + i % 4 of quad i / 4 belongs to value i of the row. So one vector of 16 rows
//            meets four activations, broadcast, in VPDPBUSD; AVX2 takes 8 rows, NEON 4.
//     4 bits     128 bytes for two quads: quad 2 p in the low nibbles, 2 p + 1 in the high ones
//     5th bits   then 128 bytes: bit q of byte j is the fifth bit of byte j of quad q
//     6th, 5th   then 2 x 128 bytes: bits 2 (q % 4) and up of byte j are those of quad q; quads 0-3
//                in the first 128 bytes, 4-7 in the second
//     8 bits     the eight quads as they are
//                    head                       each block's scales
//     kQ4, kQ5, kQ8  f16 d[32]                  -
//     kQ4Min, kQ5Min f16 d[32], f16 m[32]       -                     w = d * code + m
//     kSuper4Min, 5  f16 d[32], f16 dmin[32]    u8 s[32], u8 m[32]    w = (d * s) * code - dmin * m
//     kSuper6        f16 d[32]                  i8 s[2][32]           w = (d * s) * (code - 32)
//     kWide          f32 d[2][32], f32 m[2][32] -                     w = d * (code - 128) + m
//
//     kQ8Split       f16 d[32]                  -                     w = d * (code - 128)
//
// kQ8Split keeps the upper five bits of each code like kQ5. The lower three are in tiles of their
// own, elsewhere: per block 2 x 128 bytes of bits 2 and 1, folded like kSuper6's sixth and fifth
// bits, then 128 bytes of bits 0, folded like fifth bits.
//
// [2]: per 16 values. The float layouts are [k][32 rows].
// Threads: constants and pure functions. The ISA files may use the constants of this header only.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/kernel_table.h"

namespace byeol::kernels {

struct LayoutTraits {
  int code_bits;    // 0 for the float layouts.
  int offset;       // What is subtracted from a code.
  int code_bytes;   // Of 32 rows x 32 values.
  int unit_blocks;  // Blocks that share a head.
  int head_bytes;
  int scale_bytes;  // Of a block's own scales.
  int sub_block;    // Consecutive K-values whose scale is one number.
  bool has_min;
  int float_bytes;  // Of one weight of a float layout; otherwise 0.
};

// By Layout's number.
constexpr LayoutTraits kLayoutTraits[] = {
    {4, 8, 512, 1, 64, 0, 32, false, 0},     // kQ4
    {4, 0, 512, 1, 128, 0, 32, true, 0},     // kQ4Min
    {5, 16, 640, 1, 64, 0, 32, false, 0},    // kQ5
    {5, 0, 640, 1, 128, 0, 32, true, 0},     // kQ5Min
    {8, 128, 1024, 1, 64, 0, 32, false, 0},  // kQ8
    {4, 0, 512, 8, 128, 64, 32, true, 0},    // kSuper4Min
    {5, 0, 640, 8, 128, 64, 32, true, 0},    // kSuper5Min
    {6, 32, 768, 8, 64, 64, 16, false, 0},   // kSuper6
    {8, 128, 1024, 1, 512, 0, 16, true, 0},  // kWide
    {8, 128, 640, 1, 64, 0, 32, false, 0},   // kQ8Split; code_bytes without the lower bits
    {0, 0, 0, 1, 0, 0, 1, false, 4},         // kF32
    {0, 0, 0, 1, 0, 0, 1, false, 2},         // kF16
    {0, 0, 0, 1, 0, 0, 1, false, 2},         // kBF16
};

// Rows of activations whose corrections (what depends on the activations alone) a kernel keeps in
// scratch at a time.
constexpr int kColumnsPerPass = 256;

// Registers of a kernel. Aliases: a bound of type int makes GCC 12 warn of its own conversion.
template <typename T, int kCount>
using Row = T[static_cast<std::size_t>(kCount)];
template <typename T, int kColumns, int kVectors>
using Grid = T[static_cast<std::size_t>(kColumns)][static_cast<std::size_t>(kVectors)];

const LayoutTraits& traits(Layout layout);
std::int64_t tile_bytes(Layout layout, std::int32_t k);
// Where in a tile the head of a block's unit begins, the block's own scales and its codes.
std::int64_t head_offset(Layout layout, std::int64_t block);
std::int64_t scales_offset(Layout layout, std::int64_t block);
std::int64_t codes_offset(Layout layout, std::int64_t block);

std::int64_t low_tile_bytes(std::int32_t k);

// The code of value i (0 to 31) of a row in a block's code bytes. Not of kQ8Split, whose upper bits
// are codes of kQ5.
int load_code(Layout layout, const std::byte* block, int row, int i);
// All codes of a block, [32 rows][32 values].
void store_codes(Layout layout, const std::uint8_t (&codes)[kTileRows][kBlock], std::byte* block);
// The lower three bits of kQ8Split's codes.
constexpr int kLowBlockBytes = 3 * 4 * kTileRows;
int load_low_bits(const std::byte* low_block, int row, int i);
void store_low_bits(const std::uint8_t (&codes)[kTileRows][kBlock], std::byte* low_block);
// A whole code of any integer layout, by a tile's number.
int load_code_of(const Weights& weights, std::int64_t tile, int row, std::int32_t k_index);

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
