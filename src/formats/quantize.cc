#include "formats/quantize.h"

#include <array>
#include <cmath>
#include <cstring>

#include "base/check.h"
#include "formats/block_encoders.h"
#include "formats/grid_fit.h"

namespace byeol::formats {
namespace {

constexpr std::size_t kLargestBlock = 256;

BlockEncoder encoder(BlockType type) {
  switch (type) {
    case BlockType::kQ4_0:
      return encode_q4_0;
    case BlockType::kQ4_1:
      return encode_q4_1;
    case BlockType::kQ5_0:
      return encode_q5_0;
    case BlockType::kQ5_1:
      return encode_q5_1;
    case BlockType::kQ8_0:
      return encode_q8_0;
    case BlockType::kQ4_K:
      return encode_q4_k;
    case BlockType::kQ5_K:
      return encode_q5_k;
    case BlockType::kQ6_K:
      return encode_q6_k;
    default:
      return nullptr;
  }
}

bool is_float(BlockType type) {
  return type == BlockType::kF32 || type == BlockType::kF16 || type == BlockType::kBF16;
}

void narrow(std::span<const float> values, std::byte* bytes, std::uint16_t (*to_bits)(float)) {
  for (const float value : values) {
    const std::uint16_t bits = to_bits(value);
    std::memcpy(bytes, &bits, sizeof bits);
    bytes += sizeof bits;
  }
}

float bounded(float value) {
  if (std::isnan(value)) return 0;
  if (value > kLargestValue) return kLargestValue;
  return value < -kLargestValue ? -kLargestValue : value;
}

// What a squared error costs: more in a large value, because that is what the sums that a model
// makes hang on; but not in proportion to its square, or the many small values would drown.
void weigh(std::span<const float> values, std::span<const float> importance,
           std::span<float> weights) {
  float squares = 0;
  for (const float value : values) squares += value * value;
  const float mean_square = squares / static_cast<float>(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    weights[i] = std::sqrt(mean_square + values[i] * values[i]) *
                 (importance.empty() ? 1.0f : importance[i]);
}

}  // namespace

bool can_quantize_to(BlockType type) {
  return is_float(type) || encoder(type) != nullptr;
}

void quantize(BlockType type, std::span<const float> row, std::span<const float> importance,
              std::span<std::byte> blocks) {
  const BlockTraits& traits = block_traits(type);
  const auto elements = static_cast<std::size_t>(traits.elements);
  const auto bytes = static_cast<std::size_t>(traits.bytes);
  BYEOL_CHECK(row.size() % elements == 0 && row.size() / elements * bytes == blocks.size());
  BYEOL_CHECK(importance.empty() || importance.size() == row.size());
  if (type == BlockType::kF32) {
    if (!row.empty()) std::memcpy(blocks.data(), row.data(), row.size_bytes());
    return;
  }
  if (is_float(type)) {
    narrow(row, blocks.data(), type == BlockType::kF16 ? float_to_half : float_to_bfloat16);
    return;
  }
  const BlockEncoder encode = encoder(type);
  BYEOL_CHECK(encode != nullptr);
  std::array<float, kLargestBlock> values;
  std::array<float, kLargestBlock> weights;
  auto* block = reinterpret_cast<std::uint8_t*>(blocks.data());
  for (std::size_t i = 0; i < row.size(); i += elements, block += bytes) {
    for (std::size_t j = 0; j < elements; ++j) values[j] = bounded(row[i + j]);
    weigh(std::span(values).first(elements),
          importance.empty() ? importance : importance.subspan(i, elements),
          std::span(weights).first(elements));
    encode(values.data(), weights.data(), block);
  }
}

}  // namespace byeol::formats
