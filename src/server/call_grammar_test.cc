#include "server/call_grammar.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "constrain/automaton.h"
#include "constrain/grammar_match.h"
#include "constrain/notation/notations.h"
#include "wire/chat_request.h"

namespace byeol::server {
namespace {

using constrain::Budget;
using constrain::Grammar;
using constrain::GrammarBuilder;
using constrain::NodeId;
using Family = wire::AnswerFamily;

constexpr const char* kObject = R"({"type": "object"})";
constexpr const char* kSwitch =
    R"({"type": "object", "properties": {"on": {"type": "boolean"}}, "required": ["on"],
        "additionalProperties": false})";

wire::ChatTools offer(const std::vector<std::pair<std::string, bool>>& schemas) {
  wire::ChatTools tools{.tools = wire::Json::array()};
  for (const auto& [schema, strict] : schemas) {
    std::string name(1, static_cast<char>('f' + tools.functions.size()));
    tools.tools.push_back(
        {{"type", "function"},
         {"function", {{"name", name}, {"parameters", wire::Json::parse(schema)}}}});
    tools.functions.push_back(std::move(name));
    tools.strict.push_back(strict);
    tools.params.emplace_back();
  }
  return tools;
}

struct Model {
  Family family;
  std::vector<std::string> controls = {};

  CallRules rules(bool parallel = true) const {
    return {
        .family = family,
        .parallel = parallel,
        .control = [marks = controls](std::string_view mark) -> std::optional<constrain::TokenId> {
          const auto found = std::ranges::find(marks, mark);
          if (found == marks.end()) return std::nullopt;
          return static_cast<constrain::TokenId>(found - marks.begin());
        }};
  }
};

// A grammar, and how a model writes what it allows.
struct Answers {
  std::shared_ptr<const Grammar> grammar;
  Model model;

  // `text` as the model writes it: its control tokens as such.
  bool take(std::string_view text) const {
    constrain::Automaton automaton(grammar);
    auto state = automaton.start();
    while (!text.empty() && state != constrain::Automaton::kDead) {
      const auto mark = std::ranges::find_if(
          model.controls, [&](const std::string& control) { return text.starts_with(control); });
      if (mark == model.controls.end()) {
        state = automaton.next(state, static_cast<std::uint8_t>(text[0]));
        text.remove_prefix(1);
      } else {
        state = automaton.next_token(
            state, static_cast<constrain::TokenId>(mark - model.controls.begin()));
        text.remove_prefix(mark->size());
      }
    }
    return state != constrain::Automaton::kDead && automaton.accepts(state);
  }
  // `text` in letters alone, also where it spells a control token.
  bool take_letters(std::string_view text) const { return constrain::matches(*grammar, text); }
};

template <typename Add>
Answers answers(const Model& model, const Add& add) {
  Budget budget;
  GrammarBuilder builder(budget);
  const Result<NodeId> root = add(builder, budget);
  if (!root) {
    ADD_FAILURE() << root.error().message;
    return {};
  }
  const auto grammar = builder.build(*root);
  if (!grammar) ADD_FAILURE() << grammar.error().message;
  return {grammar ? *grammar : nullptr, model};
}

Answers text_with_calls(const Model& model, bool parallel = true) {
  return answers(model, [&](GrammarBuilder& builder, Budget& budget) {
    return add_text_with_calls(builder, offer({{kSwitch, true}}), model.rules(parallel), budget);
  });
}

Answers thoughtful(const Model& model, Thought thought) {
  return answers(model, [&](GrammarBuilder& builder, Budget& budget) {
    const CallRules rules = model.rules();
    return add_thought(builder, thought, add_final(builder, builder.text("42"), rules), rules,
                       budget);
  });
}

TEST(CallGrammar, WhateverOpensACallIsOneByItsSchema) {
  const Answers hermes = text_with_calls({Family::kHermes});
  const std::string call =
      "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"on\": true}}\n</tool_call>";
  EXPECT_TRUE(hermes.take("Hello <tool, {\"name\": 1}"));
  EXPECT_TRUE(hermes.take(call));
  EXPECT_TRUE(hermes.take("I call. " + call + "\n" + call + " Done."));
  for (const char* other :
       {"<tool_call>{\"name\": \"f\", \"arguments\": {\"on\": 3}}</tool_call>",
        "<tool_call> {\"name\": \"f\", \"arguments\": {}}\n</tool_call>", "a <tool_call>",
        "<tool_call>\n{\"name\": \"g\", \"arguments\": {\"on\": true}}\n</tool_call>"})
    EXPECT_FALSE(hermes.take(other)) << other;
  EXPECT_FALSE(text_with_calls({Family::kHermes}, false).take(call + "\n" + call));
}

