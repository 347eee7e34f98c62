// Weights that layers of many architectures have, and how they are found in a file. The graphs
// themselves are not shared: each architecture's page says what is computed.
#pragma once

#include <string>
#include <vector>

#include "model/config.h"
#include "model/graph.h"
#include "model/matrix.h"
#include "model/weight_loader.h"

namespace byeol::model {

struct AttentionWeights {
  Matrix q, k, v, output;
};

struct FeedForwardWeights {
  Matrix gate, up, down;
};

// Norm, attention, norm, feed-forward: the layer of Llama and its descendants.
struct PreNormLayer {
  Vector attention_norm;
  AttentionWeights attention;
  Vector ffn_norm;
  FeedForwardWeights ffn;
};

// What stands before the first layer and after the last.
struct Ends {
  const formats::Tensor* embedding;  // [vocabulary, width], read where it lies in the file.
  Vector output_norm;
  Matrix output;  // output.weight, or the embedding where the file ties the two.
};

// blk.<layer>.attn_{q,k,v,output}, or a fused attn_qkv (rows in the order q, k, v).
Result<AttentionWeights> load_attention(const Config& config, WeightLoader& loader, int layer);
// blk.<layer>.ffn_{gate,up,down}
Result<FeedForwardWeights> load_feed_forward(const Config& config, WeightLoader& loader, int layer);
Result<PreNormLayer> load_pre_norm_layer(const Config& config, WeightLoader& loader, int layer);
Result<Ends> load_ends(const formats::Gguf& file, const Config& config, WeightLoader& loader);
// Behind the last layer: norm and head, for the rows of the residual stream that are wanted.
Outputs finish(Ops& ops, const Rows& x, const Ends& ends, const Config& config, const Batch& batch);
// "blk.<layer>.<name>"
std::string layer_tensor(int layer, std::string_view name);

// Calls load(layer) for each layer and collects the results, or stops at the first error.
template <typename Layer, typename Load>
Result<std::vector<Layer>> load_layers(const Config& config, const Load& load) {
  std::vector<Layer> layers;
  for (int layer = 0; layer < config.layers; ++layer) {
    BYEOL_TRY(Layer loaded, load(layer));
    layers.push_back(std::move(loaded));
  }
  return layers;
}

}  // namespace byeol::model
