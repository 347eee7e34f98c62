#include "server/answer_constraint.h"

#include <gtest/gtest.h>

#include <string>

#include "server/test_context.h"

namespace byeol::server {
namespace {

using wire::AnswerForm;
using Family = wire::AnswerFamily;

wire::ChatTools tools_of(const char* body) {
  const wire::Json json = wire::Json::parse(body);
  wire::FieldErrors errors;
  wire::ChatTools tools = wire::read_tools(wire::FieldReader(json, errors));
  EXPECT_FALSE(errors);
  return tools;
}

constexpr const char* kStrict = R"({"tools": [
  {"type": "function", "function": {"name": "any"}},
  {"type": "function", "function": {"name": "f", "strict": true, "parameters":
    {"type": "object", "properties": {}, "additionalProperties": false}}}]})";

class AnswerConstraint : public ::testing::Test {
 protected:
  // Whether the constraint allows exactly this answer; true where there is none.
  bool allows(const WantedAnswer& wanted, const std::string& text) {
    auto matcher = constraint_of(context_.get(), wanted);
    if (!matcher) {
      ADD_FAILURE() << matcher.error().message;
      return false;
    }
    if (*matcher == nullptr) return true;
    constrain::Constraint constraint(*matcher);
    for (const auto token : context_.runtime().model().tokenizer().encode(
             text, {.add_special = false, .parse_special = false}))
      if (!constraint.take(token)) return false;
    return constraint.may_end();
  }

  testing::TestContext context_;
  const AnswerForm form_{.kind = AnswerForm::Kind::kRegex, .text = "[0-9]+", .param = "regex"};
};

TEST_F(AnswerConstraint, AChatsAnswerStandsWhereItsFamilyPutsIt) {
  const wire::ChatTools none;
  const WantedAnswer chat{.form = form_, .tools = &none};
  EXPECT_TRUE(allows(chat, "42"));
  context_.get().family = Family::kHarmony;
  EXPECT_TRUE(allows(chat, "<|channel|>final<|message|>42"));
  EXPECT_TRUE(allows(chat,
                     "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant"
                     "<|channel|>final<|message|>42"));
  EXPECT_FALSE(allows(chat, "42"));
  const WantedAnswer completion{.form = form_};
  EXPECT_TRUE(allows(completion, "42"));
  EXPECT_FALSE(allows(completion, "<|channel|>final<|message|>42"));
}

TEST_F(AnswerConstraint, AThoughtThatThePromptOpenedIsClosedAsItsFamilyDoes) {
  const wire::ChatTools none;
  const WantedAnswer thinking{.form = form_, .tools = &none, .opens_in_thought = true};
  context_.get().family = Family::kHermes;
  EXPECT_TRUE(allows(thinking, "Hm.</think>\n\n42"));
  EXPECT_FALSE(allows(thinking, "42"));
  context_.get().family = Family::kMistral;
  EXPECT_TRUE(allows(thinking, "Hm.[/THINK]42"));
  EXPECT_FALSE(allows(thinking, "Hm.</think>\n\n42"));
}

TEST_F(AnswerConstraint, ACallStandsForTheFormWhereItIsRead) {
  const wire::ChatTools tools = tools_of(kStrict);
  const WantedAnswer wanted{.form = form_, .tools = &tools};
  const std::string call = "<tool_call>\n{\"name\": \"f\", \"arguments\": {}}\n</tool_call>";
  EXPECT_FALSE(allows(wanted, call)) << "nobody reads it";
  EXPECT_TRUE(allows(wanted, "42"));
  context_.get().family = Family::kHermes;
  EXPECT_TRUE(allows(wanted, call));
  EXPECT_TRUE(allows(wanted, "42"));
  EXPECT_FALSE(allows(wanted, "none"));
}

constexpr const char* kCustom = R"({"tools": [
  {"type": "custom", "custom": {"name": "say"}},
  {"type": "custom", "custom": {"name": "sum", "format": {"type": "grammar", "grammar":
    {"syntax": "regex", "definition": "[0-9]+\n"}}}}]CHOICE})";

