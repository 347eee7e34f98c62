// gemma3 (arXiv 2503.19786). Norms before and after each half of a layer, each head of q and k
// normed; most layers see a sliding window and rotate by a base of their own, every sixth sees all.
// The file's norm weights already hold the 1 that Gemma adds to them.
#include <cmath>

#include "model/graph.h"
#include "model/layers.h"

namespace byeol::model {
namespace {

struct Layer {
  PreNormLayer base;
  Vector q_norm, k_norm;  // [head_dim]
  Vector attention_post_norm, ffn_post_norm;
};

class Gemma3 final : public Graph {
 public:
  Config config;
  Ends ends;
  std::vector<Layer> layers;
  float attention_scale;

  std::vector<RopeTable> rope_tables() const override {
    return {RopeTable(config.rope, {}), RopeTable(config.rope_sliding, {})};
  }

  Outputs forward(Ops& ops, const Batch& batch) const override {
    const float embedding_scale = std::sqrt(static_cast<float>(config.width));
    const Rows x = ops.embed(*ends.embedding, batch.tokens, embedding_scale);

    for (std::int32_t index = 0; index < config.layers; ++index) {
      const auto& [layer, q_norm, k_norm, attention_post_norm, ffn_post_norm] =
          layers[static_cast<std::size_t>(index)];
      const bool slides = config.sliding[static_cast<std::size_t>(index)];
      const kernels::AttentionRule rule{.scale = attention_scale,
                                        .softcap = config.attention_softcap,
                                        .window = slides ? config.window : 0};
      const Scope scope(ops);

      Operand normed = ops.rms_norm(x, layer.attention_norm, config.norm_epsilon);
      const auto [q, k, v] =
          ops.project(normed, layer.attention.q, layer.attention.k, layer.attention.v);
      ops.rms_norm_heads(q, q_norm, config.norm_epsilon);
      ops.rms_norm_heads(k, k_norm, config.norm_epsilon);
      ops.rope(q, k, config.head_dim, slides ? 1 : 0, RopePairs::kHalves, batch);
      Operand mixed = ops.attention(q, k, v, index, rule, batch);
      const auto [attended] = ops.project(mixed, layer.attention.output);
      ops.add(x, ops.rms_norm(attended, attention_post_norm, config.norm_epsilon).rows);

      Operand ffn_in = ops.rms_norm(x, layer.ffn_norm, config.norm_epsilon);
      Operand hidden = ops.gated(ffn_in, layer.ffn.gate, layer.ffn.up, Activation::kGeluTanh);
      const auto [fed] = ops.project(hidden, layer.ffn.down);
      ops.add(x, ops.rms_norm(fed, ffn_post_norm, config.norm_epsilon).rows);
    }

    const Outputs outputs = finish(ops, x, ends, config, batch);
    if (config.logit_softcap > 0) ops.softcap(outputs.logits, config.logit_softcap);
    return outputs;
  }
};

}  // namespace

Result<std::unique_ptr<const Graph>> load_gemma3(const formats::Gguf& file, const Config& config,
                                                 WeightLoader& loader) {
  auto graph = std::make_unique<Gemma3>();
  graph->config = config;
  // The 27B model, alone in having 62 layers, scales by its width per head instead of the head
  // size.
  const std::int32_t scaled_by =
      config.layers == 62 ? config.width / config.heads : config.head_dim;
  graph->attention_scale = 1.0f / std::sqrt(static_cast<float>(scaled_by));
  BYEOL_TRY(graph->ends, load_ends(file, config, loader));
  const auto load_layer = [&](int index) -> Result<Layer> {
    Layer layer;
    BYEOL_TRY(layer.base, load_pre_norm_layer(config, loader, index));
    BYEOL_TRY(layer.q_norm,
              loader.vector(layer_tensor(index, "attn_q_norm.weight"), config.head_dim));
    BYEOL_TRY(layer.k_norm,
              loader.vector(layer_tensor(index, "attn_k_norm.weight"), config.head_dim));
    BYEOL_TRY(layer.attention_post_norm,
              loader.vector(layer_tensor(index, "post_attention_norm.weight"), config.width));
    BYEOL_TRY(layer.ffn_post_norm,
              loader.vector(layer_tensor(index, "post_ffw_norm.weight"), config.width));
    return layer;
  };
  BYEOL_TRY(graph->layers, load_layers<Layer>(config, load_layer));
  return std::unique_ptr<const Graph>(std::move(graph));
}

}  // namespace byeol::model
