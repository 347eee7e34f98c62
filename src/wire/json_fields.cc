#include "wire/json_fields.h"

#include "base/utf8.h"
#include "wire/json_text.h"

namespace byeol::wire {
namespace {

constexpr std::size_t kShownBytes = 40;  // Of a string, in a sentence.

// A header's value may hold any bytes.
std::string quoted(std::string_view text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string number_text(double value) {
  std::string text;
  append_json_number(text, value);
  return text;
}

std::string sizes(std::size_t min, std::size_t max) {
  if (max == FieldReader::kNoLimit)
    return min == 0 ? "a list" : "a list of at least " + std::to_string(min);
  return "a list of " + std::to_string(min) + " to " + std::to_string(max);
}

}  // namespace

std::string described(const Json& value) {
  switch (value.type()) {
    case Json::value_t::object:
      return "an object";
    case Json::value_t::array:
      return value.empty() ? "an empty list" : "a list of " + std::to_string(value.size());
    case Json::value_t::string: {
      std::string_view text = value.get_ref<const std::string&>();
      if (text.size() > kShownBytes) {
        text = text.substr(0, kShownBytes);
        text.remove_suffix(utf8::incomplete_tail(text));
        return "a string that begins with " + quoted(text);
      }
      return quoted(text);
    }
    default:
      return value.dump();
  }
}

ApiError wrong_value(std::string_view path, const Json& value, std::string_view expected) {
  std::string message = "'" + std::string(path) + "' is " + described(value) + "; expected ";
  return invalid_request(message.append(expected).append("."), std::string(path));
}

FieldReader::FieldReader(const Json& object, FieldErrors& errors, std::string path)
    : object_(&object), errors_(&errors), path_(std::move(path)) {
  BYEOL_CHECK(object.is_object());
}

const Json* FieldReader::find(std::string_view name) const {
  const auto found = object_->find(name);
  return found == object_->end() || found->is_null() ? nullptr : &*found;
}

std::string FieldReader::path_of(std::string_view name) const {
  return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

void FieldReader::wrong(std::string_view name, std::string_view expected) const {
  const std::string path = path_of(name);
  if (const Json* value = find(name)) {
    errors_->add(wrong_value(path, *value, expected));
    return;
  }
  errors_->add(
      invalid_request(("'" + path + "' is missing; expected ").append(expected).append("."), path));
}

void FieldReader::refuse(std::string_view name, std::string message,
                         std::optional<std::string> code) const {
  errors_->add(invalid_request(std::move(message), path_of(name), std::move(code)));
}

std::optional<bool> FieldReader::boolean(std::string_view name) const {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_boolean()) return value->get<bool>();
  wrong(name, "true or false");
  return std::nullopt;
}

std::optional<std::int64_t> FieldReader::integer(std::string_view name, std::int64_t min,
                                                 std::int64_t max) const {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  const bool too_large = value->is_number_unsigned() &&
                         value->get<std::uint64_t>() > static_cast<std::uint64_t>(kIntegerMax);
  if (value->is_number_integer() && !too_large) {
    const auto number = value->get<std::int64_t>();
    if (number >= min && number <= max) return number;
  }
  std::string expected = "an integer";
  if (min != kIntegerMin && max != kIntegerMax)
    expected += " from " + std::to_string(min) + " to " + std::to_string(max);
  else if (min != kIntegerMin)
    expected += " of at least " + std::to_string(min);
  wrong(name, expected);
  return std::nullopt;
}

std::optional<double> FieldReader::number(std::string_view name, double min, double max) const {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) {
    const auto number = value->get<double>();
    if (number >= min && number <= max) return number;
  }
  wrong(name, "a number from " + number_text(min) + " to " + number_text(max));
  return std::nullopt;
}

std::optional<std::string> FieldReader::string(std::string_view name) const {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return value->get<std::string>();
  wrong(name, "a string");
  return std::nullopt;
}

std::optional<std::size_t> FieldReader::choice_index(
    std::string_view name, std::span<const std::string_view> names) const {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) {
    for (std::size_t i = 0; i < names.size(); ++i)
      if (value->get_ref<const std::string&>() == names[i]) return i;
  }
  std::string expected;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) expected += i + 1 == names.size() ? " or " : ", ";
    expected.append("\"").append(names[i]).append("\"");
  }
  wrong(name, expected);
  return std::nullopt;
}

const Json* FieldReader::array(std::string_view name, std::size_t min_size,
                               std::size_t max_size) const {
  const Json* value = find(name);
  if (value == nullptr) return nullptr;
  if (value->is_array() && value->size() >= min_size && value->size() <= max_size) return value;
  wrong(name, sizes(min_size, max_size));
  return nullptr;
}

const Json* FieldReader::object(std::string_view name) const {
  const Json* value = find(name);
  if (value == nullptr || value->is_object()) return value;
  wrong(name, "an object");
  return nullptr;
}

std::optional<FieldReader> FieldReader::fields(std::string_view name) const {
  const Json* value = object(name);
  if (value == nullptr) return std::nullopt;
  return FieldReader(*value, *errors_, path_of(name));
}

std::string FieldReader::required_string(std::string_view name) const {
  if (find(name) == nullptr) wrong(name, "a string");
  return string(name).value_or("");
}

const Json* FieldReader::required_array(std::string_view name, std::size_t min_size,
                                        std::size_t max_size) const {
  if (find(name) == nullptr) wrong(name, sizes(min_size, max_size));
  return array(name, min_size, max_size);
}

std::optional<FieldReader> FieldReader::required_fields(std::string_view name) const {
  if (find(name) == nullptr) wrong(name, "an object");
  return fields(name);
}

std::vector<FieldReader> FieldReader::elements(std::string_view name, const Json& array) const {
  std::vector<FieldReader> readers;
  readers.reserve(array.size());
  for (std::size_t i = 0; i < array.size(); ++i) {
    std::string path = path_of(name) + "[" + std::to_string(i) + "]";
    if (array[i].is_object())
      readers.emplace_back(array[i], *errors_, std::move(path));
    else
      errors_->add(wrong_value(path, array[i], "an object"));
  }
  return readers;
}

}  // namespace byeol::wire
