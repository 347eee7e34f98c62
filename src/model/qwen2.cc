// qwen2: Qwen2 and Qwen2.5 (arXiv 2407.10671). Llama with biases on q, k and v (they come with
// their matrices), and the halves of a head form the rotated pairs.
#include <cmath>

#include "model/graph.h"
#include "model/layers.h"

namespace byeol::model {
namespace {

class Qwen2 final : public Graph {
 public:
  Config config;
  Ends ends;
  std::vector<PreNormLayer> layers;

  std::vector<RopeTable> rope_tables() const override { return {RopeTable(config.rope, {})}; }

  Outputs forward(Ops& ops, const Batch& batch) const override {
    const kernels::AttentionRule rule{
        .scale = 1.0f / std::sqrt(static_cast<float>(config.head_dim)), .softcap = 0, .window = 0};
    const Rows x = ops.embed(*ends.embedding, batch.tokens, 1.0f);  // The residual stream.

    for (std::int32_t index = 0; index < config.layers; ++index) {
      const PreNormLayer& layer = layers[static_cast<std::size_t>(index)];
      const Scope scope(ops);

      Operand normed = ops.rms_norm(x, layer.attention_norm, config.norm_epsilon);
      const auto [q, k, v] =
          ops.project(normed, layer.attention.q, layer.attention.k, layer.attention.v);
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

Result<std::unique_ptr<const Graph>> load_qwen2(const formats::Gguf& file, const Config& config,
                                                WeightLoader& loader) {
  auto graph = std::make_unique<Qwen2>();
  graph->config = config;
  BYEOL_TRY(graph->ends, load_ends(file, config, loader));
  BYEOL_TRY(graph->layers, load_layers<PreNormLayer>(config, [&](int index) {
              return load_pre_norm_layer(config, loader, index);
            }));
  return std::unique_ptr<const Graph>(std::move(graph));
}

}  // namespace byeol::model
