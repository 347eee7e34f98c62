// The number formats of tensors in a GGUF file: what a block is, and how it becomes floats.
// Ids and layouts: GGUF specification (ggml.h, ggml-common.h).
//
// Threads: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"

namespace byeol::formats {

enum class BlockType : std::uint32_t {
  kF32 = 0,
  kF16 = 1,
  kQ4_0 = 2,
  kQ4_1 = 3,
  kQ5_0 = 6,
  kQ5_1 = 7,
  kQ8_0 = 8,
  kQ2_K = 10,
  kQ3_K = 11,
  kQ4_K = 12,
  kQ5_K = 13,
  kQ6_K = 14,
  kIQ4_NL = 20,
  kIQ4_XS = 23,
  kBF16 = 30,
  kMXFP4 = 39,
};

struct BlockTraits {
  std::string_view name;  // As users write it: "Q4_K".
  int elements;           // Consecutive values of a row that form a block.
  int bytes;              // What they take in the file.
};

// Null where the id is none that we can read.
const BlockTraits* find_block_traits(BlockType type);
// The id must be known.
const BlockTraits& block_traits(BlockType type);
// "Q1_0 (id 41)": a sentence's name for any id, also one that we cannot read.
std::string block_type_name(std::uint32_t id);
// "q4_k" or "Q4_K" -> kQ4_K; kUnsupported with the list of known names otherwise.
Result<BlockType> parse_block_type(std::string_view name);
// "F32 F16 BF16 Q4_0 ...": every type that we can read, for sentences.
std::string known_block_types();

// values.size() values, a multiple of the block's elements, from as many blocks. The bytes may be
// at any alignment.
void dequantize(BlockType type, const std::byte* blocks, std::span<float> values);

}  // namespace byeol::formats