TEST(CallGrammar, NoFamilyHasAnotherWayIn) {
  const std::string arguments = "{\"on\": true}}";
  const Answers llama = text_with_calls({Family::kLlama3});
  EXPECT_TRUE(llama.take("{\"name\": \"f\", \"parameters\": " + arguments));
  EXPECT_TRUE(llama.take(" a {b}"));
  for (const char* other : {" {\"name\": \"f\", \"parameters\": {}}", "{}", "a <function=f>{}",
                            "<|python_tag|>{\"name\": \"f\"}"})
    EXPECT_FALSE(llama.take(other)) << other;

  const Model with_marks{Family::kMistral, {"[TOOL_CALLS]"}};
  for (const Model& model : {Model{Family::kMistral}, with_marks}) {
    const Answers mistral = text_with_calls(model);
    EXPECT_TRUE(
        mistral.take("a [TOOL] [TOOL_CALLS][{\"name\": \"f\", \"arguments\": " + arguments + "]"));
    EXPECT_FALSE(mistral.take("[TOOL_CALLS]f{\"on\": 3}"));
    EXPECT_FALSE(mistral.take("[TOOL_CALLS] [{\"name\": \"f\", \"arguments\": {}}]"));
  }
  EXPECT_FALSE(text_with_calls(with_marks).take_letters("spelled: [TOOL_CALLS]f{}"));

  const Answers gemma = text_with_calls({Family::kGemma});
  EXPECT_TRUE(
      gemma.take("a ```json\n{\"name\": \"f\", \"parameters\": " + arguments + "\n```\n{}"));
  EXPECT_TRUE(gemma.take("```python\n1\n```"));
  for (const char* other :
       {"{\"name\": \"f\", \"parameters\": {}}", "\n{}", "```json {\"name\": \"f\"}```",
        "```tool_code\nf()\n```", "```tool_call\nf()\n```",
        "<start_function_call>call:f{}<end_function_call>"})
    EXPECT_FALSE(gemma.take(other)) << other;
}

TEST(CallGrammar, HarmonysMessagesHaveHeaders) {
  const std::string call =
      "<|channel|>commentary to=functions.f <|constrain|>json<|message|>{\"on\": true}<|call|>";
  const Model marks{
      Family::kHarmony,
      {"<|channel|>", "<|constrain|>", "<|message|>", "<|call|>", "<|start|>", "<|end|>"}};
  for (const Model& model : {Model{Family::kHarmony}, marks}) {
    const Answers harmony = text_with_calls(model);
    EXPECT_TRUE(harmony.take(call));
    EXPECT_TRUE(harmony.take("<|channel|>final<|message|>Hello."));
    EXPECT_TRUE(
        harmony.take("<|channel|>commentary<|message|>I call.<|end|><|start|>assistant" + call));
    EXPECT_FALSE(harmony.take("Hello."));
    EXPECT_FALSE(harmony.take("<|channel|>final<|message|>Hello.<|start|>assistant" + call));
    EXPECT_FALSE(
        harmony.take("<|channel|>commentary to=functions.f<|message|>{\"on\": 3}<|call|>"));
  }
}

TEST(CallGrammar, AThoughtIsFreeAndComesFirst) {
  struct Case {
    Family family;
    std::string opens, closes, final;
    std::vector<std::string> controls;
  };
  const Case cases[] = {{Family::kHermes, "<think>", "</think>\n\n", "", {"<think>", "</think>"}},
                        {Family::kMistral, "[THINK]", "[/THINK]", "", {"[THINK]", "[/THINK]"}},
                        {Family::kHarmony,
                         "<|channel|>analysis<|message|>",
                         "<|end|><|start|>assistant",
                         "<|channel|>final<|message|>",
                         {"<|channel|>", "<|message|>", "<|end|>", "<|start|>"}}};
  for (const auto& [family, opens, closes, final, controls] : cases)
    for (const Model& model : {Model{family}, Model{family, controls}}) {
      const Answers may = thoughtful(model, Thought::kMay);
      EXPECT_TRUE(may.take(final + "42"));
      EXPECT_TRUE(may.take(opens + "\nSix { by \"nine\n" + closes + final + "42"));
      EXPECT_TRUE(may.take(opens + closes + final + "42"));
      EXPECT_FALSE(may.take(opens + "Six"));
      EXPECT_FALSE(may.take("Six" + closes + final + "42"));
      EXPECT_FALSE(may.take(opens + closes + opens + closes + final + "42"));
      EXPECT_FALSE(may.take(opens + closes + final + "43"));
      EXPECT_EQ(may.take("42"), final.empty());
      const Answers begun = thoughtful(model, Thought::kBegun);
      EXPECT_TRUE(begun.take("Six" + closes + final + "42"));
      EXPECT_FALSE(begun.take(final + "42"));
      const Answers none = thoughtful(model, Thought::kNone);
      EXPECT_TRUE(none.take(final + "42"));
      EXPECT_FALSE(none.take(opens + closes + final + "42"));
    }
}

