// What a schema does not allow: one of its keywords does not hold. Here: types, values, numbers and
// strings, and keywords that apply other schemas to the same value.
#include "constrain/schema/forms.h"
#include "constrain/schema/keyword.h"

namespace byeol::constrain {
namespace {

using Kind = Json::Kind;

// Without exponents and needless zeros, so that each value is spelled once and can be taken out.
constexpr std::string_view kNumbersOnce = "0|-?([1-9][0-9]*(\\.[0-9]*[1-9])?|0\\.[0-9]*[1-9])";
constexpr std::string_view kFractions = "-?(0|[1-9][0-9]*)\\.[0-9]*[1-9]";

}  // namespace

Result<Form> Forms::negative(Literal literal) {
  const Schemas::Schema schema = schemas_.schema(literal);
  const Json& json = *schema.json;
  if (json.is(Kind::kBoolean)) return json.truth ? Form{} : Form::any();
  if (!json.is(Kind::kObject)) return invalid(schema.path, "a schema is an object or a boolean");
  BYEOL_TRY_OK(check_kinds(json, schema.path));
  for (const char* const keyword : {"unevaluatedProperties", "unevaluatedItems", "$recursiveRef"})
    if (json.find(keyword) != nullptr)
      return refused(schema.path + "/" + keyword,
                     "cannot be kept where it must not hold (not, if, "
                     "oneOf with branches that overlap)");
  Form result;
  BYEOL_TRY_OK(negate_values(result, schema));
  BYEOL_TRY_OK(negate_scalars(result, schema));
  BYEOL_TRY_OK(negate_arrays(result, schema));
  BYEOL_TRY_OK(negate_objects(result, schema));
  BYEOL_TRY_OK(negate_applicators(result, schema));
  return result;
}

Status Forms::negate_values(Form& result, const Schemas::Schema& schema) {
  const Json& json = *schema.json;
  BYEOL_TRY(const Types types, types_keyword(json, schema.path));
  Form others;
  if (!types.null) others.alternatives.emplace_back(NullForm{});
  if (!types.boolean) others.alternatives.emplace_back(BooleanForm{});
  if (!types.integer) others.alternatives.emplace_back(NumberForm{});
  if (types.integer && !types.number) {
    BYEOL_TRY(Language fractions, Language::of_regex(kFractions, budget_));
    others.alternatives.emplace_back(numbers_of(std::move(fractions)));
  }
  if (!types.string) others.alternatives.emplace_back(StringForm{});
  if (!types.array) others.alternatives.emplace_back(ArrayForm{});
  if (!types.object) others.alternatives.emplace_back(ObjectForm{});
  BYEOL_TRY_OK(unite(result, others, schema.path + "/type"));

  const Json* const all = json.find("enum");
  if (all != nullptr && !all->is(Kind::kArray))
    return invalid(schema.path + "/enum", "must be an array of values");
  if (all != nullptr) BYEOL_TRY_OK(negate_each(result, all->items, schema.path + "/enum"));
  const Json* const constant = json.find("const");
  return constant == nullptr ? ok() : negate_each(result, {*constant}, schema.path + "/const");
}

Status Forms::negate_each(Form& result, const std::vector<Json>& values, const std::string& path) {
  BooleanForm booleans;
  bool null = true;
  std::vector<std::string> texts, numbers;
  for (const Json& value : values) {
    if (has_long_number(value))
      return refused(path, "a number of more than " + std::to_string(kLongestNumber) +
                               " digits cannot be kept");
    if (value.is(Kind::kNull)) null = false;
    if (value.is(Kind::kBoolean))
      (value.truth ? booleans.may_be_true : booleans.may_be_false) = false;
    if (value.is(Kind::kString)) texts.push_back(value.text);
    if (value.is(Kind::kNumber)) numbers.push_back(plain_number(value.text));
  }
  Form others;
  if (null) others.alternatives.emplace_back(NullForm{});
  if (booleans.may_be_true || booleans.may_be_false) others.alternatives.emplace_back(booleans);
  BYEOL_TRY(const Language named, Language::of_texts(texts, budget_));
  BYEOL_TRY(Language strings, Language::anything().subtract(named, budget_));
  others.alternatives.emplace_back(StringForm{std::move(strings)});
  if (numbers.empty()) {
    others.alternatives.emplace_back(NumberForm{});
  } else {
    BYEOL_TRY(const Language every, Language::of_regex(kNumbersOnce, budget_));
    BYEOL_TRY(const Language listed, Language::of_texts(numbers, budget_));
    BYEOL_TRY(Language rest, every.subtract(listed, budget_));
    others.alternatives.emplace_back(numbers_of(std::move(rest)));
  }
  others.alternatives.emplace_back(ArrayForm{});
  others.alternatives.emplace_back(ObjectForm{});
  for (const Json& value : values) {
    if (!value.is(Kind::kArray) && !value.is(Kind::kObject)) continue;
    BYEOL_TRY(const Form differing, other_than(value, path));
    BYEOL_TRY(others, intersect(others, differing));
  }
  return unite(result, others, path);
}

// Longer, or shorter, or a part of it differs.
Result<Form> Forms::other_than(const Json& value, const std::string& path) {
  const bool is_array = value.is(Kind::kArray);
  Form form;
  std::vector<Alternative>& all = form.alternatives;
  all = {NullForm{}, BooleanForm{}, NumberForm{}, StringForm{}};
  all.push_back(is_array ? Alternative(ObjectForm{}) : Alternative(ArrayForm{}));
  const auto size = static_cast<std::int64_t>(value.items.size());
  ArrayForm array;
  ObjectForm object;
  array.min = size + 1;
  if (!is_array) {
    // A property of another name, whatever its value.
    BYEOL_TRY(const Language names, Language::of_texts(value.names, budget_));
    BYEOL_TRY(Language more, Language::anything().subtract(names, budget_));
    object.exists = {{std::move(more), kAnyChild, path}};
  }
  all.push_back(is_array ? Alternative(array) : Alternative(object));
  object.exists.clear();
  array.min = 0;
  array.max = size - 1;
  if (is_array && size > 0) all.emplace_back(array);
  array.max = kUnlimited;
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    const Child differs =
        schemas_.child(negated(schemas_.made_literal(Json::object("const", value.items[i]), path)));
    if (is_array) {
      array.min = static_cast<std::int64_t>(i) + 1;
      array.prefix.push_back({differs});
      all.emplace_back(array);
      array.prefix.back() = Item{};
    } else {
      object.properties = {{value.names[i], kNoChild}};
      all.emplace_back(object);
      object.properties = {{value.names[i], differs, true}};
      all.emplace_back(object);
    }
  }
  return form;
}

