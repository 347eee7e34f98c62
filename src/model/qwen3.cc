// qwen3: dense Qwen3 (arXiv 2505.09388). Each head of q and of k is normed before it is rotated;
// the head's size is the file's key_length, not width / heads.
#include <cmath>

#include "model/graph.h"
#include "model/layers.h"

namespace byeol::model {
namespace {

struct Layer {
  PreNormLayer base;
  Vector q_norm, k_norm;  // [head_dim]
};

class Qwen3 final : public Graph {
 public:
  Config config;
  Ends ends;
  std::vector<Layer> layers;

  std::vector<RopeTable> rope_tables() const override { return {RopeTable(config.rope, {})}; }

  Outputs forward(Ops& ops, const Batch& batch) const override {
    const kernels::AttentionRule rule{
        .scale = 1.0f / std::sqrt(static_cast<float>(config.head_dim)), .softcap = 0, .window = 0};
    const Rows x = ops.embed(*ends.embedding, batch.tokens, 1.0f);  // The residual stream.

    for (std::int32_t index = 0; index < config.layers; ++index) {
      const auto& [layer, q_norm, k_norm] = layers[static_cast<std::size_t>(index)];
      const Scope scope(ops);

      Operand normed = ops.rms_norm(x, layer.attention_norm, config.norm_epsilon);
      const auto [q, k, v] =
          ops.project(normed, layer.attention.q, layer.attention.k, layer.attention.v);
      ops.rms_norm_heads(q, q_norm, config.norm_epsilon);
      ops.rms_norm_heads(k, k_norm, config.norm_epsilon);
      ops.rope(q, k, config.head_dim, 0, RopePairs::kHalves, batch);
      Operand mixed = ops.attention(q, k, v, index, rule, batch);
      ops.add_linear(x, mixed, layer.attention.output);

      Operand ffn_in = ops.rms_norm(x, layer.ffn_norm, config.norm_epsilon);
      Operand hidden = ops.gated(ffn_in, layer.ffn.gate, layer.ffn.up, Activation::kSilu);
      ops.add_linear(x, hidden, layer.ffn.down);
    }

    return finish(ops, x, ends, config, batch);
  }
};

}  // namespace

Result<std::unique_ptr<const Graph>> load_qwen3(const formats::Gguf& file, const Config& config,
                                                WeightLoader& loader) {
  auto graph = std::make_unique<Qwen3>();
  graph->config = config;
  BYEOL_TRY(graph->ends, load_ends(file, config, loader));
  const auto load_layer = [&](int index) -> Result<Layer> {
    Layer layer;
    BYEOL_TRY(layer.base, load_pre_norm_layer(config, loader, index));
    BYEOL_TRY(layer.q_norm,
              loader.vector(layer_tensor(index, "attn_q_norm.weight"), config.head_dim));
    BYEOL_TRY(layer.k_norm,
              loader.vector(layer_tensor(index, "attn_k_norm.weight"), config.head_dim));
    return layer;
  };
  BYEOL_TRY(graph->layers, load_layers<Layer>(config, load_layer));
  return std::unique_ptr<const Graph>(std::move(graph));
}

}  // namespace byeol::model
