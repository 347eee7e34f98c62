// Turns a tensor's blocks, as a GGUF file holds them, into the tiles that the kernels read
// (kernels/layout.h). No value changes: unpack_row gives exactly what formats::dequantize gives,
// and nothing is quantised a second time.
//
// Threads: pure functions; runs of tiles may be packed by different threads at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "formats/block_type.h"
#include "kernels/kernel_table.h"

namespace byeol::model {

// The layout that holds a block type without loss.
kernels::Layout packed_layout(formats::BlockType type);

// The shape of W[rows][k] once packed, its memory not known yet. k is a multiple of the block's
// elements.
kernels::Weights packed_shape(formats::BlockType type, std::int32_t rows, std::int32_t k);
// The same for an output head, of which mostly a few rows matter: Q8_0 becomes kQ8Split.
kernels::Weights packed_head_shape(formats::BlockType type, std::int32_t rows, std::int32_t k);
std::int32_t packed_tiles(const kernels::Weights& weights);
// Of all tiles: a multiple of 64.
std::int64_t packed_bytes(const kernels::Weights& weights);
// Tells weights where their memory is: packed_bytes(weights) bytes.
void place(kernels::Weights& weights, const std::byte* memory);

// Packs tiles [tile_begin, tile_end) of W, whose first row's blocks begin at `blocks`, into the
// memory of all tiles at `tiles`. That memory need not be clean.
void pack_tiles(formats::BlockType type, const std::byte* blocks, const kernels::Weights& weights,
                std::int32_t tile_begin, std::int32_t tile_end, std::byte* tiles);

// Row `row` of packed weights as weights.k floats.
void unpack_row(const kernels::Weights& weights, std::int32_t row, std::span<float> values);

}  // namespace byeol::model