TEST(CallGrammar, WhatIsNotStrictIsAnyObjectWhereItCannotBeKept) {
  for (const char* schema : {R"({"type": "strin"})", R"({"type": "string", "pattern": "(a)\\1"})",
                             R"({"type": "integer", "minimum": 3, "maximum": 2})"}) {
    const Model model{Family::kHermes};
    const Answers calls = answers(model, [&](GrammarBuilder& builder, Budget& budget) {
      return add_calls(builder, offer({{schema, false}, {kSwitch, false}}), model.rules(), budget);
    });
    const auto call = [](const std::string& name, const std::string& arguments) {
      return "<tool_call>\n{\"name\": \"" + name + "\", \"arguments\": " + arguments +
             "}\n</tool_call>";
    };
    EXPECT_TRUE(calls.take(call("f", "{\"a\": [1]}"))) << schema;
    EXPECT_FALSE(calls.take(call("f", "[1]"))) << schema;
    EXPECT_TRUE(calls.take(call("g", "{\"on\": true}"))) << schema;
    EXPECT_FALSE(calls.take(call("g", "{\"on\": 1}"))) << schema;

    std::optional<std::size_t> refused;
    CallRules rules = model.rules();
    rules.refused = &refused;
    Budget budget;
    GrammarBuilder builder(budget);
    const auto strict =
        add_calls(builder, offer({{kObject, false}, {schema, true}}), rules, budget);
    ASSERT_FALSE(strict);
    EXPECT_TRUE(strict.error().message.starts_with("Invalid schema for function 'g': "))
        << strict.error().message;
    EXPECT_EQ(refused, std::optional<std::size_t>(1));
  }
}

// The same tools, and a custom one whose input is of this grammar.
wire::ChatTools with_custom(wire::ChatTools tools, wire::AnswerForm input) {
  tools.tools.push_back({{"type", "function"}, {"function", {{"name", "custom"}}}});
  tools.functions.push_back("custom");
  tools.strict.push_back(true);
  tools.params.push_back("tools[1].custom.format.grammar.definition");
  tools.custom.emplace("custom", std::move(input));
  return tools;
}
using Kind = wire::AnswerForm::Kind;
constexpr const char* kSum = "start: NUMBER (\"+\\n\" NUMBER)*\nNUMBER: /[0-9]+|\"x\"/";

TEST(CallGrammar, ACustomToolsInputIsOfItsGrammarInEachFamily) {
  struct Case {
    Family family;
    std::string opens, closes;
  };
  const Case cases[] = {
      {Family::kHermes, "<tool_call>\n{\"name\": \"custom\", \"arguments\": ", "}\n</tool_call>"},
      {Family::kLlama3, "{\"name\": \"custom\", \"parameters\": ", "}"},
      {Family::kMistral, "[TOOL_CALLS][{\"name\": \"custom\", \"arguments\": ", "}]"},
      {Family::kGemma, "```json\n{\"name\": \"custom\", \"parameters\": ", "}\n```"},
      {Family::kHarmony, "<|channel|>commentary to=functions.custom <|constrain|>json<|message|>",
       "<|call|>"}};
  const wire::ChatTools tools =
      with_custom(offer({{kSwitch, true}}), {.kind = Kind::kLark, .text = kSum});
  for (const auto& [family, opens, closes] : cases) {
    const Model model{family};
    for (const bool free : {false, true}) {
      const Answers calls = answers(model, [&](GrammarBuilder& builder, Budget& budget) {
        return free ? add_text_with_calls(builder, tools, model.rules(), budget)
                    : add_calls(builder, tools, model.rules(), budget);
      });
      const auto takes = [&](const std::string& arguments) {
        return calls.take(opens + arguments + closes);
      };
      EXPECT_TRUE(takes(R"({"input": "12+\n\"x\"+\n3"})")) << opens;
      for (const char* other :
           {R"({"input": "12+3"})", R"({"input": ""})", R"({"input": "12+\u000a3"})",
            R"({"input":"1"})", R"({"input": 1})", R"({"input": "1", "a": 1})", "{}", "1"})
        EXPECT_FALSE(takes(other)) << opens << other;
    }
  }
}

