// What a model is quantised to: a name such as "Q4_K_M", and the block type of each tensor that
// follows from it. The mixes are llama.cpp's, so that files of one name weigh and run the same.
//
//   BYEOL_TRY(const Quantization target, parse_quantization("Q4_K_M"));
//   const std::vector<std::optional<BlockType>> types = plan_types(target, outline);
//
// Rules, in this order:
//   (1) Left alone: tensors of one dimension, norms, and what routes or positions tokens.
//   (2) The output head (the token embedding where there is no other) is Q6_K, but Q8_0 in a file
//   of
//       Q8_0; where the width is no multiple of 256, Q8_0.
//   (3) The mixes Q4_K_S, Q4_K_M, Q5_K_S and Q5_K_M give more bits to attn_v and ffn_down of some
//       layers, and to a few others (mixed_type in quantization.cc).
//   (4) A row that is no multiple of 256 takes the nearest type with blocks of 32: Q4_K -> Q5_0,
//       Q5_K -> Q5_1, Q6_K -> Q8_0; one that is no multiple of 32 either, F16.
//   In a file of F32, F16 or BF16, all that (1) does not leave alone is of that type.
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/block_type.h"

namespace byeol::formats {

enum class Mix { kNone, kSmall, kMedium };

struct Quantization {
  std::string_view name;  // "Q4_K_M"
  BlockType type;         // Of most matrices.
  Mix mix;
  std::uint32_t file_type;  // What general.file_type says.
};

// "q4_k_m" or "Q4_K_M"; kInvalidArgument with the list of known names otherwise.
Result<Quantization> parse_quantization(std::string_view name);
std::string known_quantizations();  // "F32 F16 ..."

// A model as far as the rules look at it.
struct TensorOutline {
  std::string_view name;
  int dimensions;
  std::int64_t row_elements;
};
struct ModelOutline {
  std::int64_t experts = 0;  // 0: not a mixture of experts.
  std::vector<TensorOutline> tensors;
};

// One for each tensor; nothing where it is left alone.
std::vector<std::optional<BlockType>> plan_types(const Quantization& target,
                                                 const ModelOutline& model);

}  // namespace byeol::formats
