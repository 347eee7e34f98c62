#include "constrain/schema/keyword.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "constrain/schema/forms.h"

namespace byeol::constrain {
using Kind = Json::Kind;
namespace {

constexpr unsigned bit(Kind kind) {
  return 1U << static_cast<unsigned>(kind);
}
constexpr unsigned kSchema = bit(Kind::kObject) | bit(Kind::kBoolean);

struct Kinds {
  const char* what;
  unsigned kinds;
  std::array<std::string_view, 11> keywords;  // Empty ones at the end.
};

constexpr Kinds kKinds[] = {
    {"a boolean", bit(Kind::kBoolean), {"uniqueItems"}},
    {"a number",
     bit(Kind::kNumber),
     {"minimum", "maximum", "multipleOf", "minLength", "maxLength", "minItems", "maxItems",
      "minContains", "maxContains", "minProperties", "maxProperties"}},
    {"a number",
     bit(Kind::kNumber) | bit(Kind::kBoolean),
     {"exclusiveMinimum", "exclusiveMaximum"}},
    {"a string",
     bit(Kind::kString),
     {"pattern", "format", "$ref", "$dynamicRef", "$anchor", "$dynamicAnchor", "$id"}},
    {"an array of names", bit(Kind::kArray), {"required"}},
    {"an array of values", bit(Kind::kArray), {"enum"}},
    {"an array of schemas, not empty", bit(Kind::kArray), {"allOf", "anyOf", "oneOf"}},
    {"an array of schemas", bit(Kind::kArray), {"prefixItems"}},
    {"an object",
     bit(Kind::kObject),
     {"properties", "patternProperties", "dependentRequired", "dependentSchemas", "dependencies",
      "$defs", "definitions"}},
    {"a schema",
     kSchema,
     {"additionalProperties", "additionalItems", "contains", "propertyNames", "not", "if", "then",
      "else", "unevaluatedProperties", "unevaluatedItems"}},
    {"a schema or an array of them", kSchema | bit(Kind::kArray), {"items"}},
    {"a type's name or an array of them", bit(Kind::kString) | bit(Kind::kArray), {"type"}},
};

}  // namespace

Status check_kinds(const Json& schema, const std::string& path) {
  for (const Kinds& some : kKinds)
    for (const std::string_view keyword : some.keywords) {
      const Json* const value = keyword.empty() ? nullptr : schema.find(keyword);
      if (value != nullptr && (some.kinds & bit(value->kind)) == 0)
        return invalid(path + pointer_step(keyword), std::string("must be ") + some.what);
    }
  return ok();
}

Status check_dependency(std::string_view keyword, const Json& needed, const std::string& path) {
  if (keyword == "dependentRequired" && !needed.is(Kind::kArray))
    return invalid(path, "must be an array of names");
  if (keyword == "dependentSchemas" && needed.is(Kind::kArray))
    return invalid(path, "must be a schema");
  return ok();
}

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
  if (value == nullptr) return names;
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
