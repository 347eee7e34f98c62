// Floats -> the blocks of a tensor: the way back from dequantize() in block_type.h.
//
// Each block is searched for the grid with the smallest sum of squared errors (grid_fit.h), each
// times the root of (the block's mean square + the value's square): a compromise between two
// models that wanted different measures (docs/quantize.md). The result depends on the block's own
// values and their importance alone, and has the same bits on every machine. A NaN counts as zero,
// and what is too large for the type becomes the largest that it can say. Threads: pure functions.
// Cost: a search takes 1 to 2 us for 32 values.
#pragma once

#include <cstddef>
#include <span>

#include "formats/block_type.h"

namespace byeol::formats {

// F32 F16 BF16 Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 Q4_K Q5_K Q6_K.
bool can_quantize_to(BlockType type);

// One row, a multiple of the type's block, into as many bytes as it takes. `importance`: what a
// squared error in each column costs, >= 0; empty where all cost the same.
void quantize(BlockType type, std::span<const float> row, std::span<const float> importance,
              std::span<std::byte> blocks);

}  // namespace byeol::formats
