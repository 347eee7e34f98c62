// What two forms have in common.
#include <algorithm>
#include <unordered_map>

#include "constrain/schema/forms.h"

namespace byeol::constrain {
namespace {

Result<std::optional<Language>> meet_languages(const std::optional<Language>& a,
                                               const std::optional<Language>& b, Budget& budget) {
  if (!a || !b) return a ? a : b;
  BYEOL_TRY(Language both, a->intersect(*b, budget));
  return std::optional<Language>(std::move(both));
}

// The tighter of two limits, and whether the limit itself is excluded.
void tighten(std::optional<Decimal>& limit, bool& excluded, const std::optional<Decimal>& other,
             bool other_excluded, bool lower) {
  if (!other) return;
  if (limit && *limit == *other) {
    excluded = excluded || other_excluded;
    return;
  }
  if (limit && (lower ? *other < *limit : *limit < *other)) return;
  limit = other;
  excluded = other_excluded;
}

}  // namespace

Result<Form> Forms::intersect(const Form& a, const Form& b) {
  if (a.anything) return b;
  if (b.anything) return a;
  Form result;
  for (const Alternative& left : a.alternatives)
    for (const Alternative& right : b.alternatives) {
      BYEOL_TRY(std::optional<Alternative> both, meet(left, right));
      if (!both) continue;
      BYEOL_TRY_OK(budget_.spend(1, "the schema"));
      if (result.alternatives.size() == kMostAlternatives)
        return Error{ErrorCode::kInvalidArgument, "the schema is too complex: it takes more than " +
                                                      std::to_string(kMostAlternatives) +
                                                      " alternatives"};
      result.alternatives.push_back(*std::move(both));
    }
  return result;
}

Result<std::optional<Alternative>> Forms::meet(const Alternative& a, const Alternative& b) {
  using Found = std::optional<Alternative>;
  const auto* const value_a = std::get_if<ValueForm>(&a);
  const auto* const value_b = std::get_if<ValueForm>(&b);
  if (value_a != nullptr || value_b != nullptr) {
    const Alternative& value = value_a != nullptr ? a : b;
    BYEOL_TRY(const bool is_in,
              contains(value_a != nullptr ? b : a, std::get<ValueForm>(value).value));
    return is_in ? Found(value) : Found();
  }
  if (a.index() != b.index()) return Found();
  if (const auto* const one = std::get_if<BooleanForm>(&a)) {
    const auto& other = std::get<BooleanForm>(b);
    const BooleanForm both{one->may_be_true && other.may_be_true,
                           one->may_be_false && other.may_be_false};
    return both.may_be_true || both.may_be_false ? Found(both) : Found();
  }
  if (const auto* const one = std::get_if<NumberForm>(&a)) {
    return meet(*one, std::get<NumberForm>(b));
  }
  if (const auto* const one = std::get_if<StringForm>(&a)) {
    return meet(*one, std::get<StringForm>(b));
  }
  if (const auto* const one = std::get_if<ArrayForm>(&a)) {
    return meet(*one, std::get<ArrayForm>(b));
  }
  if (const auto* const one = std::get_if<ObjectForm>(&a)) {
    return meet(*one, std::get<ObjectForm>(b));
  }
  return Found(a);
}

Result<std::optional<Alternative>> Forms::meet(const NumberForm& a, const NumberForm& b) {
  NumberForm both = a;
  NumberLimits& limits = both.limits;
  const NumberLimits& other = b.limits;
  limits.integer = limits.integer || other.integer;
  tighten(limits.min, limits.min_excluded, other.min, other.min_excluded, true);
  tighten(limits.max, limits.max_excluded, other.max, other.max_excluded, false);
  for (const Decimal& step : other.multiple_of)
    if (std::find(limits.multiple_of.begin(), limits.multiple_of.end(), step) ==
        limits.multiple_of.end())
      limits.multiple_of.push_back(step);
  if (limits.min && limits.max && *limits.max < *limits.min) return std::optional<Alternative>();
  BYEOL_TRY(both.spellings, meet_languages(a.spellings, b.spellings, budget_));
  if (!both.spellings) return std::optional<Alternative>(std::move(both));
  BYEOL_TRY(const Language all, language(both));
  if (all.is_empty()) return std::optional<Alternative>();
  return std::optional<Alternative>(numbers_of(all));
}

Result<std::optional<Alternative>> Forms::meet(const StringForm& a, const StringForm& b) {
  StringForm both;
  both.min = std::max(a.min, b.min);
  both.max = smaller_limit(a.max, b.max);
  both.path = a.path.empty() ? b.path : a.path;
  if (!within_limit(both.min, both.max)) return std::optional<Alternative>();
  BYEOL_TRY(both.language, meet_languages(a.language, b.language, budget_));
  if (both.language && both.language->is_empty()) return std::optional<Alternative>();
  return std::optional<Alternative>(std::move(both));
}

std::optional<Alternative> Forms::meet(const ArrayForm& a, const ArrayForm& b) {
  ArrayForm both;
  const auto meet_items = [&](const Item& one, const Item& other) {
    return Item{schemas_.both(one.child, other.child), one.evaluated || other.evaluated};
  };
  for (std::size_t i = 0; i < std::max(a.prefix.size(), b.prefix.size()); ++i)
    both.prefix.push_back(meet_items(i < a.prefix.size() ? a.prefix[i] : a.rest,
                                     i < b.prefix.size() ? b.prefix[i] : b.rest));
  both.rest = meet_items(a.rest, b.rest);
  both.min = std::max(a.min, b.min);
  both.max = smaller_limit(a.max, b.max);
  if (!within_limit(both.min, both.max)) return std::nullopt;
  both.contains = a.contains;
  both.contains.insert(both.contains.end(), b.contains.begin(), b.contains.end());
  both.unique = a.unique.empty() ? b.unique : a.unique;
  return both;
}

Result<std::optional<Alternative>> Forms::meet(const ObjectForm& a, const ObjectForm& b) {
  using Found = std::optional<Alternative>;
  ObjectForm both;
  both.min = std::max(a.min, b.min);
  both.min_path = a.min < b.min ? b.min_path : a.min_path;
  both.max = smaller_limit(a.max, b.max);
  BYEOL_TRY_OK(budget_.spend(
      static_cast<std::int64_t>(a.properties.size() + b.properties.size()) / 4, "the schema"));
  std::unordered_map<std::string, const Property*> in_b;
  for (const Property& property : b.properties) in_b.emplace(property.name, &property);
  const auto add = [&](const Property& one, const Property* other, const ObjectForm& object) {
    Property property = one;
    NameClass of_class{Language::nothing(), kNoChild};
    for (const NameClass& candidate : object.others)
      if (other == nullptr && (candidate.names.is_anything() || candidate.names.contains(one.name)))
        of_class = candidate;
    property.child = schemas_.both(one.child, other != nullptr ? other->child : of_class.child);
    property.evaluated =
        one.evaluated || (other != nullptr ? other->evaluated : of_class.evaluated);
    property.required = one.required || (other != nullptr && other->required);
    both.properties.push_back(std::move(property));
    return !both.properties.back().required || both.properties.back().child != kNoChild;
  };
  for (const Property& property : a.properties) {
    const auto found = in_b.find(property.name);
    if (!add(property, found == in_b.end() ? nullptr : found->second, b)) return Found();
    if (found != in_b.end()) in_b.erase(found);
  }
  for (const Property& property : b.properties)
    if (in_b.contains(property.name) && !add(property, nullptr, a)) return Found();
  std::int64_t required = 0;
  for (const Property& property : both.properties) required += property.required ? 1 : 0;
  if (!within_limit(std::max(both.min, required), both.max)) return Found();

  both.others.clear();
  for (const NameClass& one : a.others)
    for (const NameClass& other : b.others) {
      NameClass part{one.names.is_anything() ? other.names : one.names,
                     schemas_.both(one.child, other.child), one.evaluated || other.evaluated};
      if (!one.names.is_anything() && !other.names.is_anything()) {
        BYEOL_TRY(part.names, one.names.intersect(other.names, budget_));
      }
      if (part.child != kNoChild && !part.names.is_empty()) both.others.push_back(std::move(part));
    }
  BYEOL_TRY_OK(
      budget_.spend(static_cast<std::int64_t>(a.exists.size() + b.exists.size()), "the schema"));
  both.exists = a.exists;
  both.exists.insert(both.exists.end(), b.exists.begin(), b.exists.end());
  return Found(std::move(both));
}

}  // namespace byeol::constrain
