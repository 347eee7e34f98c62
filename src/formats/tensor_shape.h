// What a shape weighs: the checks that reader and writer share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"
#include "formats/block_type.h"

namespace byeol::formats {

inline constexpr int kDimensionsMax = 4;
inline constexpr std::size_t kTensorNameBytesMax = 64;

// The bytes of a tensor. An error where there are not 1 to 4 sizes, one is below 1, the product
// does not fit, or sizes[0] is no multiple of the type's block.
Result<std::size_t> tensor_bytes(BlockType type, std::span<const std::int64_t> sizes);

// "576 x 49152".
std::string shape_text(std::span<const std::int64_t> sizes);

}  // namespace byeol::formats
