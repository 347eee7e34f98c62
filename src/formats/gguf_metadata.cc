// The typed reads of Gguf's metadata.
#include <limits>

#include "formats/cursor.h"
#include "formats/gguf.h"
#include "formats/metadata_array.h"
#include "formats/printable.h"

namespace byeol::formats {
namespace {

constexpr auto kInt64Max = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

std::string type_text(const MetadataValue& value) {
  struct Names {
    std::string operator()(std::uint64_t) const { return "an unsigned integer"; }
    std::string operator()(std::int64_t) const { return "a signed integer"; }
    std::string operator()(double) const { return "a float"; }
    std::string operator()(bool) const { return "a bool"; }
    std::string operator()(std::string_view) const { return "a string"; }
    std::string operator()(const MetadataArray& array) const {
      return "an array of " + value_type_name(array.element_type);
    }
  };
  return std::visit(Names{}, value);
}

Error absent(std::string_view key) {
  return {ErrorCode::kCorrupt, "metadata key '" + printable(key) + "' is missing"};
}

Error wrong_type(std::string_view key, const MetadataValue& value, std::string_view expected) {
  return {ErrorCode::kCorrupt, "metadata key '" + printable(key) + "' is " + type_text(value) +
                                   ", expected " + std::string(expected)};
}

Error too_large(std::string_view key, std::uint64_t value) {
  return {ErrorCode::kCorrupt, "metadata key '" + printable(key) + "' is " + std::to_string(value) +
                                   ", expected at most " + std::to_string(kInt64Max)};
}

Result<std::int64_t> as_int(std::string_view key, const MetadataValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  const auto* number = std::get_if<std::uint64_t>(&value);
  if (!number) return wrong_type(key, value, "an integer");
  if (*number > kInt64Max) return too_large(key, *number);
  return static_cast<std::int64_t>(*number);
}

Result<double> as_float(std::string_view key, const MetadataValue& value) {
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return static_cast<double>(*number);
  if (const auto* number = std::get_if<std::int64_t>(&value)) return static_cast<double>(*number);
  return wrong_type(key, value, "a number");
}

}  // namespace

Result<std::string_view> Gguf::read_string(std::string_view key) const {
  const MetadataValue* value = find(key);
  if (!value) return absent(key);
  if (const auto* text = std::get_if<std::string_view>(value)) return *text;
  return wrong_type(key, *value, "a string");
}

Result<std::int64_t> Gguf::read_int(std::string_view key) const {
  const MetadataValue* value = find(key);
  if (!value) return absent(key);
  return as_int(key, *value);
}

Result<double> Gguf::read_float(std::string_view key) const {
  const MetadataValue* value = find(key);
  if (!value) return absent(key);
  return as_float(key, *value);
}

Result<bool> Gguf::read_bool(std::string_view key) const {
  const MetadataValue* value = find(key);
  if (!value) return absent(key);
  if (const auto* flag = std::get_if<bool>(value)) return *flag;
  return wrong_type(key, *value, "a bool");
}

Result<std::string_view> Gguf::read_string_or(std::string_view key,
                                              std::string_view fallback) const {
  if (!has(key)) return fallback;
  return read_string(key);
}

Result<std::int64_t> Gguf::read_int_or(std::string_view key, std::int64_t fallback) const {
  if (!has(key)) return fallback;
  return read_int(key);
}

Result<double> Gguf::read_float_or(std::string_view key, double fallback) const {
  if (!has(key)) return fallback;
  return read_float(key);
}

Result<bool> Gguf::read_bool_or(std::string_view key, bool fallback) const {
  if (!has(key)) return fallback;
  return read_bool(key);
}

Result<std::vector<std::string_view>> Gguf::read_strings(std::string_view key) const {
  const MetadataValue* value = find(key);
  if (!value) return absent(key);
  const auto* array = std::get_if<MetadataArray>(value);
  if (!array || array->element_type != ValueType::kString)
    return wrong_type(key, *value, "an array of string");
  std::vector<std::string_view> strings;
  strings.reserve(array->count);
  Cursor cursor(array->bytes);
  for (std::uint64_t i = 0; i < array->count; ++i) {
    BYEOL_TRY(const std::string_view text, cursor.read_string());
    strings.push_back(text);
  }
  return strings;
}

Result<std::vector<std::int64_t>> Gguf::read_ints(std::string_view key) const {
  const MetadataValue* value = find(key);
  if (!value) return absent(key);
  const auto* array = std::get_if<MetadataArray>(value);
  if (!array) {
    BYEOL_TRY(const std::int64_t number, as_int(key, *value));
    return std::vector{number};
  }
  if (array->element_type == ValueType::kF32 || array->element_type == ValueType::kF64 ||
      array->element_type == ValueType::kString)
    return wrong_type(key, *value, "an array of integers");
  std::vector<std::int64_t> numbers;
  numbers.reserve(array->count);
  for (std::size_t i = 0; i < array->count; ++i) {
    const MetadataValue number = number_element(*array, i);
    if (const auto* flag = std::get_if<bool>(&number)) {
      numbers.push_back(*flag ? 1 : 0);
      continue;
    }
    BYEOL_TRY(const std::int64_t integer, as_int(key, number));
    numbers.push_back(integer);
  }
  return numbers;
}

Result<std::vector<float>> Gguf::read_floats(std::string_view key) const {
  const MetadataValue* value = find(key);
  if (!value) return absent(key);
  const auto* array = std::get_if<MetadataArray>(value);
  if (!array || array->element_type == ValueType::kString ||
      array->element_type == ValueType::kBool)
    return wrong_type(key, *value, "an array of numbers");
  std::vector<float> numbers;
  numbers.reserve(array->count);
  for (std::size_t i = 0; i < array->count; ++i) {
    BYEOL_TRY(const double number, as_float(key, number_element(*array, i)));
    numbers.push_back(static_cast<float>(number));
  }
  return numbers;
}

}  // namespace byeol::formats
