#include "constrain/schema/keyword.h"

#include <algorithm>

#include "constrain/schema/forms.h"

namespace byeol::constrain {
using Kind = Json::Kind;

Error refused(const std::string& path, const std::string& why) {
  return {ErrorCode::kUnsupported, (path.empty() ? "the schema" : path) + ": " + why};
}

Error invalid(const std::string& path, const std::string& why) {
  return {ErrorCode::kInvalidArgument, (path.empty() ? "the schema" : path) + ": " + why};
}

Result<std::optional<Decimal>> number_keyword(const Json& schema, const char* keyword,
                                              const std::string& path) {
  const Json* const value = schema.find(keyword);
  if (value == nullptr) return std::optional<Decimal>();
  if (!value->is(Kind::kNumber)) return invalid(path + "/" + keyword, "must be a number");
  BYEOL_TRY(Decimal number, Decimal::parse(value->text));
  return std::optional<Decimal>(std::move(number));
}

Result<std::optional<std::int64_t>> count_keyword(const Json& schema, const char* keyword,
                                                  const std::string& path) {
  BYEOL_TRY(const std::optional<Decimal> number, number_keyword(schema, keyword, path));
  if (!number) return std::optional<std::int64_t>();
  if (number->negative || number->exponent < 0)
    return invalid(path + "/" + keyword, "must be a whole number, 0 or more");
  std::int64_t count = 0;
  for (const char digit : number->digits)
    count = std::min(kLargestCount, 10 * count + (digit - '0'));
  for (std::int64_t i = 0; i < number->exponent && count > 0 && count < kLargestCount; ++i)
    count = std::min(kLargestCount, 10 * count);
  return std::optional<std::int64_t>(count);
}

Result<std::vector<std::string>> names_keyword(const Json& schema, const char* keyword,
                                               const std::string& path) {
  std::vector<std::string> names;
  const Json* const value = schema.find(keyword);
  // Draft 3 and 4 had a boolean `required` beside a property; it says nothing any more.
  if (value == nullptr || value->is(Kind::kBoolean)) return names;
  if (!value->is(Kind::kArray)) return invalid(path + "/" + keyword, "must be an array of names");
  for (const Json& name : value->items) {
    if (!name.is(Kind::kString)) return invalid(path + "/" + keyword, "must be an array of names");
    names.push_back(name.text);
  }
  return names;
}

Result<const Json*> schemas_keyword(const Json& schema, const char* keyword,
                                    const std::string& path) {
  const Json* const value = schema.find(keyword);
  if (value != nullptr && !value->is(Kind::kObject))
    return invalid(path + "/" + keyword, "must be an object");
  return value;
}

Result<Types> types_keyword(const Json& schema, const std::string& path) {
  const Json* const value = schema.find("type");
  if (value == nullptr) return Types{};
  if (!value->is(Kind::kString) && !value->is(Kind::kArray))
    return invalid(path + "/type", "must be a type's name or an array of them");
  Types types{false, false, false, false, false, false, false};
  const std::vector<Json> alone = {*value};
  for (const Json& type : value->is(Kind::kArray) ? value->items : alone) {
    if (type.text == "null")
      types.null = true;
    else if (type.text == "boolean")
      types.boolean = true;
    else if (type.text == "number")
      types.number = types.integer = true;
    else if (type.text == "integer")
      types.integer = true;
    else if (type.text == "string")
      types.string = true;
    else if (type.text == "array")
      types.array = true;
    else if (type.text == "object")
      types.object = true;
    else
      return invalid(path + "/type", "'" + type.text + "' is no type");
  }
  return types;
}

Result<ItemKeywords> item_keywords(const Json& schema, const std::string& path) {
  ItemKeywords result;
  const Json* prefix = schema.find("prefixItems");
  result.rest = schema.find("items");
  if (prefix == nullptr && result.rest != nullptr && result.rest->is(Kind::kArray)) {
    prefix = result.rest;
    result.rest = schema.find("additionalItems");
    result.prefix_name = "items";
    result.rest_name = "additionalItems";
  }
  if (prefix == nullptr) return result;
  if (!prefix->is(Kind::kArray))
    return invalid(path + "/" + result.prefix_name, "must be an array of schemas");
  result.prefix = &prefix->items;
  return result;
}

}  // namespace byeol::constrain
