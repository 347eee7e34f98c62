// What a schema does not allow, of arrays and objects: some item or property does not hold.
#include "constrain/schema/forms.h"
#include "constrain/schema/keyword.h"

namespace byeol::constrain {
using Kind = Json::Kind;

Status Forms::negate_arrays(Form& result, const Schemas::Schema& schema) {
  const Json& json = *schema.json;
  const std::string& path = schema.path;
  std::vector<Alternative>& all = result.alternatives;
  const Json* const unique = json.find("uniqueItems");
  if (unique != nullptr && unique->truth)
    return refused(path + "/uniqueItems", "cannot be kept where it must not hold");
  BYEOL_TRY(const ArrayForm arrays, array(schema));
  ArrayForm other;
  if (arrays.min > 0) {
    other.max = arrays.min - 1;
    all.emplace_back(other);
  }
  if (arrays.max != kUnlimited) {
    other = ArrayForm{};
    other.min = arrays.max + 1;
    all.emplace_back(other);
  }
  BYEOL_TRY(const ItemKeywords items, item_keywords(json, path));
  const std::size_t prefix = items.prefix == nullptr ? 0 : items.prefix->size();
  other = ArrayForm{};
  for (std::size_t i = 0; i < prefix; ++i) {
    const std::string at = path + "/" + items.prefix_name + "/" + std::to_string(i);
    other.prefix.push_back({schemas_.child(negated(schemas_.literal((*items.prefix)[i], at)))});
    other.min = static_cast<std::int64_t>(i) + 1;
    if (other.prefix.back().child != kNoChild) all.emplace_back(other);
    other.prefix.back() = Item{};
  }
  if (items.rest != nullptr) {
    const Literal fails = negated(schemas_.literal(*items.rest, path + "/" + items.rest_name));
    const Child child = schemas_.child(fails);
    other = ArrayForm{};
    if (child == kAnyChild)
      other.min = static_cast<std::int64_t>(prefix) + 1;
    else
      other.contains.push_back({fails, 1, kUnlimited, static_cast<std::int64_t>(prefix)});
    if (child != kNoChild) all.emplace_back(other);
  }
  for (const Contains& wanted : arrays.contains) {
    other = ArrayForm{};
    other.contains = {wanted};
    other.contains[0].min = 0;
    other.contains[0].max = wanted.min - 1;
    if (wanted.min > 0) all.emplace_back(other);
    other.contains[0].min = wanted.max + 1;
    other.contains[0].max = kUnlimited;
    if (wanted.max != kUnlimited) all.emplace_back(other);
  }
  return ok();
}

Status Forms::negate_objects(Form& result, const Schemas::Schema& schema) {
  const Json& json = *schema.json;
  const std::string& path = schema.path;
  std::vector<Alternative>& all = result.alternatives;
  BYEOL_TRY(const auto least, count_keyword(json, "minProperties", path));
  BYEOL_TRY(const auto most, count_keyword(json, "maxProperties", path));
  ObjectForm other;
  if (least && *least > 0) {
    other.max = *least - 1;
    all.emplace_back(other);
  }
  if (most) {
    other = ObjectForm{};
    other.min = *most + 1;
    other.min_path = path + "/maxProperties";
    all.emplace_back(other);
  }
  other = ObjectForm{};
  BYEOL_TRY(const std::vector<std::string> required, names_keyword(json, "required", path));
  for (const std::string& name : required) {
    other.properties = {{name, kNoChild}};
    all.emplace_back(other);
  }
  BYEOL_TRY(const Json* const by_name, schemas_keyword(json, "properties", path));
  Language remaining = Language::anything();  // For additionalProperties.
  if (by_name != nullptr) {
    BYEOL_TRY(const Language names, Language::of_texts(by_name->names, budget_));
    BYEOL_TRY(remaining, remaining.subtract(names, budget_));
  }
  for (std::size_t i = 0; by_name != nullptr && i < by_name->items.size(); ++i) {
    const std::string at = path + "/properties" + pointer_step(by_name->names[i]);
    const Child fails = schemas_.child(negated(schemas_.literal(by_name->items[i], at)));
    other.properties = {{by_name->names[i], fails, true}};
    if (fails != kNoChild) all.emplace_back(other);
  }
  other = ObjectForm{};
  const auto some = [&](const Language& names, Child fails, std::string at) {
    if (fails == kNoChild || names.is_empty()) return;
    other.exists = {{names, fails, std::move(at)}};
    all.emplace_back(other);
  };
  BYEOL_TRY(const Json* const by_pattern, schemas_keyword(json, "patternProperties", path));
  for (std::size_t i = 0; by_pattern != nullptr && i < by_pattern->items.size(); ++i) {
    const std::string at = path + "/patternProperties" + pointer_step(by_pattern->names[i]);
    BYEOL_TRY(const Language names, pattern(by_pattern->names[i], at));
    some(names, schemas_.child(negated(schemas_.literal(by_pattern->items[i], at))), at);
    BYEOL_TRY(remaining, remaining.subtract(names, budget_));
  }
  if (const Json* const additional = json.find("additionalProperties")) {
    const std::string at = path + "/additionalProperties";
    some(remaining, schemas_.child(negated(schemas_.literal(*additional, at))), at);
  }
  if (const Json* const names = json.find("propertyNames")) {
    const std::string at = path + "/propertyNames";
    BYEOL_TRY(const Language allowed, strings(schemas_.child(*names, at)));
    BYEOL_TRY(const Language others, Language::anything().subtract(allowed, budget_));
    some(others, kAnyChild, at);
  }
  for (const char* const keyword : {"dependentRequired", "dependentSchemas", "dependencies"}) {
    BYEOL_TRY(const Json* const dependent, schemas_keyword(json, keyword, path));
    for (std::size_t i = 0; dependent != nullptr && i < dependent->items.size(); ++i) {
      const std::string& name = dependent->names[i];
      const Json& needed = dependent->items[i];
      const std::string at = path + "/" + keyword + pointer_step(name);
      BYEOL_TRY_OK(check_dependency(keyword, needed, at));
      ObjectForm with;
      with.properties = {{name, kAnyChild, true}};
      if (!needed.is(Kind::kArray)) {
        BYEOL_TRY(const Form form, refine(Form::of(with), negated(schemas_.literal(needed, at))));
        BYEOL_TRY_OK(unite(result, form, at));
        continue;
      }
      for (const Json& missing : needed.items) {
        if (!missing.is(Kind::kString) || missing.text == name) continue;
        ObjectForm without = with;
        without.properties.push_back({missing.text, kNoChild});
        all.emplace_back(without);
      }
    }
  }
  return ok();
}

}  // namespace byeol::constrain
