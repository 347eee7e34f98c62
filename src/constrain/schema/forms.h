// Reads schemas into forms (form.h).
//
// Errors: kUnsupported for what cannot be kept, kInvalidArgument for what is no schema or too
// complex; each with the keyword's path. Threads: an object belongs to one.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "constrain/budget.h"
#include "constrain/schema/form.h"
#include "constrain/schema/schemas.h"

namespace byeol::constrain {

// "/properties/a/pattern: …", "the schema: …" at the root.
Error refused(const std::string& path, const std::string& why);
Error invalid(const std::string& path, const std::string& why);

class Forms {
 public:
  static constexpr std::size_t kMostAlternatives = 1024;
  static constexpr int kDeepest = 200;        // References in a row, and values in values.
  static constexpr int kDeepestValues = 512;  // Of values in enum and const, all in all.

  Forms(const Json& root, Budget& budget) : schemas_(root), budget_(budget) {}

  Schemas& schemas() { return schemas_; }
  Budget& budget() { return budget_; }

  Result<std::shared_ptr<const Form>> form_of_literal(Literal literal);
  Result<std::shared_ptr<const Form>> form(Child child);

  // Whether `value` is valid.
  Result<bool> contains(Child child, const Json& value);
  Result<bool> contains(const Form& form, const Json& value);
  // True only where surely nothing is valid.
  Result<bool> is_empty(Child child);
  Result<bool> is_empty(const Alternative& alternative);
  Result<bool> is_empty(const Form& form);

  // What a string or number may be, all in all.
  Result<Language> language(const StringForm& string);
  Result<Language> language(const NumberForm& number);
  // The strings among what is valid.
  Result<Language> strings(Child child);

  Result<Form> intersect(const Form& a, const Form& b);
  Status unite(Form& form, const Form& other, const std::string& path);

  // The child of the property of this name; kNoChild where it is not allowed.
  static Child child_of_name(const ObjectForm& object, const std::string& name);

 private:
  // keywords: one schema without those that apply other schemas to the same value.
  Result<Form> typed(const Schemas::Schema& schema);
  Result<NumberForm> number(const Schemas::Schema& schema, bool integer);
  Result<StringForm> string(const Schemas::Schema& schema);
  Result<ArrayForm> array(const Schemas::Schema& schema);
  Result<ObjectForm> object(const Schemas::Schema& schema);
  Result<Form> with_values(Form form, const Schemas::Schema& schema);

  // applicators
  Result<Form> positive(Literal literal);
  Result<Form> apply_branches(Form form, const Schemas::Schema& schema);
  Result<Form> any_of(const Form& form, const std::vector<Literal>& branches,
                      const std::string& path);
  Result<Form> one_of(const Form& form, const std::vector<Literal>& branches,
                      const std::string& path);
  Result<Form> conditional(const Form& form, const Schemas::Schema& schema);
  Result<Form> dependent(Form form, const Schemas::Schema& schema);
  Status apply_unevaluated(Form& form, const Schemas::Schema& schema);
  Result<Form> refine(const Form& form, Literal literal);
  Result<Literal> target(const Schemas::Schema& schema, const char* keyword);
  Result<std::vector<Literal>> branches(const Schemas::Schema& schema, const char* keyword);

  // negation
  Result<Form> negative(Literal literal);
  Status negate_values(Form& result, const Schemas::Schema& schema);
  Status negate_scalars(Form& result, const Schemas::Schema& schema);
  Status negate_arrays(Form& result, const Schemas::Schema& schema);
  Status negate_objects(Form& result, const Schemas::Schema& schema);
  Status negate_applicators(Form& result, const Schemas::Schema& schema);
  Status negate_each(Form& result, const std::vector<Json>& values, const std::string& path);
  Result<Form> other_than(const Json& value, const std::string& path);

  // intersection
  Result<std::optional<Alternative>> meet(const Alternative& a, const Alternative& b);
  Result<std::optional<Alternative>> meet(const NumberForm& a, const NumberForm& b);
  Result<std::optional<Alternative>> meet(const StringForm& a, const StringForm& b);
  std::optional<Alternative> meet(const ArrayForm& a, const ArrayForm& b);
  Result<std::optional<Alternative>> meet(const ObjectForm& a, const ObjectForm& b);

  // membership
  Result<bool> contains(const Alternative& alternative, const Json& value);
  Result<bool> contains(const ArrayForm& array, const Json& value);
  Result<bool> contains(const ObjectForm& object, const Json& value);

  Result<Language> pattern(const std::string& expression, const std::string& path);
  Result<Language> format(const std::string& name, const std::string& path);

  Schemas schemas_;
  Budget& budget_;
  std::unordered_map<Literal, std::shared_ptr<const Form>> of_literal_;
  std::unordered_map<Child, std::shared_ptr<const Form>> of_child_;
  std::unordered_map<Child, bool> empty_;
  std::unordered_set<Literal> active_;
  std::unordered_map<std::string, Language> patterns_, formats_;
  int depth_ = 0, nested_ = 0;
};

}  // namespace byeol::constrain
