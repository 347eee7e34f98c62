#include "formats/metadata_value.h"

#include <algorithm>

namespace byeol::formats {
namespace {

Error corrupt(std::string message) {
  return {ErrorCode::kCorrupt, std::move(message)};
}

std::string at_offset(std::size_t offset) {
  return " at offset " + std::to_string(offset);
}

Status check_bools(std::span<const std::byte> bytes, std::size_t offset) {
  const auto wrong =
      std::ranges::find_if(bytes, [](std::byte byte) { return byte > std::byte{1}; });
  if (wrong == bytes.end()) return ok();
  return corrupt("a bool of value " + std::to_string(std::to_integer<int>(*wrong)) +
                 at_offset(offset + static_cast<std::size_t>(wrong - bytes.begin())) +
                 ", expected 0 or 1");
}

Result<MetadataArray> read_array(Cursor& cursor, std::span<const std::byte> file) {
  const std::size_t type_offset = cursor.offset();
  BYEOL_TRY(const auto id, cursor.read<std::uint32_t>());
  const auto type = static_cast<ValueType>(id);
  BYEOL_TRY(const auto count, cursor.read<std::uint64_t>());
  if (type == ValueType::kArray)
    return Error{ErrorCode::kUnsupported, "an array of arrays" + at_offset(type_offset) +
                                              ", expected an array of numbers, bools or strings"};
  const std::size_t begin = cursor.offset();
  const std::size_t element_bytes = fixed_bytes(type);
  if (element_bytes == 0 && type != ValueType::kString)
    return corrupt("an array of value type " + std::to_string(id) + at_offset(type_offset) +
                   ", expected 0 to 12");
  const std::size_t bytes_min = element_bytes ? element_bytes : sizeof(std::uint64_t);
  if (count > cursor.remaining() / bytes_min)
    return corrupt("an array of " + std::to_string(count) + " elements" + at_offset(type_offset) +
                   ", the rest of the file holds at most " +
                   std::to_string(cursor.remaining() / bytes_min));
  if (type == ValueType::kString) {
    for (std::uint64_t i = 0; i < count; ++i) BYEOL_TRY_OK(cursor.read_string());
  } else {
    BYEOL_TRY(const auto bytes, cursor.take(count * element_bytes));
    if (type == ValueType::kBool) BYEOL_TRY_OK(check_bools(bytes, begin));
  }
  return MetadataArray{type, count, file.subspan(begin, cursor.offset() - begin)};
}

template <typename Stored, typename Kept>
Result<MetadataValue> read_number(Cursor& cursor) {
  BYEOL_TRY(const auto number, cursor.read<Stored>());
  return MetadataValue(static_cast<Kept>(number));
}

}  // namespace

Result<MetadataValue> read_metadata_value(Cursor& cursor, std::span<const std::byte> file) {
  const std::size_t type_offset = cursor.offset();
  BYEOL_TRY(const auto id, cursor.read<std::uint32_t>());
  switch (static_cast<ValueType>(id)) {
    case ValueType::kU8:
      return read_number<std::uint8_t, std::uint64_t>(cursor);
    case ValueType::kU16:
      return read_number<std::uint16_t, std::uint64_t>(cursor);
    case ValueType::kU32:
      return read_number<std::uint32_t, std::uint64_t>(cursor);
    case ValueType::kU64:
      return read_number<std::uint64_t, std::uint64_t>(cursor);
    case ValueType::kI8:
      return read_number<std::int8_t, std::int64_t>(cursor);
    case ValueType::kI16:
      return read_number<std::int16_t, std::int64_t>(cursor);
    case ValueType::kI32:
      return read_number<std::int32_t, std::int64_t>(cursor);
    case ValueType::kI64:
      return read_number<std::int64_t, std::int64_t>(cursor);
    case ValueType::kF32:
      return read_number<float, double>(cursor);
    case ValueType::kF64:
      return read_number<double, double>(cursor);
    case ValueType::kBool: {
      const std::size_t offset = cursor.offset();
      BYEOL_TRY(const auto byte, cursor.take(1));
      BYEOL_TRY_OK(check_bools(byte, offset));
      return MetadataValue(byte[0] != std::byte{0});
    }
    case ValueType::kString: {
      BYEOL_TRY(const std::string_view text, cursor.read_string());
      return MetadataValue(text);
    }
    case ValueType::kArray: {
      BYEOL_TRY(const MetadataArray array, read_array(cursor, file));
      return MetadataValue(array);
    }
  }
  return corrupt("value type " + std::to_string(id) + at_offset(type_offset) +
                 ", expected 0 to 12");
}

}  // namespace byeol::formats
