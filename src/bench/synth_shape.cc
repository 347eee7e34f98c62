#include "bench/synth_shape.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "formats/name_list.h"
#include "formats/printable.h"

namespace byeol::bench {
namespace {

using enum SynthTokenizer;

constexpr std::array kShapes = {
    SynthShape{.name = "tiny",
               .architecture = "llama",
               .tokenizer = kByteLevel,
               .width = 256,
               .layers = 2,
               .feed_forward = 512,
               .heads = 4,
               .kv_heads = 2,
               .head_size = 64,
               .vocabulary = 512,
               .context = 2048,
               .rope_base = 10000,
               .norm_epsilon = 1e-5f,
               .sliding_window = 0},
    SynthShape{.name = "smollm2-135m",
               .architecture = "llama",
               .tokenizer = kByteLevel,
               .width = 576,
               .layers = 30,
               .feed_forward = 1536,
               .heads = 9,
               .kv_heads = 3,
               .head_size = 64,
               .vocabulary = 49152,
               .context = 8192,
               .rope_base = 100000,
               .norm_epsilon = 1e-5f,
               .sliding_window = 0},
    SynthShape{.name = "gemma3-270m",
               .architecture = "gemma3",
               .tokenizer = kPieces,
               .width = 640,
               .layers = 18,
               .feed_forward = 2048,
               .heads = 4,
               .kv_heads = 1,
               .head_size = 256,
               .vocabulary = 262144,
               .context = 32768,
               .rope_base = 1000000,
               .norm_epsilon = 1e-6f,
               .sliding_window = 512},
    // That of Llama 3.2 1B, but for its vocabulary of 128,256.
    SynthShape{.name = "llama-1b",
               .architecture = "llama",
               .tokenizer = kByteLevel,
               .width = 2048,
               .layers = 16,
               .feed_forward = 8192,
               .heads = 32,
               .kv_heads = 8,
               .head_size = 64,
               .vocabulary = 49152,
               .context = 131072,
               .rope_base = 500000,
               .norm_epsilon = 1e-5f,
               .sliding_window = 0},
};

class Tensors {
 public:
  void matrix(const std::string& name, std::uint32_t inputs, std::uint32_t outputs, float gain) {
    all_.push_back(
        {name + ".weight", {inputs, outputs}, gain / std::sqrt(static_cast<float>(inputs))});
  }
  void norm(const std::string& name, std::uint32_t size) {
    all_.push_back({name + ".weight", {size}, 0});
  }
  std::vector<SynthTensor> take() { return std::move(all_); }

 private:
  std::vector<SynthTensor> all_;
};

}  // namespace

Result<SynthShape> find_shape(std::string_view name) {
  const auto known = std::ranges::find(kShapes, name, &SynthShape::name);
  if (known != kShapes.end()) return *known;
  return Error{ErrorCode::kInvalidArgument, "no shape is called '" + formats::printable(name) +
                                                "'; known are: " + known_shapes()};
}

std::string known_shapes() {
  return formats::name_list(kShapes, [](const SynthShape& shape) { return shape.name; });
}

std::vector<SynthTensor> tensors_of(const SynthShape& shape) {
  const bool gemma = shape.architecture == "gemma3";
  const std::uint32_t q_rows = shape.heads * shape.head_size;
  const std::uint32_t kv_rows = shape.kv_heads * shape.head_size;
  // Each layer adds twice to the residual stream, which ends near 1.
  const float share = 1 / std::sqrt(2 * static_cast<float>(shape.layers));
  Tensors tensors;
  tensors.matrix("token_embd", shape.width, shape.vocabulary, 1);
  for (std::uint32_t layer = 0; layer < shape.layers; ++layer) {
    const std::string prefix = "blk." + std::to_string(layer) + ".";
    tensors.norm(prefix + "attn_norm", shape.width);
    tensors.matrix(prefix + "attn_q", shape.width, q_rows, 1);
    tensors.matrix(prefix + "attn_k", shape.width, kv_rows, 1);
    tensors.matrix(prefix + "attn_v", shape.width, kv_rows, 1);
    tensors.matrix(prefix + "attn_output", q_rows, shape.width, share);
    if (gemma) {
      tensors.norm(prefix + "attn_q_norm", shape.head_size);
      tensors.norm(prefix + "attn_k_norm", shape.head_size);
      tensors.norm(prefix + "post_attention_norm", shape.width);
    }
    tensors.norm(prefix + "ffn_norm", shape.width);
    tensors.matrix(prefix + "ffn_gate", shape.width, shape.feed_forward, 1);
    tensors.matrix(prefix + "ffn_up", shape.width, shape.feed_forward, 1);
    tensors.matrix(prefix + "ffn_down", shape.feed_forward, shape.width, share);
    if (gemma) tensors.norm(prefix + "post_ffw_norm", shape.width);
  }
  tensors.norm("output_norm", shape.width);
  return tensors.take();
}

}  // namespace byeol::bench