TEST_F(AnswerConstraint, ACustomToolIsKeptByItsGrammarAndByDemand) {
  context_.get().family = Family::kHermes;
  const auto offered = [](const char* choice) {
    std::string body = kCustom;
    return tools_of(body.replace(body.find("CHOICE"), 6, choice).c_str());
  };
  const auto call = [](const std::string& name, const std::string& input) {
    return "<tool_call>\n{\"name\": \"" + name + "\", \"arguments\": {\"input\": " + input +
           "}}\n</tool_call>";
  };
  const AnswerForm any;
  const wire::ChatTools tools = offered("");
  const WantedAnswer free{.form = any, .tools = &tools};
  EXPECT_TRUE(allows(free, "Hello."));
  EXPECT_TRUE(allows(free, call("sum", R"("12\n")")));
  EXPECT_FALSE(allows(free, call("sum", R"("12")")));
  EXPECT_FALSE(allows(free, call("sum", "12")));
  EXPECT_TRUE(allows(free, call("say", R"("\"12\"")")));
  EXPECT_FALSE(allows(free, call("say", "12")));

  const wire::ChatTools demanded =
      offered(R"(, "tool_choice": {"type": "custom", "custom": {"name": "say"}})");
  const WantedAnswer one{.form = any, .tools = &demanded};
  EXPECT_TRUE(allows(one, call("say", R"("")")));
  EXPECT_FALSE(allows(one, call("sum", R"("12\n")")));
  EXPECT_FALSE(allows(one, "Hello."));

  // Any text alone asks for no constraint.
  const wire::ChatTools text =
      tools_of(R"({"tools": [{"type": "custom", "custom": {"name": "say"}}]})");
  auto matcher = constraint_of(context_.get(), {.form = any, .tools = &text});
  ASSERT_TRUE(matcher);
  EXPECT_EQ(*matcher, nullptr);
}

TEST_F(AnswerConstraint, ToolsOfOneNameAndOtherKindsAreNotMixedUp) {
  context_.get().family = Family::kHermes;
  const AnswerForm any;
  wire::ChatTools custom = tools_of(
      R"({"tools": [{"type": "custom", "custom": {"name": "a", "format": {"type": "grammar",
          "grammar": {"syntax": "regex", "definition": "b"}}}}], "tool_choice": "required"})");
  wire::ChatTools function = custom;  // Looks the same for the template.
  function.custom.clear();
  const std::string call =
      "<tool_call>\n{\"name\": \"a\", \"arguments\": {\"input\": \"c\"}}\n</tool_call>";
  EXPECT_TRUE(allows({.form = any, .tools = &function}, call));
  EXPECT_FALSE(allows({.form = any, .tools = &custom}, call));
}

TEST_F(AnswerConstraint, ARefusalNamesTheSchema) {
  context_.get().family = Family::kHermes;
  const auto refusal = [&](const WantedAnswer& wanted) {
    const auto matcher = constraint_of(context_.get(), wanted);
    EXPECT_FALSE(matcher);
    return matcher ? wire::ApiError{} : matcher.error();
  };
  wire::ChatTools tools = tools_of(kStrict);
  tools.tools[1]["function"]["parameters"].erase("additionalProperties");
  const wire::ApiError of_tool = refusal({.form = form_, .tools = &tools});
  EXPECT_EQ(of_tool.param, "tools[1].function.parameters");
  EXPECT_EQ(of_tool.code, "invalid_function_parameters");
  EXPECT_TRUE(of_tool.message.starts_with("Invalid schema for function 'f': In context=()"))
      << of_tool.message;

  const AnswerForm any;
  const wire::ChatTools custom = tools_of(
      R"({"tools": [{"type": "custom", "custom": {"name": "c", "format": {"type": "grammar",
          "grammar": {"syntax": "lark", "definition": "start: ("}}}}]})");
  const wire::ApiError of_grammar = refusal({.form = any, .tools = &custom});
  EXPECT_EQ(of_grammar.param, "tools[0].custom.format.grammar.definition");
  EXPECT_EQ(of_grammar.code, std::nullopt);
  EXPECT_TRUE(of_grammar.message.starts_with("Invalid grammar for custom tool 'c': line 1, "))
      << of_grammar.message;

  const AnswerForm schema{.kind = AnswerForm::Kind::kJsonSchema,
                          .text = R"({"type": "strin"})",
                          .name = "n",
                          .param = "response_format"};
  const wire::ChatTools good = tools_of(kStrict);
  const wire::ApiError of_form = refusal({.form = schema, .tools = &good});
  EXPECT_EQ(of_form.param, "response_format");
  EXPECT_EQ(of_form.code, "invalid_json_schema");
}

}  // namespace
}  // namespace byeol::server
