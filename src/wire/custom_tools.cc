#include "wire/custom_tools.h"

#include <optional>
#include <utility>

namespace byeol::wire {
namespace {

using Kind = AnswerForm::Kind;

AnswerForm read_grammar(const FieldReader& grammar) {
  constexpr const char* kExpected = R"("lark" or "regex")";
  if (grammar.find("syntax") == nullptr) grammar.wrong("syntax", kExpected);
  const Kind kind = grammar.choice<Kind>("syntax", {{"lark", Kind::kLark}, {"regex", Kind::kRegex}})
                        .value_or(Kind::kLark);
  return {.kind = kind,
          .text = grammar.required_string("definition"),
          .param = grammar.path_of("definition")};
}

AnswerForm read_format(const FieldReader& tool, bool flat) {
  const std::optional<FieldReader> format = tool.fields("format");
  if (!format) return {};
  const std::string type = format->required_string("type");
  if (type == "text") return {};
  if (type != "grammar") {
    format->wrong("type", R"("text" or "grammar")");
    return {};
  }
  const std::optional<FieldReader> grammar = flat ? format : format->required_fields("grammar");
  return grammar ? read_grammar(*grammar) : AnswerForm{};
}

std::string told(const AnswerForm& input) {
  if (input.kind == Kind::kRegex)
    return "A text that matches this regular expression: " + input.text;
  if (input.kind == Kind::kLark) return "A text of this grammar (Lark):\n" + input.text;
  return "Any text.";
}

Json as_function(const std::string& name, const std::optional<std::string>& description,
                 const AnswerForm& input) {
  Json function{{"name", name}};
  if (description) function["description"] = *description;
  function["parameters"] = {
      {"type", "object"},
      {"properties", {{"input", {{"type", "string"}, {"description", told(input)}}}}},
      {"required", Json::array({"input"})},
      {"additionalProperties", false}};
  return {{"type", "function"}, {"function", std::move(function)}};
}

}  // namespace

void read_custom_tool(const FieldReader& tool, bool flat, std::set<std::string>& names,
                      ChatTools& offered) {
  std::string name = read_name(tool);
  check_new_name(tool, name, names);
  const std::optional<std::string> description = tool.string("description");
  AnswerForm input = read_format(tool, flat);
  offered.tools.push_back(as_function(name, description, input));
  // What a grammar says is always kept.
  offered.strict.push_back(input.kind != Kind::kText);
  offered.params.push_back(input.kind == Kind::kText ? tool.path() : input.param);
  offered.custom.emplace(name, std::move(input));
  offered.functions.push_back(std::move(name));
}

Json custom_format(const AnswerForm& input) {
  if (input.kind == Kind::kText) return {{"type", "text"}};
  return {{"type", "grammar"},
          {"syntax", input.kind == Kind::kLark ? "lark" : "regex"},
          {"definition", input.text}};
}

}  // namespace byeol::wire
