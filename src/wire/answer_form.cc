#include "wire/answer_form.h"

#include <optional>
#include <span>
#include <utility>

#include "wire/chat_tools.h"

namespace byeol::wire {
namespace {

using Kind = AnswerForm::Kind;

constexpr std::size_t kChoicesMax = 10'000;

// A schema may also be true or false, or come as text.
AnswerForm read_schema(const FieldReader& reader, std::string_view name) {
  const Json& schema = *reader.find(name);
  if (schema.is_string()) return {.kind = Kind::kJsonSchema, .text = schema.get<std::string>()};
  if (!schema.is_object() && !schema.is_boolean()) reader.wrong(name, "a JSON Schema");
  return {.kind = Kind::kJsonSchema, .text = schema.dump()};
}

AnswerForm read_text(const FieldReader& reader, std::string_view name, Kind kind) {
  return {.kind = kind, .text = reader.string(name).value_or("")};
}

AnswerForm read_choice(const FieldReader& reader, std::string_view name) {
  return {.kind = Kind::kChoice,
          .choices = read_choices(reader, name, reader.array(name, 1, kChoicesMax))};
}

AnswerForm read_grammar(const FieldReader& reader, std::string_view name) {
  const Json& grammar = *reader.find(name);
  if (grammar.is_string()) return read_text(reader, name, Kind::kGbnf);
  const std::optional<FieldReader> fields = reader.fields(name);
  if (!fields) return {};
  const Kind kind =
      fields
          ->choice<Kind>("syntax",
                         {{"lark", Kind::kLark}, {"regex", Kind::kRegex}, {"gbnf", Kind::kGbnf}})
          .value_or(Kind::kGbnf);
  return {.kind = kind, .text = fields->required_string("definition")};
}

AnswerForm read_format(const FieldReader& reader, std::string_view name) {
  const std::optional<FieldReader> format = reader.fields(name);
  return format ? read_response_format(*format, false) : AnswerForm{};
}

AnswerForm read_regex(const FieldReader& reader, std::string_view name) {
  return read_text(reader, name, Kind::kRegex);
}

AnswerForm read_json_object(const FieldReader& reader, std::string_view name) {
  return {.kind = reader.boolean(name).value_or(false) ? Kind::kJsonObject : Kind::kText};
}

struct Field {
  std::string_view name;
  AnswerForm (*read)(const FieldReader& reader, std::string_view name);
};

// What one of the fields asks for; its name is `param`.
AnswerForm read_one_of(const FieldReader& reader, std::span<const Field> fields) {
  AnswerForm form;
  for (const Field& field : fields) {
    if (reader.find(field.name) == nullptr) continue;
    AnswerForm read = field.read(reader, field.name);
    if (read.kind == Kind::kText) continue;
    if (form.kind != Kind::kText) {
      reader.refuse(field.name, "'" + reader.path_of(field.name) + "' and '" +
                                    reader.path_of(form.param) +
                                    "' both say what the answer may be; expected one of them.");
      return form;
    }
    form = std::move(read);
    form.param = field.name;
  }
  return form;
}

constexpr Field kStructuredOutputs[] = {{"json", read_schema},
                                        {"regex", read_regex},
                                        {"choice", read_choice},
                                        {"grammar", read_grammar},
                                        {"json_object", read_json_object}};

AnswerForm read_structured_outputs(const FieldReader& reader, std::string_view name) {
  const std::optional<FieldReader> fields = reader.fields(name);
  if (!fields) return {};
  AnswerForm form = read_one_of(*fields, kStructuredOutputs);
  if (form.kind == Kind::kText)
    reader.wrong(name, R"(an object with "json", "regex", "choice", "grammar" or "json_object")");
  return form;
}

constexpr Field kFields[] = {
    {"response_format", read_format}, {"structured_outputs", read_structured_outputs},
    {"grammar", read_grammar},        {"regex", read_regex},
    {"choice", read_choice},          {"json_schema", read_schema},
    {"guided_json", read_schema},     {"guided_regex", read_regex},
    {"guided_choice", read_choice},   {"guided_grammar", read_grammar}};

}  // namespace

AnswerForm read_response_format(const FieldReader& format, bool flat) {
  const std::string type = format.required_string("type");
  if (type == "text") return {};
  if (type == "json_object") return {.kind = Kind::kJsonObject};
  if (type != "json_schema") {
    format.wrong("type", R"("text", "json_object" or "json_schema")");
    return {};
  }
  const std::optional<FieldReader> fields =
      flat ? std::optional(format) : format.required_fields("json_schema");
  if (!fields) return {};
  const std::string name = read_name(*fields);
  fields->string("description");
  const bool strict = fields->boolean("strict").value_or(false);
  AnswerForm form = fields->find("schema") != nullptr
                        ? read_schema(*fields, "schema")
                        : AnswerForm{.kind = Kind::kJsonSchema, .text = "{\"type\":\"object\"}"};
  form.strict = strict;
  form.name = name;
  return form;
}

AnswerForm read_answer_form(const FieldReader& body) {
  return read_one_of(body, kFields);
}

std::vector<std::string> read_choices(const FieldReader& reader, std::string_view name,
                                      const Json* list) {
  std::vector<std::string> choices;
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    const Json& text = (*list)[i];
    if (text.is_string() && !text.get_ref<const std::string&>().empty())
      choices.push_back(text.get<std::string>());
    else
      reader.errors().add(wrong_value(reader.path_of(name) + "[" + std::to_string(i) + "]", text,
                                      "a text that is not empty"));
  }
  return choices;
}

}  // namespace byeol::wire
