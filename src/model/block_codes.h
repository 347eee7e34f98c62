// A block of a GGUF tensor taken apart: codes and scales as numbers, nothing multiplied yet.
// Source of the layouts: ggml-common.h; the formulas stand in formats/block_type.h's dequantize.
//
// Threads: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>

#include "formats/block_type.h"

namespace byeol::model {

struct BlockCodes {
  int elements;
  std::uint8_t codes[256];        // With the offset of the layout that packed_layout() names.
  std::uint16_t half_d;           // f16 bits of d.
  std::uint16_t half_m;           // f16 bits of m or dmin.
  std::uint8_t small_scales[16];  // kSuper4Min, 5: 8 per block; kSuper6: 16, as int8.
  std::uint8_t small_mins[8];
  float wide_d[16];  // kWide: per 16 elements.
  float wide_m[16];
};

// Any quantised type (not a float one), at any alignment. Fields that the type has no use for keep
// what they held, but for wide_m, which is then zero.
void read_block(formats::BlockType type, const std::byte* bytes, BlockCodes& out);

}  // namespace byeol::model
