// Keywords that apply other schemas to the same value: references, allOf, anyOf, oneOf, not, if and
// dependencies.
#include "constrain/schema/forms.h"
#include "constrain/schema/keyword.h"

namespace byeol::constrain {
namespace {

using Kind = Json::Kind;

// anyOf beside unevaluated… needs every set of branches that may hold together.
constexpr std::size_t kMostBranchesTogether = 8;

Form without_property(const std::string& name) {
  Form form = Form::any();
  form.anything = false;
  std::get<ObjectForm>(form.alternatives.back()).properties.push_back({name, kNoChild});
  return form;
}

Form with_properties(const std::string& name, const std::vector<std::string>& others) {
  ObjectForm object;
  object.properties.push_back({name, kAnyChild, true});
  for (const std::string& other : others)
    if (other != name) object.properties.push_back({other, kAnyChild, true});
  return Form::of(std::move(object));
}

}  // namespace

Result<Form> Forms::refine(const Form& form, Literal literal) {
  const Child child = schemas_.child(literal);
  if (child == kAnyChild) return form;
  if (child == kNoChild) return Form{};
  BYEOL_TRY(const std::shared_ptr<const Form> other, form_of_literal(literal));
  return intersect(form, *other);
}

Result<std::vector<Literal>> Forms::branches(const Schemas::Schema& schema, const char* keyword) {
  std::vector<Literal> result;
  const Json* const value = schema.json->find(keyword);
  if (value == nullptr) return result;
  const std::string path = schema.path + "/" + keyword;
  if (!value->is(Kind::kArray) || value->items.empty())
    return invalid(path, "must be an array of schemas, not empty");
  for (std::size_t i = 0; i < value->items.size(); ++i)
    result.push_back(schemas_.literal(value->items[i], path + "/" + std::to_string(i)));
  return result;
}

Result<Literal> Forms::target(const Schemas::Schema& schema, const char* keyword) {
  const std::string path = schema.path + "/" + keyword;
  const Json& reference = *schema.json->find(keyword);
  if (!reference.is(Kind::kString)) return invalid(path, "must be a string");
  if (*(keyword + 1) == 'd' && schemas_.references().is_dynamic(reference.text))
    return refused(path, "several schemas have this dynamic anchor");
  Result<References::Target> found = schemas_.references().resolve(*schema.json, reference.text);
  if (!found) return std::move(found.error()).within(path);
  return schemas_.literal(*found->schema, found->path);
}

Result<Form> Forms::positive(Literal literal) {
  const Schemas::Schema schema = schemas_.schema(literal);
  const Json& json = *schema.json;
  if (json.is(Kind::kBoolean)) return json.truth ? Form::any() : Form{};
  if (!json.is(Kind::kObject)) return invalid(schema.path, "a schema is an object or a boolean");
  BYEOL_TRY_OK(check_kinds(json, schema.path));
  if (json.find("$recursiveRef") != nullptr)
    return refused(schema.path + "/$recursiveRef", "is not kept; $ref and $dynamicRef are");
  BYEOL_TRY(Form form, typed(schema));
  BYEOL_TRY(form, apply_branches(std::move(form), schema));
  BYEOL_TRY(form, dependent(std::move(form), schema));
  BYEOL_TRY_OK(apply_unevaluated(form, schema));
  return with_values(std::move(form), schema);
}

Result<Form> Forms::apply_branches(Form form, const Schemas::Schema& schema) {
  for (const char* const keyword : {"$ref", "$dynamicRef"}) {
    if (schema.json->find(keyword) == nullptr) continue;
    BYEOL_TRY(const Literal other, target(schema, keyword));
    BYEOL_TRY(form, refine(form, other));
  }
  BYEOL_TRY(const std::vector<Literal> all, branches(schema, "allOf"));
  for (const Literal branch : all) {
    BYEOL_TRY(form, refine(form, branch));
  }
  BYEOL_TRY(const std::vector<Literal> any, branches(schema, "anyOf"));
  if (!any.empty()) {
    BYEOL_TRY(form, any_of(form, any, schema.path + "/anyOf"));
  }
  BYEOL_TRY(const std::vector<Literal> one, branches(schema, "oneOf"));
  if (!one.empty()) {
    BYEOL_TRY(form, one_of(form, one, schema.path + "/oneOf"));
  }
  if (const Json* const other = schema.json->find("not")) {
    BYEOL_TRY(form, refine(form, negated(schemas_.literal(*other, schema.path + "/not"))));
  }
  return conditional(form, schema);
}

Result<Form> Forms::any_of(const Form& form, const std::vector<Literal>& branches,
                           const std::string& path) {
  Form result;
  if (!schemas_.references().has_unevaluated()) {
    for (const Literal branch : branches) {
      BYEOL_TRY(const Form one, refine(form, branch));
      BYEOL_TRY_OK(unite(result, one, path));
    }
    return result;
  }
  if (branches.size() > kMostBranchesTogether)
    return refused(path, "beside unevaluatedProperties or unevaluatedItems at most " +
                             std::to_string(kMostBranchesTogether) + " branches are kept");
  for (std::size_t chosen = 1; chosen < std::size_t{1} << branches.size(); ++chosen) {
    Form together = form;
    for (std::size_t i = 0; i < branches.size(); ++i) {
      if ((chosen >> i & 1) == 0) continue;
      BYEOL_TRY(together, refine(together, branches[i]));
    }
    BYEOL_TRY_OK(unite(result, together, path));
  }
  return result;
}

Result<Form> Forms::one_of(const Form& form, const std::vector<Literal>& branches,
                           const std::string& path) {
  std::vector<Form> alone;
  for (const Literal branch : branches) {
    BYEOL_TRY(Form one, refine(form, branch));
    alone.push_back(std::move(one));
  }
  // Only what a branch shares with others is taken away from it.
  std::vector<std::vector<std::size_t>> shared(branches.size());
  for (std::size_t i = 0; i < branches.size(); ++i)
    for (std::size_t k = i + 1; k < branches.size(); ++k) {
      BYEOL_TRY(const Form both, intersect(alone[i], alone[k]));
      BYEOL_TRY(const bool disjoint, is_empty(both));
      if (disjoint) continue;
      shared[i].push_back(k);
      shared[k].push_back(i);
    }
  Form result;
  for (std::size_t i = 0; i < branches.size(); ++i) {
    for (const std::size_t other : shared[i]) {
      BYEOL_TRY(alone[i], refine(alone[i], negated(branches[other])));
    }
    BYEOL_TRY_OK(unite(result, alone[i], path));
  }
  return result;
}

Result<Form> Forms::conditional(const Form& form, const Schemas::Schema& schema) {
  const Json* const condition = schema.json->find("if");
  if (condition == nullptr) return form;
  const Literal holds = schemas_.literal(*condition, schema.path + "/if");
  BYEOL_TRY(Form result, refine(form, holds));
  if (const Json* const then = schema.json->find("then")) {
    BYEOL_TRY(result, refine(result, schemas_.literal(*then, schema.path + "/then")));
  }
  BYEOL_TRY(Form other, refine(form, negated(holds)));
  if (const Json* const otherwise = schema.json->find("else")) {
    BYEOL_TRY(other, refine(other, schemas_.literal(*otherwise, schema.path + "/else")));
  }
  BYEOL_TRY_OK(unite(result, other, schema.path + "/if"));
  return result;
}

Result<Form> Forms::dependent(Form form, const Schemas::Schema& schema) {
  for (const char* const keyword : {"dependentRequired", "dependentSchemas", "dependencies"}) {
    BYEOL_TRY(const Json* const all, schemas_keyword(*schema.json, keyword, schema.path));
    for (std::size_t i = 0; all != nullptr && i < all->items.size(); ++i) {
      const std::string& name = all->names[i];
      const Json& needed = all->items[i];
      const std::string path = schema.path + "/" + keyword + pointer_step(name);
      BYEOL_TRY_OK(check_dependency(keyword, needed, path));
      BYEOL_TRY(const std::vector<std::string> names,
                needed.is(Kind::kArray)
                    ? names_keyword(*all, name.c_str(), schema.path + "/" + keyword)
                    : Result<std::vector<std::string>>(std::vector<std::string>{}));
      BYEOL_TRY(Form result, intersect(form, without_property(name)));
      BYEOL_TRY(Form with, intersect(form, with_properties(name, names)));
      if (!needed.is(Kind::kArray)) {
        BYEOL_TRY(with, refine(with, schemas_.literal(needed, path)));
      }
      BYEOL_TRY_OK(unite(result, with, path));
      form = std::move(result);
    }
  }
  return form;
}

Status Forms::apply_unevaluated(Form& form, const Schemas::Schema& schema) {
  for (const bool objects : {true, false}) {
    const char* const keyword = objects ? "unevaluatedProperties" : "unevaluatedItems";
    const Json* const value = schema.json->find(keyword);
    if (value == nullptr) continue;
    const std::string path = schema.path + "/" + keyword;
    const Child child = schemas_.child(*value, path);
    const auto apply = [&](auto& part) {
      if (!part.evaluated) part.child = schemas_.both(part.child, child);
      part.evaluated = true;
    };
    form.anything = false;
    for (Alternative& alternative : form.alternatives) {
      auto* const object = std::get_if<ObjectForm>(&alternative);
      auto* const array = std::get_if<ArrayForm>(&alternative);
      if (objects && object != nullptr) {
        for (Property& property : object->properties) apply(property);
        for (NameClass& other : object->others) apply(other);
      } else if (!objects && array != nullptr) {
        if (!array->contains.empty()) return refused(path, "beside contains it cannot be kept");
        for (Item& item : array->prefix) apply(item);
        apply(array->rest);
      } else if (const auto* const one = std::get_if<ValueForm>(&alternative)) {
        if (one->value.is(objects ? Kind::kObject : Kind::kArray))
          return refused(path, "beside enum or const inside allOf and the like it cannot be kept");
      }
    }
  }
  return ok();
}

}  // namespace byeol::constrain
