// llama: Llama 1 to 3.x, SmolLM2, Mistral, TinyLlama (arXiv 2302.13971; grouped queries, arXiv
// 2305.13245). Llama 3's long-context scaling comes as the tensor rope_freqs. The file's rows of q
// and k are permuted so that adjacent values form a pair.
#include <cmath>

#include "model/graph.h"
#include "model/layers.h"

namespace byeol::model {
namespace {

class Llama final : public Graph {
 public:
  Config config;
  Ends ends;
  std::vector<PreNormLayer> layers;
  Vector rope_divisors;

  std::vector<RopeTable> rope_tables() const override {
    return {RopeTable(config.rope, rope_divisors)};
  }

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
      ops.rope(q, k, config.head_dim, 0, RopePairs::kAdjacent, batch);
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

Result<std::unique_ptr<const Graph>> load_llama(const formats::Gguf& file, const Config& config,
                                                WeightLoader& loader) {
  auto graph = std::make_unique<Llama>();
  graph->config = config;
  BYEOL_TRY(graph->ends, load_ends(file, config, loader));
  BYEOL_TRY(graph->layers, load_layers<PreNormLayer>(config, [&](int index) {
              return load_pre_norm_layer(config, loader, index);
            }));
  BYEOL_TRY(graph->rope_divisors,
            loader.optional_vector("rope_freqs.weight", config.rope.dimensions / 2));
  return std::unique_ptr<const Graph>(std::move(graph));
}

}  // namespace byeol::model