Status Forms::negate_scalars(Form& result, const Schemas::Schema& schema) {
  const Json& json = *schema.json;
  std::vector<Alternative>& all = result.alternatives;
  BYEOL_TRY(const NumberForm numbers, number(schema, false));
  const NumberLimits& limits = numbers.limits;
  NumberForm outside;
  if (limits.min) {
    outside.limits.max = limits.min;
    outside.limits.max_excluded = !limits.min_excluded;
    all.emplace_back(outside);
  }
  if (limits.max) {
    outside = NumberForm{};
    outside.limits.min = limits.max;
    outside.limits.min_excluded = !limits.max_excluded;
    all.emplace_back(outside);
  }
  if (!limits.multiple_of.empty()) {
    NumberLimits steps;
    steps.multiple_of = limits.multiple_of;
    BYEOL_TRY(const Language multiples, language_of_numbers(steps, budget_));
    BYEOL_TRY(const Language every, Language::of_regex(kNumbersOnce, budget_));
    BYEOL_TRY(Language rest, every.subtract(multiples, budget_));
    if (!rest.is_empty()) all.emplace_back(numbers_of(std::move(rest)));
  }
  BYEOL_TRY(const StringForm strings, string(schema));
  if (strings.min > 0) all.emplace_back(StringForm{{}, 0, strings.min - 1});
  if (strings.max != kUnlimited) all.emplace_back(StringForm{{}, strings.max + 1, kUnlimited});
  if (strings.language) {
    BYEOL_TRY(Language rest, Language::anything().subtract(*strings.language, budget_));
    if (!rest.is_empty()) all.emplace_back(StringForm{std::move(rest)});
  }
  return budget_.spend(static_cast<std::int64_t>(json.items.size()), "the schema");
}

Status Forms::negate_applicators(Form& result, const Schemas::Schema& schema) {
  for (const char* const keyword : {"$ref", "$dynamicRef"}) {
    if (schema.json->find(keyword) == nullptr) continue;
    BYEOL_TRY(const Literal other, target(schema, keyword));
    BYEOL_TRY(const Form form, refine(Form::any(), negated(other)));
    BYEOL_TRY_OK(unite(result, form, schema.path + "/" + keyword));
  }
  BYEOL_TRY(const std::vector<Literal> every, branches(schema, "allOf"));
  for (const Literal branch : every) {
    BYEOL_TRY(const Form form, refine(Form::any(), negated(branch)));
    BYEOL_TRY_OK(unite(result, form, schema.path + "/allOf"));
  }
  for (const char* const keyword : {"anyOf", "oneOf"}) {
    BYEOL_TRY(const std::vector<Literal> some, branches(schema, keyword));
    if (some.empty()) continue;
    Form none = Form::any();
    for (const Literal branch : some) {
      BYEOL_TRY(none, refine(none, negated(branch)));
    }
    BYEOL_TRY_OK(unite(result, none, schema.path + "/" + keyword));
    for (std::size_t i = 0; *keyword == 'o' && i < some.size(); ++i)
      for (std::size_t k = i + 1; k < some.size(); ++k) {
        BYEOL_TRY(const Form one, refine(Form::any(), some[i]));
        BYEOL_TRY(const Form both, refine(one, some[k]));
        BYEOL_TRY_OK(unite(result, both, schema.path + "/oneOf"));
      }
  }
  if (const Json* const other = schema.json->find("not")) {
    BYEOL_TRY(const Form form, refine(Form::any(), schemas_.literal(*other, schema.path + "/not")));
    BYEOL_TRY_OK(unite(result, form, schema.path + "/not"));
  }
  const Json* const condition = schema.json->find("if");
  for (const char* const keyword : {"then", "else"}) {
    const Json* const wanted = schema.json->find(keyword);
    if (condition == nullptr || wanted == nullptr) continue;
    const Literal holds = schemas_.literal(*condition, schema.path + "/if");
    BYEOL_TRY(const Form met, refine(Form::any(), *keyword == 't' ? holds : negated(holds)));
    BYEOL_TRY(const Form form,
              refine(met, negated(schemas_.literal(*wanted, schema.path + "/" + keyword))));
    BYEOL_TRY_OK(unite(result, form, schema.path + "/" + keyword));
  }
  return ok();
}

}  // namespace byeol::constrain
