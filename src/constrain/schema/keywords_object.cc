// Forms of the keywords that speak of objects.
#include <unordered_map>

#include "constrain/schema/forms.h"
#include "constrain/schema/keyword.h"

namespace byeol::constrain {
namespace {

struct PatternProperty {
  Language names;
  Child child;
};

// All names by which patterns they match: at most 2^patterns classes, of which few are not empty.
Result<std::vector<NameClass>> classes_of(const std::vector<PatternProperty>& patterns,
                                          const NameClass& without, Schemas& schemas,
                                          Budget& budget) {
  struct Part {
    Language names;
    Child child;
    bool matched;
  };
  std::vector<Part> parts = {{Language::anything(), kAnyChild, false}};
  for (const PatternProperty& pattern : patterns) {
    std::vector<Part> split;
    for (const Part& part : parts) {
      BYEOL_TRY_OK(budget.spend(16, "patternProperties"));
      BYEOL_TRY(Language in, part.names.intersect(pattern.names, budget));
      if (!in.is_empty())
        split.push_back({std::move(in), schemas.both(part.child, pattern.child), true});
      BYEOL_TRY(Language out, part.names.subtract(pattern.names, budget));
      if (!out.is_empty()) split.push_back({std::move(out), part.child, part.matched});
    }
    parts = std::move(split);
  }
  std::vector<NameClass> classes;
  for (Part& part : parts) {
    NameClass one{std::move(part.names), part.child, true};
    if (!part.matched) {
      one.child = without.child;
      one.evaluated = without.evaluated;
    }
    if (one.child != kNoChild) classes.push_back(std::move(one));
  }
  return classes;
}

}  // namespace

Child Forms::child_of_name(const ObjectForm& object, const std::string& name) {
  for (const Property& property : object.properties)
    if (property.name == name) return property.child;
  for (const NameClass& other : object.others)
    if (other.names.is_anything() || other.names.contains(name)) return other.child;
  return kNoChild;
}

Result<ObjectForm> Forms::object(const Schemas::Schema& schema) {
  const Json& json = *schema.json;
  const std::string& path = schema.path;
  ObjectForm form;
  BYEOL_TRY(const auto min, count_keyword(json, "minProperties", path));
  BYEOL_TRY(const auto max, count_keyword(json, "maxProperties", path));
  form.min = min.value_or(0);
  form.min_path = path + "/minProperties";
  if (max && *max < kLargestCount) form.max = *max;

  NameClass without;
  if (const Json* const additional = json.find("additionalProperties")) {
    without.child = schemas_.child(*additional, path + "/additionalProperties");
    without.evaluated = true;
  }
  std::vector<PatternProperty> patterns;
  BYEOL_TRY(const Json* const by_pattern, schemas_keyword(json, "patternProperties", path));
  for (std::size_t i = 0; by_pattern != nullptr && i < by_pattern->items.size(); ++i) {
    const std::string at = path + "/patternProperties" + pointer_step(by_pattern->names[i]);
    BYEOL_TRY(Language names, pattern(by_pattern->names[i], at));
    patterns.push_back({std::move(names), schemas_.child(by_pattern->items[i], at)});
  }
  Result<std::vector<NameClass>> classes = classes_of(patterns, without, schemas_, budget_);
  if (!classes) return std::move(classes.error()).within(path + "/patternProperties");
  form.others = *std::move(classes);

  std::unordered_map<std::string, std::size_t> known;
  BYEOL_TRY(const Json* const by_name, schemas_keyword(json, "properties", path));
  for (std::size_t i = 0; by_name != nullptr && i < by_name->items.size(); ++i) {
    const std::string& name = by_name->names[i];
    Property property{name,
                      schemas_.child(by_name->items[i], path + "/properties" + pointer_step(name))};
    property.evaluated = true;
    for (const PatternProperty& pattern : patterns)
      if (pattern.names.contains(name))
        property.child = schemas_.both(property.child, pattern.child);
    known.emplace(name, form.properties.size());
    form.properties.push_back(std::move(property));
  }
  BYEOL_TRY(const std::vector<std::string> required, names_keyword(json, "required", path));
  for (const std::string& name : required) {
    const auto [at, is_new] = known.emplace(name, form.properties.size());
    if (is_new) {
      Property property{name, kNoChild};
      for (const NameClass& other : form.others)
        if (other.names.is_anything() || other.names.contains(name)) {
          property.child = other.child;
          property.evaluated = other.evaluated;
        }
      form.properties.push_back(std::move(property));
    }
    form.properties[at->second].required = true;
  }
  BYEOL_TRY_OK(budget_.spend(static_cast<std::int64_t>(form.properties.size()), "the schema"));

  const Json* const names = json.find("propertyNames");
  if (names == nullptr) return form;
  BYEOL_TRY(const Language allowed, strings(schemas_.child(*names, path + "/propertyNames")));
  for (Property& property : form.properties)
    if (!allowed.contains(property.name)) property.child = kNoChild;
  std::vector<NameClass> kept;
  for (NameClass& other : form.others) {
    BYEOL_TRY(other.names, other.names.intersect(allowed, budget_));
    if (!other.names.is_empty()) kept.push_back(std::move(other));
  }
  form.others = std::move(kept);
  return form;
}

}  // namespace byeol::constrain
