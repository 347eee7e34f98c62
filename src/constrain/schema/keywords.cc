// Forms of the keywords that speak of null, booleans, numbers, strings and arrays.
#include "constrain/schema/forms.h"
#include "constrain/schema/keyword.h"

namespace byeol::constrain {
namespace {

using Kind = Json::Kind;

// Formats that constrain no text: hints for whoever shows or stores it.
bool is_hint(const std::string& format) {
  return format == "password" || format == "binary";
}

}  // namespace

Result<Language> Forms::pattern(const std::string& expression, const std::string& path) {
  if (const auto known = patterns_.find(expression); known != patterns_.end()) return known->second;
  Result<Language> language = Language::of_pattern(expression, budget_);
  if (!language) return std::move(language.error()).within(path);
  patterns_.emplace(expression, *language);
  return language;
}

Result<Language> Forms::format(const std::string& name, const std::string& path) {
  if (const auto known = formats_.find(name); known != formats_.end()) return known->second;
  Result<Language> language = language_of_format(name, budget_);
  if (!language && language.error().code == ErrorCode::kNotFound)
    return refused(path, "'" + name + "' is no format that can be kept");
  if (!language) return std::move(language.error()).within(path);
  formats_.emplace(name, *language);
  return language;
}

Result<NumberForm> Forms::number(const Schemas::Schema& schema, bool integer) {
  const Json& json = *schema.json;
  NumberForm form;
  NumberLimits& limits = form.limits;
  limits.integer = integer;
  BYEOL_TRY(limits.min, number_keyword(json, "minimum", schema.path));
  BYEOL_TRY(limits.max, number_keyword(json, "maximum", schema.path));
  for (const bool lower : {true, false}) {
    const char* const keyword = lower ? "exclusiveMinimum" : "exclusiveMaximum";
    std::optional<Decimal>& limit = lower ? limits.min : limits.max;
    bool& excluded = lower ? limits.min_excluded : limits.max_excluded;
    const Json* const value = json.find(keyword);
    if (value != nullptr && value->is(Kind::kBoolean)) {  // Draft 4.
      excluded = value->truth && limit.has_value();
      continue;
    }
    BYEOL_TRY(const std::optional<Decimal> beyond, number_keyword(json, keyword, schema.path));
    if (!beyond) continue;
    if (limit && (lower ? *beyond < *limit : *limit < *beyond)) continue;
    limit = beyond;
    excluded = true;
  }
  BYEOL_TRY(std::optional<Decimal> step, number_keyword(json, "multipleOf", schema.path));
  if (!step) return form;
  if (step->negative || step->digits.empty())
    return invalid(schema.path + "/multipleOf", "must be above 0");
  limits.multiple_of.push_back(std::move(*step));
  return form;
}

Result<StringForm> Forms::string(const Schemas::Schema& schema) {
  const Json& json = *schema.json;
  StringForm form;
  BYEOL_TRY(const auto min, count_keyword(json, "minLength", schema.path));
  BYEOL_TRY(const auto max, count_keyword(json, "maxLength", schema.path));
  form.min = min.value_or(0);
  if (max && *max < kLargestCount) form.max = *max;
  for (const char* const keyword : {"pattern", "format"}) {
    const Json* const value = json.find(keyword);
    if (value == nullptr) continue;
    const std::string path = schema.path + "/" + keyword;
    if (!value->is(Kind::kString)) return invalid(path, "must be a string");
    if (*keyword == 'f' && is_hint(value->text)) continue;
    BYEOL_TRY(const Language more,
              *keyword == 'p' ? pattern(value->text, path) : format(value->text, path));
    form.path = path;
    if (!form.language) {
      form.language = more;
      continue;
    }
    Result<Language> both = form.language->intersect(more, budget_);
    if (!both) return std::move(both.error()).within(path);
    form.language = *std::move(both);
  }
  return form;
}

Result<ArrayForm> Forms::array(const Schemas::Schema& schema) {
  const Json& json = *schema.json;
  const std::string& path = schema.path;
  ArrayForm form;
  BYEOL_TRY(const auto min, count_keyword(json, "minItems", path));
  BYEOL_TRY(const auto max, count_keyword(json, "maxItems", path));
  form.min = min.value_or(0);
  if (max && *max < kLargestCount) form.max = *max;
  BYEOL_TRY(const ItemKeywords items, item_keywords(json, path));
  for (std::size_t i = 0; items.prefix != nullptr && i < items.prefix->size(); ++i) {
    const std::string at = path + "/" + items.prefix_name + "/" + std::to_string(i);
    form.prefix.push_back({schemas_.child((*items.prefix)[i], at), true});
  }
  if (items.rest != nullptr)
    form.rest = {schemas_.child(*items.rest, path + "/" + items.rest_name), true};
  if (const Json* const contains = json.find("contains")) {
    BYEOL_TRY(const auto least, count_keyword(json, "minContains", path));
    BYEOL_TRY(const auto most, count_keyword(json, "maxContains", path));
    Contains wanted{schemas_.literal(*contains, path + "/contains"), least.value_or(1)};
    if (most && *most < kLargestCount) wanted.max = *most;
    form.contains.push_back(wanted);
  }
  const Json* const unique = json.find("uniqueItems");
  if (unique != nullptr && unique->truth) form.unique = path + "/uniqueItems";
  return form;
}

Result<Form> Forms::typed(const Schemas::Schema& schema) {
  BYEOL_TRY(const Types types, types_keyword(*schema.json, schema.path));
  Form form;
  std::vector<Alternative>& all = form.alternatives;
  if (types.null) all.emplace_back(NullForm{});
  if (types.boolean) all.emplace_back(BooleanForm{});
  if (types.integer) {
    BYEOL_TRY(NumberForm numbers, number(schema, !types.number));
    all.emplace_back(std::move(numbers));
  }
  if (types.string) {
    BYEOL_TRY(StringForm strings, string(schema));
    all.emplace_back(std::move(strings));
  }
  if (types.array) {
    BYEOL_TRY(ArrayForm arrays, array(schema));
    all.emplace_back(std::move(arrays));
  }
  if (types.object) {
    BYEOL_TRY(ObjectForm objects, object(schema));
    all.emplace_back(std::move(objects));
  }
  return form;
}

Result<Form> Forms::with_values(Form form, const Schemas::Schema& schema) {
  for (const char* const keyword : {"enum", "const"}) {
    const Json* const value = schema.json->find(keyword);
    if (value == nullptr) continue;
    if (*keyword == 'e' && !value->is(Kind::kArray))
      return invalid(schema.path + "/enum", "must be an array of values");
    if (has_long_number(*value))
      return refused(
          schema.path + "/" + keyword,
          "a number of more than " + std::to_string(kLongestNumber) + " digits cannot be kept");
    const std::vector<Json> alone =
        *keyword == 'c' ? std::vector<Json>{*value} : std::vector<Json>{};
    Form allowed;
    BooleanForm booleans{false, false};
    std::vector<std::string> texts, numbers;
    bool has_null = false;
    for (const Json& one : *keyword == 'c' ? alone : value->items) {
      if (one.is(Kind::kNull)) has_null = true;
      if (one.is(Kind::kBoolean)) (one.truth ? booleans.may_be_true : booleans.may_be_false) = true;
      if (one.is(Kind::kString)) texts.push_back(one.text);
      if (one.is(Kind::kNumber)) numbers.insert(numbers.end(), {one.text, plain_number(one.text)});
      if (one.is(Kind::kArray) || one.is(Kind::kObject))
        allowed.alternatives.emplace_back(ValueForm{one});
    }
    if (has_null) allowed.alternatives.emplace_back(NullForm{});
    if (booleans.may_be_true || booleans.may_be_false) allowed.alternatives.emplace_back(booleans);
    if (!texts.empty()) {
      BYEOL_TRY(Language language, Language::of_texts(texts, budget_));
      allowed.alternatives.emplace_back(StringForm{std::move(language)});
    }
    if (!numbers.empty()) {
      BYEOL_TRY(Language language, Language::of_texts(numbers, budget_));
      allowed.alternatives.emplace_back(numbers_of(std::move(language)));
    }
    BYEOL_TRY(form, intersect(form, allowed));
  }
  return form;
}

}  // namespace byeol::constrain
