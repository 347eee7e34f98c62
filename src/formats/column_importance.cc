#include "formats/column_importance.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace byeol::formats {
namespace {

constexpr float kLeast = 1e-3f;

struct NormBefore {
  std::string_view matrix;  // As a layer's tensor begins.
  std::string_view norm;
};
constexpr std::array kInLayers = {
    NormBefore{"attn_q.", "attn_norm.weight"}, NormBefore{"attn_k.", "attn_norm.weight"},
    NormBefore{"attn_v.", "attn_norm.weight"}, NormBefore{"attn_qkv.", "attn_norm.weight"},
    NormBefore{"ffn_gate", "ffn_norm.weight"}, NormBefore{"ffn_up", "ffn_norm.weight"},
};

std::string name_of_norm(const Gguf& model, std::string_view name) {
  const bool is_head = name == "output.weight" ||
                       (name == "token_embd.weight" && !model.find_tensor("output.weight"));
  if (is_head) return "output_norm.weight";
  const std::size_t layer_end = name.find('.', std::string_view("blk.").size());
  if (!name.starts_with("blk.") || layer_end == std::string_view::npos) return "";
  const std::string_view rest = name.substr(layer_end + 1);
  for (const NormBefore& known : kInLayers)
    if (rest.starts_with(known.matrix))
      return std::string(name.substr(0, layer_end + 1)).append(known.norm);
  return "";
}

}  // namespace

std::vector<float> column_importance(const Gguf& model, const Tensor& matrix) {
  const Tensor* norm = model.find_tensor(name_of_norm(model, matrix.name));
  if (!norm || norm->row_elements() != matrix.row_elements() || norm->rows() != 1) return {};
  std::vector<float> factors(static_cast<std::size_t>(norm->row_elements()));
  dequantize(norm->type, norm->bytes.data(), factors);
  float largest = 0;
  for (float& factor : factors) {
    factor = std::abs(factor);
    if (!std::isfinite(factor)) return {};
    largest = std::max(largest, factor);
  }
  if (!(largest > 1e-20f)) return {};
  for (float& factor : factors) factor = std::max(factor / largest, kLeast);
  return factors;
}

}  // namespace byeol::formats
