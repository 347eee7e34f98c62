// Whether one value is valid: for enum, const and unique items.
#include <unordered_set>

#include "base/utf8.h"
#include "constrain/schema/forms.h"

namespace byeol::constrain {
namespace {

using Kind = Json::Kind;

std::int64_t characters(std::string_view text) {
  std::int64_t count = 0;
  for (; !text.empty(); text.remove_prefix(utf8::decode(text).bytes)) ++count;
  return count;
}

}  // namespace

Result<bool> Forms::contains(Child child, const Json& value) {
  if (child == kAnyChild || child == kNoChild) return child == kAnyChild;
  // Values in values, in schemas that are read for values.
  if (nested_ == kDeepestValues)
    return invalid("", "too complex: values are compared deeper than " +
                           std::to_string(kDeepestValues) + " levels");
  ++nested_;
  const Result<std::shared_ptr<const Form>> all = form(child);
  Result<bool> is_in = all ? contains(**all, value) : Result<bool>(all.error());
  --nested_;
  return is_in;
}

Result<bool> Forms::contains(const Form& form, const Json& value) {
  if (form.anything) return true;
  for (const Alternative& alternative : form.alternatives) {
    BYEOL_TRY(const bool is_in, contains(alternative, value));
    if (is_in) return true;
  }
  return false;
}

Result<bool> Forms::contains(const Alternative& alternative, const Json& value) {
  BYEOL_TRY_OK(budget_.spend(1, "the schema"));
  if (const auto* const one = std::get_if<ValueForm>(&alternative))
    return one->value.is(value.kind) && equality_key(one->value) == equality_key(value);
  switch (value.kind) {
    case Kind::kNull:
      return std::holds_alternative<NullForm>(alternative);
    case Kind::kBoolean: {
      const auto* const boolean = std::get_if<BooleanForm>(&alternative);
      return boolean != nullptr && (value.truth ? boolean->may_be_true : boolean->may_be_false);
    }
    case Kind::kNumber: {
      const auto* const number = std::get_if<NumberForm>(&alternative);
      if (number == nullptr) return false;
      BYEOL_TRY(const Language all, language(*number));
      return all.contains(value.text) || all.contains(plain_number(value.text));
    }
    case Kind::kString: {
      const auto* const string = std::get_if<StringForm>(&alternative);
      if (string == nullptr) return false;
      const std::int64_t length = characters(value.text);
      return length >= string->min && within_limit(length, string->max) &&
             (!string->language || string->language->contains(value.text));
    }
    case Kind::kArray: {
      const auto* const array = std::get_if<ArrayForm>(&alternative);
      return array != nullptr ? contains(*array, value) : Result<bool>(false);
    }
    case Kind::kObject: {
      const auto* const object = std::get_if<ObjectForm>(&alternative);
      return object != nullptr ? contains(*object, value) : Result<bool>(false);
    }
  }
  return false;
}

Result<bool> Forms::contains(const ArrayForm& array, const Json& value) {
  const auto size = static_cast<std::int64_t>(value.items.size());
  if (size < array.min || !within_limit(size, array.max)) return false;
  std::unordered_set<std::string> seen;
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    const Item& item = i < array.prefix.size() ? array.prefix[i] : array.rest;
    BYEOL_TRY(const bool is_in, contains(item.child, value.items[i]));
    if (!is_in) return false;
    if (!array.unique.empty() && !seen.insert(equality_key(value.items[i])).second) return false;
  }
  for (const Contains& wanted : array.contains) {
    const Child child = schemas_.child(wanted.literal);
    std::int64_t found = 0;
    for (std::size_t i = static_cast<std::size_t>(wanted.from); i < value.items.size(); ++i) {
      BYEOL_TRY(const bool is_in, contains(child, value.items[i]));
      if (is_in) ++found;
    }
    if (found < wanted.min || !within_limit(found, wanted.max)) return false;
  }
  return true;
}

Result<bool> Forms::contains(const ObjectForm& object, const Json& value) {
  const auto size = static_cast<std::int64_t>(value.items.size());
  if (size < object.min || !within_limit(size, object.max)) return false;
  for (const Property& property : object.properties)
    if (property.required && value.find(property.name) == nullptr) return false;
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    BYEOL_TRY(const bool is_in, contains(child_of_name(object, value.names[i]), value.items[i]));
    if (!is_in) return false;
  }
  for (const Exists& wanted : object.exists) {
    bool found = false;
    for (std::size_t i = 0; i < value.items.size() && !found; ++i) {
      if (!wanted.names.contains(value.names[i])) continue;
      BYEOL_TRY(found, contains(wanted.child, value.items[i]));
    }
    if (!found) return false;
  }
  return true;
}

}  // namespace byeol::constrain
