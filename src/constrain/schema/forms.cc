#include "constrain/schema/forms.h"

namespace byeol::constrain {

Form Form::any() {
  Form form;
  form.anything = true;
  form.alternatives = {NullForm{},   BooleanForm{}, NumberForm{},
                       StringForm{}, ArrayForm{},   ObjectForm{}};
  return form;
}

NumberForm numbers_of(Language spellings) {
  NumberForm form;
  form.spellings = std::move(spellings);
  return form;
}

Result<std::shared_ptr<const Form>> Forms::form_of_literal(Literal literal) {
  if (const auto known = of_literal_.find(literal); known != of_literal_.end())
    return known->second;
  const std::string path = schemas_.schema(literal).path;
  BYEOL_TRY_OK(budget_.spend(4, "the schema"));
  if (active_.size() >= static_cast<std::size_t>(kDeepest))
    return invalid(path, "more than " + std::to_string(kDeepest) + " references in a row");
  if (!active_.insert(literal).second) return invalid(path, "refers to itself without end");
  Result<Form> form = is_negated(literal) ? negative(literal) : positive(literal);
  active_.erase(literal);
  if (!form) return std::move(form.error());
  auto shared = std::make_shared<const Form>(*std::move(form));
  of_literal_.emplace(literal, shared);
  return std::shared_ptr<const Form>(std::move(shared));
}

Result<std::shared_ptr<const Form>> Forms::form(Child child) {
  if (const auto known = of_child_.find(child); known != of_child_.end()) return known->second;
  std::shared_ptr<const Form> result;
  if (child == kNoChild) {
    result = std::make_shared<const Form>();
  } else if (child == kAnyChild) {
    result = std::make_shared<const Form>(Form::any());
  } else {
    const std::vector<Literal> literals = schemas_.literals(child);
    BYEOL_TRY(result, form_of_literal(literals[0]));
    for (std::size_t i = 1; i < literals.size(); ++i) {
      BYEOL_TRY(const std::shared_ptr<const Form> next, form_of_literal(literals[i]));
      BYEOL_TRY(Form both, intersect(*result, *next));
      result = std::make_shared<const Form>(std::move(both));
    }
  }
  of_child_.emplace(child, result);
  return result;
}

Status Forms::unite(Form& form, const Form& other, const std::string& path) {
  BYEOL_TRY_OK(budget_.spend(static_cast<std::int64_t>(other.alternatives.size()), "the schema"));
  if (form.anything) return ok();
  if (other.anything) {
    form = other;
    return ok();
  }
  form.alternatives.insert(form.alternatives.end(), other.alternatives.begin(),
                           other.alternatives.end());
  if (form.alternatives.size() > kMostAlternatives)
    return invalid(path, "too complex: it takes more than " + std::to_string(kMostAlternatives) +
                             " alternatives");
  return ok();
}

Result<Language> Forms::language(const StringForm& string) {
  const bool unlimited = string.min == 0 && string.max == kUnlimited;
  if (unlimited) return string.language ? *string.language : Language::anything();
  BYEOL_TRY(Language lengths, Language::of_length(string.min, string.max, budget_));
  if (!string.language) return lengths;
  Result<Language> both = string.language->intersect(lengths, budget_);
  if (!both && !string.path.empty()) return std::move(both.error()).within(string.path);
  return both;
}

Result<Language> Forms::language(const NumberForm& number) {
  const NumberLimits& limits = number.limits;
  const bool unlimited =
      !limits.integer && !limits.min && !limits.max && limits.multiple_of.empty();
  if (unlimited && number.spellings) return *number.spellings;
  BYEOL_TRY(Language within, language_of_numbers(limits, budget_));
  if (!number.spellings) return within;
  return number.spellings->intersect(within, budget_);
}

Result<Language> Forms::strings(Child child) {
  BYEOL_TRY(const std::shared_ptr<const Form> all, form(child));
  Language result = Language::nothing();
  for (const Alternative& alternative : all->alternatives) {
    const auto* const string = std::get_if<StringForm>(&alternative);
    if (string == nullptr) continue;
    BYEOL_TRY(const Language more, language(*string));
    BYEOL_TRY(result, result.unite(more, budget_));
  }
  return result;
}

Result<bool> Forms::is_empty(const Form& form) {
  for (const Alternative& alternative : form.alternatives) {
    BYEOL_TRY(const bool empty, is_empty(alternative));
    if (!empty) return false;
  }
  return true;
}

Result<bool> Forms::is_empty(Child child) {
  constexpr int kFarEnough = 4;
  if (child == kAnyChild || child == kNoChild) return child == kNoChild;
  if (const auto known = empty_.find(child); known != empty_.end()) return known->second;
  if (depth_ >= kFarEnough) return false;
  // A schema that is being read has no form yet; it is taken for not empty, as is one that cannot
  // be read: whoever writes it meets its error.
  Result<std::shared_ptr<const Form>> all = form(child);
  if (!all) return budget_.left() < 0 ? Result<bool>(std::move(all.error())) : false;
  ++depth_;
  Result<bool> empty = is_empty(**all);
  --depth_;
  if (empty && (*empty || depth_ == 0)) empty_.emplace(child, *empty);
  return empty;
}

Result<bool> Forms::is_empty(const Alternative& alternative) {
  if (const auto* const boolean = std::get_if<BooleanForm>(&alternative))
    return !boolean->may_be_true && !boolean->may_be_false;
  if (const auto* const number = std::get_if<NumberForm>(&alternative)) {
    BYEOL_TRY(const Language all, language(*number));
    return all.is_empty();
  }
  if (const auto* const string = std::get_if<StringForm>(&alternative)) {
    if (!within_limit(string->min, string->max)) return true;
    if (!string->language) return false;
    BYEOL_TRY(const Language all, language(*string));
    return all.is_empty();
  }
  if (const auto* const array = std::get_if<ArrayForm>(&alternative)) {
    if (!within_limit(array->min, array->max)) return true;
    const auto prefix = static_cast<std::int64_t>(array->prefix.size());
    for (std::int64_t i = 0; i < std::min(array->min, prefix); ++i) {
      BYEOL_TRY(const bool empty, is_empty(array->prefix[static_cast<std::size_t>(i)].child));
      if (empty) return true;
    }
    return array->min > prefix ? is_empty(array->rest.child) : Result<bool>(false);
  }
  const auto* const object = std::get_if<ObjectForm>(&alternative);
  if (object == nullptr) return false;
  if (!within_limit(object->min, object->max)) return true;
  std::int64_t required = 0;
  for (const Property& property : object->properties) {
    if (!property.required) continue;
    ++required;
    BYEOL_TRY(const bool empty, is_empty(property.child));
    if (empty) return true;
  }
  return !within_limit(required, object->max);
}

}  // namespace byeol::constrain
