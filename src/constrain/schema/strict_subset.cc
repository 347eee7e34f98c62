#include "constrain/schema/strict_subset.h"

#include <algorithm>
#include <array>
#include <unordered_set>

namespace byeol::constrain {
namespace {

using Kind = Json::Kind;

constexpr int kMostLevels = 10;
constexpr std::size_t kMostProperties = 5000, kMostCharacters = 120'000, kMostValues = 1000;
constexpr std::size_t kManyValues = 250, kMostCharactersOfMany = 15'000;

constexpr std::array<std::string_view, 15> kNotPermitted = {"allOf",
                                                            "oneOf",
                                                            "not",
                                                            "dependentRequired",
                                                            "dependentSchemas",
                                                            "dependencies",
                                                            "if",
                                                            "then",
                                                            "else",
                                                            "patternProperties",
                                                            "propertyNames",
                                                            "minProperties",
                                                            "maxProperties",
                                                            "unevaluatedProperties",
                                                            "unevaluatedItems"};

class Check {
 public:
  Status schema(const Json& json, std::vector<std::string>& context, int levels) {
    if (json.is(Kind::kBoolean)) return fail(context, "schema must be an object");
    if (!json.is(Kind::kObject)) return ok();  // Refused by whoever reads it.
    for (const std::string_view keyword : kNotPermitted)
      if (json.find(keyword) != nullptr)
        return fail(context, "'" + std::string(keyword) + "' is not permitted");
    BYEOL_TRY_OK(values(json, context));
    if (is_object(json)) BYEOL_TRY_OK(object(json, context, levels + 1));
    for (const char* const keyword : {"items", "anyOf", "$defs", "definitions", "prefixItems"}) {
      const Json* const below = json.find(keyword);
      if (below == nullptr) continue;
      context.emplace_back(keyword);
      const bool alone = *keyword == 'i' && below->is(Kind::kObject);
      if (alone) BYEOL_TRY_OK(schema(*below, context, levels));
      for (std::size_t i = 0; !alone && i < below->items.size(); ++i) {
        context.push_back(below->is(Kind::kObject) ? below->names[i] : std::to_string(i));
        // A definition's levels count from itself: where it is used, its depth is not known.
        BYEOL_TRY_OK(
            schema(below->items[i], context, *keyword == '$' || *keyword == 'd' ? 0 : levels));
        context.pop_back();
      }
      context.pop_back();
    }
    if (properties_ > kMostProperties)
      return fail(
          {}, "the schema has more than " + std::to_string(kMostProperties) + " properties in all");
    if (characters_ > kMostCharacters)
      return fail({}, "names, enum and const values have more than " +
                          std::to_string(kMostCharacters) + " characters in all");
    if (values_ > kMostValues)
      return fail(
          {}, "the schema has more than " + std::to_string(kMostValues) + " enum values in all");
    return ok();
  }

  static bool is_object(const Json& json) {
    if (json.find("properties") != nullptr) return true;
    const Json* const type = json.find("type");
    if (type == nullptr) return false;
    return type->text == "object" ||
           std::any_of(type->items.begin(), type->items.end(),
                       [](const Json& one) { return one.text == "object"; });
  }

  static Status fail(const std::vector<std::string>& context, const std::string& why) {
    std::string where = "In context=(";
    for (std::size_t i = 0; i < context.size(); ++i) {
      if (i > 0) where += ", ";
      where.append("'").append(context[i]).append("'");
    }
    if (context.size() == 1) where += ',';  // As Python writes it.
    return Error{ErrorCode::kInvalidArgument, where + "), " + why};
  }

 private:
  Status object(const Json& json, std::vector<std::string>& context, int levels) {
    if (levels > kMostLevels)
      return fail(context, std::to_string(levels) + " levels of nesting exceeds limit of " +
                               std::to_string(kMostLevels));
    const Json* const additional = json.find("additionalProperties");
    if (additional == nullptr || !additional->is(Kind::kBoolean) || additional->truth)
      return fail(context, "'additionalProperties' is required to be supplied and to be false");
    std::unordered_set<std::string_view> required;
    if (const Json* const names = json.find("required"))
      for (const Json& name : names->items) required.insert(name.text);
    const Json* const properties = json.find("properties");
    const std::size_t count = properties == nullptr ? 0 : properties->names.size();
    properties_ += count;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string& name = properties->names[i];
      characters_ += name.size();
      if (!required.contains(name))
        return fail(context,
                    "'required' is required to be supplied and to be an array including "
                    "every key in properties. Missing '" +
                        name + "'");
    }
    if (required.size() > count)
      return fail(context, "'required' names a key that is not in properties");
    context.emplace_back("properties");
    for (std::size_t i = 0; i < count; ++i) {
      context.push_back(properties->names[i]);
      BYEOL_TRY_OK(schema(properties->items[i], context, levels));
      context.pop_back();
    }
    context.pop_back();
    return ok();
  }

  Status values(const Json& json, const std::vector<std::string>& context) {
    if (const Json* const constant = json.find("const")) characters_ += constant->text.size();
    const Json* const all = json.find("enum");
    if (all == nullptr) return ok();
    std::size_t characters = 0;
    for (const Json& one : all->items) characters += one.text.size();
    characters_ += characters;
    values_ += all->items.size();
    if (all->items.size() > kManyValues && characters > kMostCharactersOfMany)
      return fail(context, "an enum of more than " + std::to_string(kManyValues) +
                               " values has more than " + std::to_string(kMostCharactersOfMany) +
                               " characters");
    return ok();
  }

  std::size_t properties_ = 0, characters_ = 0, values_ = 0;
};

}  // namespace

Status check_strict_subset(const Json& root) {
  if (root.find("anyOf") != nullptr) return Check::fail({}, "'anyOf' is not permitted at the root");
  const Json* const type = root.find("type");
  if (type == nullptr || type->text != "object")
    return Error{ErrorCode::kInvalidArgument,
                 "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"" +
                     (type == nullptr || type->text.empty() ? "None" : type->text) + "\"'"};
  Check check;
  std::vector<std::string> context;
  return check.schema(root, context, 0);
}

}  // namespace byeol::constrain
