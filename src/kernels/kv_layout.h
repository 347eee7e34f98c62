// Sizes inside a KV page's block and inside attention's scratch, shared by the ISA files and by
// kv_layout.cc. Constants only: nothing here becomes code in an ISA's object.
#pragma once

#include <cstdint>

#include "kernels/kernel_table.h"

namespace byeol::kernels {

inline constexpr int kLanes = 16;          // Positions side by side in a key group.
inline constexpr int kAttentionRows = 12;  // The most query rows that any ISA handles at once.
// From one row of scores to the next, in floats: one cache line more than a chunk, so that the rows
// of a block do not fall on the same few sets of the first-level cache.
inline constexpr int kScoreStride = kChunkTokens + 16;

}  // namespace byeol::kernels
