#include "model/config.h"

#include <algorithm>
#include <cmath>

namespace byeol::model {
namespace {

// Reads `A.<name>` keys and remembers the architecture for the error texts.
class Keys {
 public:
  Keys(const formats::Gguf& file, std::string architecture)
      : file_(file), prefix_(std::move(architecture) + ".") {}

  std::string key(const char* name) const { return prefix_ + name; }
  bool has(const char* name) const { return file_.has(key(name)); }

  // A count in [1, limit].
  Result<std::int32_t> count(const char* name, std::int64_t limit) const {
    BYEOL_TRY(const std::int64_t value, file_.read_int(key(name)));
    return in_range(name, value, limit);
  }
  Result<std::int32_t> count_or(const char* name, std::int64_t fallback, std::int64_t limit) const {
    BYEOL_TRY(const std::int64_t value, file_.read_int_or(key(name), fallback));
    return in_range(name, value, limit);
  }
  // A count that some files give per layer: all layers must agree.
  Result<std::int32_t> uniform_count_or(const char* name, std::int64_t fallback,
                                        std::int64_t limit) const {
    if (!has(name)) return in_range(name, fallback, limit);
    BYEOL_TRY(const std::vector<std::int64_t> values, file_.read_ints(key(name)));
    if (values.empty() || std::ranges::any_of(values, [&](auto v) { return v != values[0]; }))
      return Error{ErrorCode::kUnsupported,
                   key(name) + " differs from layer to layer; expected one value for all"};
    return in_range(name, values[0], limit);
  }
  Result<double> positive_or(const char* name, double fallback) const {
    BYEOL_TRY(const double value, file_.read_float_or(key(name), fallback));
    if (!std::isfinite(value) || value <= 0)
      return Error{ErrorCode::kCorrupt,
                   key(name) + " is " + std::to_string(value) + ", expected a positive number"};
    return value;
  }
  Result<float> softcap(const char* name) const {
    if (!has(name)) return 0.0f;
    BYEOL_TRY(const double value, positive_or(name, 1.0));
    return static_cast<float>(value);
  }

 private:
  Result<std::int32_t> in_range(const char* name, std::int64_t value, std::int64_t limit) const {
    if (value < 1 || value > limit)
      return Error{ErrorCode::kCorrupt, key(name) + " is " + std::to_string(value) +
                                            ", expected 1 to " + std::to_string(limit)};
    return static_cast<std::int32_t>(value);
  }

