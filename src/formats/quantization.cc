#include "formats/quantization.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "formats/name_list.h"
#include "formats/printable.h"

namespace byeol::formats {
namespace {

using enum BlockType;

// file_type: llama_ftype of llama.h.
constexpr std::array kKnown = {
    Quantization{"F32", kF32, Mix::kNone, 0},
    Quantization{"F16", kF16, Mix::kNone, 1},
    Quantization{"BF16", kBF16, Mix::kNone, 32},
    Quantization{"Q4_0", kQ4_0, Mix::kNone, 2},
    Quantization{"Q4_1", kQ4_1, Mix::kNone, 3},
    Quantization{"Q5_0", kQ5_0, Mix::kNone, 8},
    Quantization{"Q5_1", kQ5_1, Mix::kNone, 9},
    Quantization{"Q8_0", kQ8_0, Mix::kNone, 7},
    Quantization{"Q4_K", kQ4_K, Mix::kNone, 14},
    Quantization{"Q4_K_S", kQ4_K, Mix::kSmall, 14},
    Quantization{"Q4_K_M", kQ4_K, Mix::kMedium, 15},
    Quantization{"Q5_K", kQ5_K, Mix::kNone, 16},
    Quantization{"Q5_K_S", kQ5_K, Mix::kSmall, 16},
    Quantization{"Q5_K_M", kQ5_K, Mix::kMedium, 17},
    Quantization{"Q6_K", kQ6_K, Mix::kNone, 18},
};

bool is_float(BlockType type) {
  return type == kF32 || type == kF16 || type == kBF16;
}

bool contains(std::string_view name, std::string_view part) {
  return name.find(part) != std::string_view::npos;
}

bool is_left_alone(const TensorOutline& tensor) {
  if (tensor.dimensions < 2 || !tensor.name.ends_with("weight")) return true;
  constexpr std::array<std::string_view, 5> kParts = {
      "_norm.weight",  // A few values each, and all depends on them.
      "ffn_gate_inp",  // Which expert: a wrong choice costs more than any rounding.
      "position_embd", "token_types", "conv1d",
  };
  return std::ranges::any_of(kParts,
                             [&](std::string_view part) { return contains(tensor.name, part); });
}

// "blk.12.ffn_down.weight" -> 12; -1 where there is none.
std::int64_t layer_of(std::string_view name) {
  constexpr std::string_view kPrefix = "blk.";
  std::int64_t layer = -1;
  if (name.starts_with(kPrefix))
    std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), layer);
  return layer;
}

// The first and the last eighth of the layers, and every third between.
bool gets_more_bits(std::int64_t layer, std::int64_t layers) {
  const std::int64_t eighth = layers / 8;
  return layer < eighth || layer >= 7 * layers / 8 || (layer - eighth) % 3 == 2;
}

struct Layers {
  std::int64_t count;
  std::int64_t experts;
};

Layers count_layers(const ModelOutline& model) {
  std::int64_t last = -1;
  for (const TensorOutline& tensor : model.tensors) last = std::max(last, layer_of(tensor.name));
  return {last + 1, model.experts};
}

BlockType mixed_type(const Quantization& target, std::string_view name, const Layers& model) {
  if (target.mix == Mix::kNone) return target.type;
  const std::int64_t layer = layer_of(name);
  const bool medium = target.mix == Mix::kMedium;
  const bool of_four = target.type == kQ4_K;
  constexpr std::int64_t kLayersOfSharedValues = 80;  // 70B shapes: 8 heads share one of V.
  constexpr std::int64_t kFewExperts = 8;  // Attention is a small part of the file: spend there.

  if (contains(name, "attn_v.weight") || contains(name, "attn_kv_b.weight")) {
    if (model.experts == kFewExperts) return kQ8_0;
    if (medium && gets_more_bits(layer, model.count)) return kQ6_K;
    if (of_four && !medium && layer < 4) return kQ5_K;
    if (of_four && model.count == kLayersOfSharedValues) return kQ5_K;
  } else if (contains(name, "attn_k.weight")) {
    if (model.experts == kFewExperts) return kQ8_0;
  } else if (contains(name, "ffn_down")) {
    if (medium && gets_more_bits(layer, model.count)) return kQ6_K;
    if (of_four && !medium && layer < model.count / 8) return kQ5_K;
  } else if (contains(name, "attn_output.weight")) {
    if (of_four && model.experts == kFewExperts) return kQ5_K;
  } else if (contains(name, "attn_qkv.weight")) {
    if (medium) return of_four ? kQ5_K : kQ6_K;
  }
  return target.type;
}

// The type itself where rows are whole blocks of it, or the nearest with smaller blocks.
BlockType fitting_type(BlockType type, std::int64_t row_elements) {
  const auto fits = [row_elements](BlockType candidate) {
    return row_elements % block_traits(candidate).elements == 0;
  };
  if (fits(type)) return type;
  const BlockType smaller = type == kQ4_K   ? kQ5_0
                            : type == kQ5_K ? kQ5_1
                            : type == kQ6_K ? kQ8_0
                                            : kF16;
  return fits(smaller) ? smaller : kF16;
}

}  // namespace

Result<Quantization> parse_quantization(std::string_view name) {
  const auto same = [name](const Quantization& known) {
    return std::ranges::equal(known.name, name, [](unsigned char a, unsigned char b) {
      return a == static_cast<unsigned char>(std::toupper(b));
    });
  };
  const auto known = std::ranges::find_if(kKnown, same);
  if (known != kKnown.end()) return *known;
  return Error{ErrorCode::kInvalidArgument, "no quantization is called '" + printable(name) +
                                                "'; known are: " + known_quantizations()};
}

std::string known_quantizations() {
  return name_list(kKnown, [](const Quantization& known) { return known.name; });
}

std::vector<std::optional<BlockType>> plan_types(const Quantization& target,
                                                 const ModelOutline& model) {
  const bool has_output = std::ranges::any_of(
      model.tensors, [](const TensorOutline& tensor) { return tensor.name == "output.weight"; });
  const std::string_view head = has_output ? "output.weight" : "token_embd.weight";
  const Layers layers = count_layers(model);
  std::vector<std::optional<BlockType>> types;
  types.reserve(model.tensors.size());
  for (const TensorOutline& tensor : model.tensors) {
    if (is_left_alone(tensor)) {
      types.emplace_back();
    } else if (is_float(target.type)) {
      types.emplace_back(target.type);
    } else if (tensor.name == head && target.type != kQ8_0) {
      types.emplace_back(fitting_type(kQ6_K, tensor.row_elements));
    } else {
      types.emplace_back(
          fitting_type(mixed_type(target, tensor.name, layers), tensor.row_elements));
    }
  }
  return types;
}

}  // namespace byeol::formats
