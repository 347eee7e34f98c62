// Elements of a metadata array, one by one. Private to this module: others read whole arrays
// through Gguf.
#pragma once

#include <cstddef>
#include <vector>

#include "formats/gguf.h"

namespace byeol::formats {

// Element `index` of an array of numbers or bools.
MetadataValue number_element(const MetadataArray& array, std::size_t index);

// At most `count` elements from the start, of any element type.
std::vector<MetadataValue> first_elements(const MetadataArray& array, std::size_t count);

}  // namespace byeol::formats