  const formats::Gguf& file_;
  std::string prefix_;
};

Status read_rope(const formats::Gguf& file, const Keys& keys, Config& config) {
  BYEOL_TRY(config.rope.dimensions, keys.count_or("rope.dimension_count", config.head_dim, 512));
  if (config.rope.dimensions % 2 != 0 || config.rope.dimensions > config.head_dim)
    return Error{ErrorCode::kCorrupt, keys.key("rope.dimension_count") + " is " +
                                          std::to_string(config.rope.dimensions) +
                                          ", expected an even number up to " +
                                          std::to_string(config.head_dim)};
  BYEOL_TRY(config.rope.base, keys.positive_or("rope.freq_base", 10000.0));
  BYEOL_TRY(const std::string_view scaling,
            file.read_string_or(keys.key("rope.scaling.type"), "linear"));
  const char* factor_key =
      keys.has("rope.scaling.factor") ? "rope.scaling.factor" : "rope.scale_linear";
  BYEOL_TRY(const double factor, file.read_float_or(keys.key(factor_key), 1.0));
  if (scaling == "linear") {
    if (!std::isfinite(factor) || factor < 0)
      return Error{ErrorCode::kCorrupt, keys.key(factor_key) + " is not a positive number"};
    config.rope.frequency_scale = factor > 0 ? 1.0 / factor : 1.0;
  } else if (scaling != "none") {
    return Error{ErrorCode::kUnsupported, keys.key("rope.scaling.type") + " is '" +
                                              std::string(scaling) +
                                              "'; known are none and linear"};
  }
  config.rope_sliding = config.rope;
  BYEOL_TRY(config.rope_sliding.base, keys.positive_or("rope.freq_base_swa", 10000.0));
  config.rope_sliding.frequency_scale = 1.0;
  return ok();
}

Status read_window(const formats::Gguf& file, const Keys& keys, Config& config) {
  config.sliding.assign(static_cast<std::size_t>(config.layers), false);
  // Only gemma3 of the architectures here slides; llama.cpp, too, ignores the key elsewhere.
  if (config.architecture != "gemma3") return ok();
  BYEOL_TRY(config.window, keys.count("attention.sliding_window", 1 << 24));
  if (!keys.has("attention.sliding_window_pattern")) {
    for (std::size_t i = 0; i < config.sliding.size(); ++i) config.sliding[i] = i % 6 != 5;
    return ok();
  }
  const std::string key = keys.key("attention.sliding_window_pattern");
  BYEOL_TRY(const std::vector<std::int64_t> pattern, file.read_ints(key));
  if (pattern.size() == 1) {  // A period: the last layer of each is global.
    if (pattern[0] < 1)
      return Error{ErrorCode::kCorrupt,
                   key + " is " + std::to_string(pattern[0]) + ", expected a period of at least 1"};
    const auto period = static_cast<std::size_t>(pattern[0]);
    for (std::size_t i = 0; i < config.sliding.size(); ++i)
      config.sliding[i] = i % period != period - 1;
    return ok();
  }
  if (pattern.size() != config.sliding.size())
    return Error{ErrorCode::kCorrupt, key + " has " + std::to_string(pattern.size()) +
                                          " values, expected one for each of " +
                                          std::to_string(config.layers) + " layers"};
  for (std::size_t i = 0; i < pattern.size(); ++i) config.sliding[i] = pattern[i] != 0;
  return ok();
}

}  // namespace

Result<Config> read_config(const formats::Gguf& file) {
  BYEOL_TRY(const std::string_view architecture, file.read_string("general.architecture"));
  Config config;
  config.architecture = architecture;

  const Keys keys(file, config.architecture);
  BYEOL_TRY(config.context, keys.count("context_length", 1 << 28));
  BYEOL_TRY(config.layers, keys.count("block_count", 1024));
  BYEOL_TRY(config.width, keys.count("embedding_length", 1 << 17));
  BYEOL_TRY(config.heads, keys.uniform_count_or("attention.head_count", 0, 1024));
  BYEOL_TRY(config.kv_heads, keys.uniform_count_or("attention.head_count_kv", config.heads, 1024));
  BYEOL_TRY(config.feed_forward, keys.uniform_count_or("feed_forward_length", 0, 1 << 20));
  if (config.heads % config.kv_heads != 0)
    return Error{ErrorCode::kCorrupt, std::to_string(config.heads) +
                                          " query heads are no multiple of " +
                                          std::to_string(config.kv_heads) + " KV heads"};
  BYEOL_TRY(config.head_dim,
            keys.count_or("attention.key_length", config.width / config.heads, 1 << 16));
  BYEOL_TRY(const std::int32_t value_dim,
            keys.count_or("attention.value_length", config.head_dim, 1 << 16));
  if (value_dim != config.head_dim || config.head_dim % 16 != 0 || config.head_dim > 512)
    return Error{ErrorCode::kUnsupported,
                 "heads of " + std::to_string(config.head_dim) + " (keys) and " +
                     std::to_string(value_dim) +
                     " (values); expected both the same multiple of 16, at most 512"};
  BYEOL_TRY(const double epsilon, keys.positive_or("attention.layer_norm_rms_epsilon", 1e-5));
  config.norm_epsilon = static_cast<float>(epsilon);
  BYEOL_TRY(config.logit_softcap, keys.softcap("final_logit_softcapping"));
  BYEOL_TRY(config.attention_softcap, keys.softcap("attn_logit_softcapping"));
  if (config.architecture != "gemma3" && (config.logit_softcap > 0 || config.attention_softcap > 0))
    return Error{ErrorCode::kUnsupported, "the metadata ask for a soft cap, which the graph of " +
                                              config.architecture + " does not have"};
  BYEOL_TRY_OK(read_rope(file, keys, config));
  BYEOL_TRY_OK(read_window(file, keys, config));

  const formats::Tensor* embedding = file.find_tensor("token_embd.weight");
  if (!embedding || embedding->row_elements() != config.width || embedding->dimensions != 2 ||
      embedding->rows() > (1 << 24))
    return Error{ErrorCode::kCorrupt, "token_embd.weight is absent or not {" +
                                          std::to_string(config.width) + ", vocabulary}"};
  config.vocabulary = static_cast<std::int32_t>(embedding->rows());
  return config;
}

}  // namespace byeol::model
