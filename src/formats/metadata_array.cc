#include "formats/metadata_array.h"

#include <algorithm>
#include <cstring>

#include "formats/cursor.h"

namespace byeol::formats {
namespace {

template <typename T>
T load(const std::byte* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

}  // namespace

MetadataValue number_element(const MetadataArray& array, std::size_t index) {
  const std::byte* bytes = array.bytes.data() + index * fixed_bytes(array.element_type);
  switch (array.element_type) {
    case ValueType::kU8:
      return std::uint64_t{load<std::uint8_t>(bytes)};
    case ValueType::kU16:
      return std::uint64_t{load<std::uint16_t>(bytes)};
    case ValueType::kU32:
      return std::uint64_t{load<std::uint32_t>(bytes)};
    case ValueType::kU64:
      return load<std::uint64_t>(bytes);
    case ValueType::kI8:
      return std::int64_t{load<std::int8_t>(bytes)};
    case ValueType::kI16:
      return std::int64_t{load<std::int16_t>(bytes)};
    case ValueType::kI32:
      return std::int64_t{load<std::int32_t>(bytes)};
    case ValueType::kI64:
      return load<std::int64_t>(bytes);
    case ValueType::kF32:
      return static_cast<double>(load<float>(bytes));
    case ValueType::kF64:
      return load<double>(bytes);
    case ValueType::kBool:
      return load<std::uint8_t>(bytes) != 0;
    case ValueType::kString:
    case ValueType::kArray:
      break;
  }
  check_failed(__FILE__, __LINE__, "number_element() of an array of numbers or bools");
}

std::vector<MetadataValue> first_elements(const MetadataArray& array, std::size_t count) {
  std::vector<MetadataValue> elements;
  Cursor cursor(array.bytes);
  for (std::size_t i = 0; i < std::min<std::uint64_t>(count, array.count); ++i) {
    if (array.element_type == ValueType::kString) {
      elements.emplace_back(*cursor.read_string());  // Walked once already, by the parser.
    } else {
      elements.push_back(number_element(array, i));
    }
  }
  return elements;
}

}  // namespace byeol::formats
