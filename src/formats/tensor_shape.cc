#include "formats/tensor_shape.h"

namespace byeol::formats {

Result<std::size_t> tensor_bytes(BlockType type, std::span<const std::int64_t> sizes) {
  if (sizes.empty() || sizes.size() > kDimensionsMax)
    return Error{ErrorCode::kCorrupt, std::to_string(sizes.size()) + " dimensions, expected 1 to " +
                                          std::to_string(kDimensionsMax)};
  const BlockTraits& traits = block_traits(type);
  std::int64_t elements = 1;
  for (const std::int64_t size : sizes) {
    if (size < 1)
      return Error{ErrorCode::kCorrupt,
                   "shape " + shape_text(sizes) + ", expected sizes of 1 and more"};
    if (__builtin_mul_overflow(elements, size, &elements))
      return Error{ErrorCode::kCorrupt,
                   "shape " + shape_text(sizes) + " has more elements than 64 bits can count"};
  }
  if (sizes[0] % traits.elements != 0)
    return Error{ErrorCode::kCorrupt, "a row of " + std::to_string(sizes[0]) +
                                          " elements, expected a multiple of " +
                                          std::to_string(traits.elements) + ", the block of " +
                                          std::string(traits.name)};
  std::int64_t bytes = 0;
  if (__builtin_mul_overflow(elements / traits.elements, traits.bytes, &bytes))
    return Error{ErrorCode::kCorrupt,
                 "shape " + shape_text(sizes) + " has more bytes than 63 bits can count"};
  return static_cast<std::size_t>(bytes);
}

std::string shape_text(std::span<const std::int64_t> sizes) {
  std::string text;
  for (const std::int64_t size : sizes) {
    if (!text.empty()) text += " x ";
    text += std::to_string(size);
  }
  return text;
}

}  // namespace byeol::formats
