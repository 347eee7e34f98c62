// The shapes that `byeol synth` knows: the numbers of real models, without their weights.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace byeol::bench {

enum class SynthTokenizer { kByteLevel, kPieces };  // "gpt2" and "llama" in the file.

struct SynthShape {
  std::string_view name;
  std::string_view architecture;
  SynthTokenizer tokenizer;
  std::uint32_t width;
  std::uint32_t layers;
  std::uint32_t feed_forward;
  std::uint32_t heads;
  std::uint32_t kv_heads;
  std::uint32_t head_size;
  std::uint32_t vocabulary;
  std::uint32_t context;
  float rope_base;
  float norm_epsilon;
  std::uint32_t sliding_window;  // 0: none.
};

// kInvalidArgument with the list of known names otherwise.
Result<SynthShape> find_shape(std::string_view name);
std::string known_shapes();  // "tiny smollm2-135m ..."

// One tensor: a matrix of random weights, or a vector of ones (a norm).
struct SynthTensor {
  std::string name;
  std::vector<std::int64_t> sizes;
  float deviation;  // Of the weights; 0 for a vector of ones.
};

// In the order of the file. The deviations keep activations near 1 through all layers.
std::vector<SynthTensor> tensors_of(const SynthShape& shape);

}  // namespace byeol::bench
