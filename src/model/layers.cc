#include "model/layers.h"

namespace byeol::model {

std::string layer_tensor(int layer, std::string_view name) {
  return "blk." + std::to_string(layer) + "." + std::string(name);
}

Result<AttentionWeights> load_attention(const Config& config, WeightLoader& loader, int layer) {
  const std::int32_t q_rows = config.heads * config.head_dim;
  const std::int32_t kv_rows = config.kv_heads * config.head_dim;
  AttentionWeights weights;
  if (loader.has(layer_tensor(layer, "attn_qkv.weight"))) {
    const std::string fused = layer_tensor(layer, "attn_qkv");
    const std::int32_t total = q_rows + 2 * kv_rows;
    BYEOL_TRY(weights.q, loader.matrix_rows(fused, config.width, total, 0, q_rows));
    BYEOL_TRY(weights.k, loader.matrix_rows(fused, config.width, total, q_rows, kv_rows));
    BYEOL_TRY(weights.v, loader.matrix_rows(fused, config.width, total, q_rows + kv_rows, kv_rows));
  } else {
    BYEOL_TRY(weights.q, loader.matrix(layer_tensor(layer, "attn_q"), config.width, q_rows));
    BYEOL_TRY(weights.k, loader.matrix(layer_tensor(layer, "attn_k"), config.width, kv_rows));
    BYEOL_TRY(weights.v, loader.matrix(layer_tensor(layer, "attn_v"), config.width, kv_rows));
  }
  BYEOL_TRY(weights.output,
            loader.matrix(layer_tensor(layer, "attn_output"), q_rows, config.width));
  return weights;
}

Result<FeedForwardWeights> load_feed_forward(const Config& config, WeightLoader& loader,
                                             int layer) {
  FeedForwardWeights weights;
  BYEOL_TRY(weights.gate,
            loader.matrix(layer_tensor(layer, "ffn_gate"), config.width, config.feed_forward));
  BYEOL_TRY(weights.up,
            loader.matrix(layer_tensor(layer, "ffn_up"), config.width, config.feed_forward));
  BYEOL_TRY(weights.down,
            loader.matrix(layer_tensor(layer, "ffn_down"), config.feed_forward, config.width));
  return weights;
}

Result<PreNormLayer> load_pre_norm_layer(const Config& config, WeightLoader& loader, int index) {
  PreNormLayer layer;
  BYEOL_TRY(layer.attention_norm,
            loader.vector(layer_tensor(index, "attn_norm.weight"), config.width));
  BYEOL_TRY(layer.attention, load_attention(config, loader, index));
  BYEOL_TRY(layer.ffn_norm, loader.vector(layer_tensor(index, "ffn_norm.weight"), config.width));
  BYEOL_TRY(layer.ffn, load_feed_forward(config, loader, index));
  return layer;
}

Result<Ends> load_ends(const formats::Gguf& file, const Config& config, WeightLoader& loader) {
  Ends ends;
  ends.embedding = file.find_tensor("token_embd.weight");
  loader.mark_used("token_embd.weight");
  BYEOL_TRY(ends.output_norm, loader.vector("output_norm.weight", config.width));
  const char* output = loader.has("output.weight") ? "output" : "token_embd";
  BYEOL_TRY(ends.output, loader.head(output, config.width, config.vocabulary));
  return ends;
}

Outputs finish(Ops& ops, const Rows& x, const Ends& ends, const Config& config,
               const Batch& batch) {
  const auto normed = [&](std::span<const std::int32_t> rows) {
    return ops.rms_norm(ops.select(x, rows), ends.output_norm, config.norm_epsilon);
  };
  Outputs outputs;
  if (!batch.hidden_rows.empty()) outputs.hidden = normed(batch.hidden_rows).rows;
  Operand last = normed(batch.logit_rows);
  if (batch.before_head != nullptr) (*batch.before_head)();
  outputs.logits = ops.head(last, ends.output, batch.wanted);
  return outputs;
}

}  // namespace byeol::model
