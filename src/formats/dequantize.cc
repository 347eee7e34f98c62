#include <cstring>

#include "base/check.h"
#include "formats/block_decoders.h"
#include "formats/block_type.h"

namespace byeol::formats {
namespace {

void widen(const std::uint8_t* bytes, std::span<float> values, float (*to_float)(std::uint16_t)) {
  for (float& value : values) {
    std::uint16_t bits;
    std::memcpy(&bits, bytes, sizeof bits);
    value = to_float(bits);
    bytes += sizeof bits;
  }
}

BlockDecoder decoder(BlockType type) {
  switch (type) {
    case BlockType::kQ4_0:
      return decode_q4_0;
    case BlockType::kQ4_1:
      return decode_q4_1;
    case BlockType::kQ5_0:
      return decode_q5_0;
    case BlockType::kQ5_1:
      return decode_q5_1;
    case BlockType::kQ8_0:
      return decode_q8_0;
    case BlockType::kQ2_K:
      return decode_q2_k;
    case BlockType::kQ3_K:
      return decode_q3_k;
    case BlockType::kQ4_K:
      return decode_q4_k;
    case BlockType::kQ5_K:
      return decode_q5_k;
    case BlockType::kQ6_K:
      return decode_q6_k;
    case BlockType::kIQ4_NL:
      return decode_iq4_nl;
    case BlockType::kIQ4_XS:
      return decode_iq4_xs;
    case BlockType::kMXFP4:
      return decode_mxfp4;
    case BlockType::kF32:
    case BlockType::kF16:
    case BlockType::kBF16:
      break;
  }
  return nullptr;
}

}  // namespace

void dequantize(BlockType type, const std::byte* blocks, std::span<float> values) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(blocks);
  if (values.empty()) return;
  if (type == BlockType::kF32) {
    std::memcpy(values.data(), bytes, values.size_bytes());
  } else if (type == BlockType::kF16) {
    widen(bytes, values, half_to_float);
  } else if (type == BlockType::kBF16) {
    widen(bytes, values, bfloat16_to_float);
  } else {
    const BlockTraits& traits = block_traits(type);
    const BlockDecoder decode = decoder(type);
    const auto elements = static_cast<std::size_t>(traits.elements);
    BYEOL_CHECK(values.size() % elements == 0);
    for (std::size_t i = 0; i < values.size(); i += elements, bytes += traits.bytes)
      decode(bytes, values.data() + i);
  }
}

}  // namespace byeol::formats