TEST(CallGrammar, WhatTheParserReadsIsOfTheCustomToolsGrammar) {
  // What ends a call elsewhere may stand in a text.
  const std::string text = "```</tool_call><|call|>}]\"";
  const wire::ChatTools tools =
      with_custom(offer({}), {.kind = Kind::kRegex, .text = "```</tool_call><\\|call\\|>\\}\\]\""});
  for (const Family family :
       {Family::kHermes, Family::kLlama3, Family::kMistral, Family::kGemma, Family::kHarmony}) {
    const Model model{family};
    const Answers calls = answers(model, [&](GrammarBuilder& builder, Budget& budget) {
      return add_calls(builder, tools, model.rules(false), budget);
    });
    // There is one answer: follow it.
    constrain::Automaton automaton(calls.grammar);
    auto state = automaton.start();
    std::string answer;
    while (!automaton.accepts(state)) {
      const int byte = automaton.only_byte(state);
      ASSERT_GE(byte, 0) << answer;
      answer += static_cast<char>(byte);
      state = automaton.next(state, static_cast<std::uint8_t>(byte));
    }
    std::string read;
    const wire::OnPiece on_piece = [&](const wire::AnswerPiece& piece) {
      EXPECT_EQ(piece.tool, wire::ToolType::kCustom) << answer;
      if (piece.kind == wire::PieceKind::kCallArguments) read += piece.text;
    };
    const auto parser = wire::AnswerParser::make(
        {.family = family, .functions = {"custom"}, .custom_tools = {"custom"}});
    parser->feed(answer, on_piece);
    parser->finish(on_piece);
    EXPECT_EQ(read, text) << answer;
  }
}

TEST(CallGrammar, AGrammarThatCannotBeKeptIsRefusedByItsTool) {
  const auto refusal = [](Kind kind, const char* definition) {
    std::optional<std::size_t> refused;
    CallRules rules = Model{Family::kHermes}.rules();
    rules.refused = &refused;
    Budget budget;
    GrammarBuilder builder(budget);
    const auto calls = add_calls(
        builder, with_custom(offer({{kSwitch, true}}), {.kind = kind, .text = definition}), rules,
        budget);
    EXPECT_EQ(refused, calls ? std::nullopt : std::optional<std::size_t>(1)) << definition;
    return calls ? "" : calls.error().message;
  };
  const std::string named = "Invalid grammar for custom tool 'custom': ";
  EXPECT_EQ(refusal(Kind::kLark, "start: other"),
            named + "line 1, column 8: the rule \"other\" is not defined");
  EXPECT_EQ(refusal(Kind::kLark, "start: \"a\" start"),
            named + "no text meets the constraint: nothing can be written");
  EXPECT_EQ(refusal(Kind::kLark, "start: b \"x\" | \"y\"\nb: start \"z\"").substr(0, named.size()),
            named);
  EXPECT_EQ(refusal(Kind::kRegex, "a\\b\\Bc"),
            named + "no text meets the constraint: nothing can be written");
  for (const char* regex : {"(", "(a)\\1", "(a|b)*a(a|b){40}"})
    EXPECT_TRUE(refusal(Kind::kRegex, regex).starts_with(named)) << regex;
  EXPECT_EQ(refusal(Kind::kRegex, "[^\"]{2000}"), "");
}

TEST(CallGrammar, EachSchemaHasItsShareOfTheBudget) {
  // Too much for any budget: the error names the function, whose share alone was spent.
  const char* hostile = R"({"type": "string", "pattern": "^(a|b)*a(a|b){40}$"})";
  std::optional<std::size_t> refused;
  CallRules rules = Model{Family::kHermes}.rules();
  rules.refused = &refused;
  Budget budget;
  GrammarBuilder builder(budget);
  const auto calls = add_calls(
      builder, offer({{kSwitch, true}, {hostile, false}, {kSwitch, true}, {kSwitch, true}}), rules,
      budget);
  ASSERT_FALSE(calls);
  EXPECT_EQ(refused, std::optional<std::size_t>(1));
  EXPECT_GT(budget.left(), Budget::kUsual / 2);

  // Many of the usual kind fit.
  std::vector<std::pair<std::string, bool>> many;
  for (int i = 0; i < 20; ++i) many.emplace_back(kSwitch, true);
  Budget whole;
  GrammarBuilder other(whole);
  EXPECT_TRUE(add_calls(other, offer(many), Model{Family::kHermes}.rules(), whole));
}

}  // namespace
}  // namespace byeol::server
