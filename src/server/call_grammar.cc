#include "server/call_grammar.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "constrain/notation/json_string.h"
#include "constrain/notation/notations.h"
#include "constrain/regular/language.h"
#include "constrain/schema/json_schema.h"

namespace byeol::server {
namespace {

using constrain::Budget;
using constrain::GrammarBuilder;
using constrain::Language;
using constrain::NodeId;
using wire::AnswerFamily;

// What may be a control token in one model and text in another.
constexpr std::string_view kMarks[] = {
    "<think>",  "</think>",     "<tool_call>", "</tool_call>",  "[THINK]",
    "[/THINK]", "[TOOL_CALLS]", "<|channel|>", "<|constrain|>", "<|message|>",
    "<|call|>", "<|start|>",    "<|end|>"};

// What begins a call for the parser (wire/*_parser.cc), or ends a thought or a message.
using Marks = std::span<const std::string_view>;
constexpr std::string_view kHermesCalls[] = {"<tool_call>"};
constexpr std::string_view kHermesThoughtEnds[] = {"</think>"};
constexpr std::string_view kLlama3Calls[] = {"<|python_tag|>", "<function="};
constexpr std::string_view kMistralCalls[] = {"[TOOL_CALLS]"};
constexpr std::string_view kMistralThoughtEnds[] = {"[/THINK]"};
constexpr std::string_view kGemmaCalls[] = {"```json", "```tool_code", "```tool_call",
                                            "<start_function_call>"};
constexpr std::string_view kHarmonyEnds[] = {"<|end|>", "<|return|>", "<|call|>", "<|start|>",
                                             "<|channel|>"};

constexpr std::string_view kHarmonyFinal = "<|channel|>final<|message|>";
constexpr std::string_view kHarmonyPreamble = "<|channel|>commentary<|message|>";
constexpr std::string_view kHarmonyNext = "<|end|><|start|>assistant";

// A call is `begin` name `middle` arguments `end`; the first one after `opens`, another one after
// `between`, the last one before `closes`.
struct Form {
  std::string_view opens = {}, begin = {}, middle, end, between = {}, closes = {};
  Marks marks;        // In no text beside the calls.
  bool bare = false;  // A '{' at the answer's beginning begins a call, too.
};

// A thought is `opens`, a text without any of the marks, `closes`.
struct ThoughtForm {
  std::string_view opens, closes;
  Marks marks;
};

Form form_of(AnswerFamily family) {
  switch (family) {
    case AnswerFamily::kLlama3:
      return {.begin = R"({"name": ")",
              .middle = R"(", "parameters": )",
              .end = "}",
              .between = "; ",
              .marks = kLlama3Calls,
              .bare = true};
    case AnswerFamily::kMistral:
      return {.opens = "[TOOL_CALLS][",
              .begin = R"({"name": ")",
              .middle = R"(", "arguments": )",
              .end = "}",
              .between = ", ",
              .closes = "]",
              .marks = kMistralCalls};
    case AnswerFamily::kGemma:
      return {.opens = "```json",
              .begin = "\n{\"name\": \"",
              .middle = R"(", "parameters": )",
              .end = "}\n```",
              .between = "\n```json",
              .marks = kGemmaCalls,
              .bare = true};
    case AnswerFamily::kHarmony:
      return {.opens = "<|channel|>commentary to=functions.",
              .middle = " <|constrain|>json<|message|>",
              .end = "<|call|>",
              .between = "<|start|>assistant<|channel|>commentary to=functions.",
              .marks = kHarmonyEnds};
    case AnswerFamily::kPlain:
    case AnswerFamily::kHermes:
      break;
  }
  return {.opens = "<tool_call>",
          .begin = "\n{\"name\": \"",
          .middle = R"(", "arguments": )",
          .end = "}\n</tool_call>",
          .between = "\n<tool_call>",
          .marks = kHermesCalls};
}

std::optional<ThoughtForm> thought_of(AnswerFamily family) {
  switch (family) {
    case AnswerFamily::kHermes:
      return ThoughtForm{"<think>", "</think>\n\n", kHermesThoughtEnds};
    case AnswerFamily::kMistral:
      return ThoughtForm{"[THINK]", "[/THINK]", kMistralThoughtEnds};
    case AnswerFamily::kHarmony:
      return ThoughtForm{"<|channel|>analysis<|message|>", kHarmonyNext, kHarmonyEnds};
    case AnswerFamily::kPlain:
    case AnswerFamily::kLlama3:
    case AnswerFamily::kGemma:
      break;
  }
  return std::nullopt;
}

// The mark at the front of a text that is a control token of the model.
std::optional<constrain::TokenId> control_at(const CallRules& rules, std::string_view& text) {
  for (const std::string_view mark : kMarks) {
    if (!text.starts_with(mark)) continue;
    const std::optional<constrain::TokenId> token = rules.control(mark);
    if (token) text.remove_prefix(mark.size());
    return token;
  }
  return std::nullopt;
}

NodeId add_marked(GrammarBuilder& builder, const CallRules& rules, std::string_view text) {
  std::vector<NodeId> parts;
  std::string plain;
  while (!text.empty()) {
    if (const auto token = control_at(rules, text)) {
      parts.push_back(builder.text(std::exchange(plain, {})));
      parts.push_back(builder.token(*token));
    } else {
      plain += text.front();
      text.remove_prefix(1);
    }
  }
  parts.push_back(builder.text(std::move(plain)));
  return builder.sequence(std::move(parts));
}

// The texts of `expression` that contain none of the marks.
Result<NodeId> add_text(GrammarBuilder& builder, std::string_view expression, Marks marks,
                        Budget& budget) {
  BYEOL_TRY(Language text, Language::of_regex(expression, budget));
  std::string any_mark;
  for (const std::string_view mark : marks) {
    if (!any_mark.empty()) any_mark += '|';
    for (const char letter : mark) {
      if (std::string_view("[]|/").find(letter) != std::string_view::npos) any_mark += '\\';
      any_mark += letter;
    }
  }
  BYEOL_TRY(const Language marked, Language::of_pattern(any_mark, budget));
  BYEOL_TRY(text, text.subtract(marked, budget));
  BYEOL_TRY(auto automaton, text.spell(Language::Spelling::kText, budget));
  return builder.regular(std::move(automaton));
}

constexpr std::string_view kAnything = R"([\s\S]*)";

Result<NodeId> add_schema(GrammarBuilder& builder, const wire::ChatTools& tools, std::size_t place,
                          Budget& budget) {
  // Models write calls as Python writes JSON.
  constexpr auto kSpacing = constrain::Spacing::kSpaced;
  const wire::Json& function = tools.tools[place]["function"];
  const bool strict = tools.strict[place];
  const auto parameters = function.find("parameters");
  if (parameters == function.end() || parameters->is_null()) {
    if (strict) return builder.text("{}");
    return constrain::add_json_object(builder, kSpacing, budget);
  }
  Result<NodeId> kept = constrain::add_json_schema(
      builder, parameters->dump(), {.spacing = kSpacing, .strict_subset = strict}, budget);
  if (kept || strict || budget.left() < 0) return kept;
  return constrain::add_json_object(builder, kSpacing, budget);
}

// {"input": "…"}: a text of the grammar. It is built by itself first: what is wrong with it is its
// own fault, and a tool that could never be called is refused.
Result<NodeId> add_input(GrammarBuilder& builder, const wire::AnswerForm& input, Budget& budget) {
  GrammarBuilder own(budget);
  BYEOL_TRY(const NodeId root, input.kind == wire::AnswerForm::Kind::kRegex
                                   ? constrain::add_regex(own, input.text, budget)
                                   : constrain::add_lark(own, input.text, budget));
  BYEOL_TRY(const auto texts, own.build(root));
  BYEOL_TRY(const NodeId string, constrain::add_json_string(builder, *texts, budget));
  return builder.sequence({builder.text("{\"input\": "), string, builder.text("}")});
}

// The grammar of a custom tool that has one.
const wire::AnswerForm* grammar_of(const wire::ChatTools& tools, std::size_t place) {
  const auto found = tools.custom.find(tools.functions[place]);
  const bool has_one =
      found != tools.custom.end() && found->second.kind != wire::AnswerForm::Kind::kText;
  return has_one ? &found->second : nullptr;
}

// `share`: what this tool's schema or grammar may cost.
Result<NodeId> add_arguments(GrammarBuilder& builder, const wire::ChatTools& tools,
                             std::size_t place, std::int64_t share, const CallRules& rules,
                             Budget& budget) {
  Budget part(share);
  const wire::AnswerForm* const grammar = grammar_of(tools, place);
  Result<NodeId> arguments = grammar != nullptr ? add_input(builder, *grammar, part)
                                                : add_schema(builder, tools, place, part);
  const Status spent = budget.spend(share - part.left());
  if (arguments && spent) return arguments;
  if (rules.refused != nullptr) *rules.refused = place;
  const Error& error = arguments ? spent.error() : arguments.error();
  const std::string what =
      grammar != nullptr ? "Invalid grammar for custom tool '" : "Invalid schema for function '";
  return Error{error.code, what + tools.functions[place] + "': " + error.message};
}

// Any one of the tools.
Result<NodeId> add_call(GrammarBuilder& builder, const wire::ChatTools& tools,
                        const CallRules& rules, Budget& budget) {
  // What a schema may cost in any case, as long as the whole budget lasts.
  constexpr std::int64_t kShare = 50'000;
  const Form form = form_of(rules.family);
  std::vector<NodeId> calls;
  for (std::size_t place = 0; place < tools.functions.size(); ++place) {
    // What others leave goes to those behind them, and a share to what is no function.
    const auto sharers = static_cast<std::int64_t>(tools.functions.size() - place + 1);
    const std::int64_t share = std::min(std::max(budget.left() / sharers, kShare), budget.left());
    BYEOL_TRY(const NodeId arguments, add_arguments(builder, tools, place, share, rules, budget));
    calls.push_back(builder.sequence(
        {add_marked(builder, rules,
                    std::string(form.begin) + tools.functions[place] + std::string(form.middle)),
         arguments, add_marked(builder, rules, form.end)}));
  }
  return builder.choice(std::move(calls));
}

// Harmony's text has a header of its own, and what is said before a call another one.
Result<NodeId> add_messages(GrammarBuilder& builder, NodeId calls, const CallRules& rules,
                            Budget& budget) {
  BYEOL_TRY(const NodeId text, add_text(builder, kAnything, kHarmonyEnds, budget));
  const NodeId preamble = builder.sequence({add_marked(builder, rules, kHarmonyPreamble), text,
                                            add_marked(builder, rules, kHarmonyNext)});
  return builder.choice(
      {builder.sequence({builder.optional(preamble), calls}), add_final(builder, text, rules)});
}

}  // namespace

Result<NodeId> add_calls(GrammarBuilder& builder, const wire::ChatTools& tools,
                         const CallRules& rules, Budget& budget) {
  const Form form = form_of(rules.family);
  BYEOL_TRY(const NodeId call, add_call(builder, tools, rules, budget));
  std::vector<NodeId> calls{add_marked(builder, rules, form.opens), call};
  if (rules.parallel)
    calls.push_back(
        builder.repeat(builder.sequence({add_marked(builder, rules, form.between), call}), 0,
                       constrain::kUnlimited));
  calls.push_back(add_marked(builder, rules, form.closes));
  return builder.sequence(std::move(calls));
}

Result<NodeId> add_text_with_calls(GrammarBuilder& builder, const wire::ChatTools& tools,
                                   const CallRules& rules, Budget& budget) {
  const Form form = form_of(rules.family);
  BYEOL_TRY(const NodeId calls, add_calls(builder, tools, rules, budget));
  if (rules.family == AnswerFamily::kHarmony) return add_messages(builder, calls, rules, budget);
  constexpr std::string_view kNotBare = R"([ \t\r\n]*([^{ \t\r\n][\s\S]*)?)";
  BYEOL_TRY(const NodeId first,
            add_text(builder, form.bare ? kNotBare : kAnything, form.marks, budget));
  // A bare call is the whole answer, or there is none.
  if (form.opens.empty()) return builder.choice({calls, first});
  if (!rules.parallel) return builder.sequence({first, builder.optional(calls)});
  BYEOL_TRY(const NodeId text, add_text(builder, kAnything, form.marks, budget));
  return builder.sequence(
      {first, builder.repeat(builder.sequence({calls, text}), 0, constrain::kUnlimited)});
}

NodeId add_final(GrammarBuilder& builder, NodeId formed, const CallRules& rules) {
  if (rules.family != AnswerFamily::kHarmony) return formed;
  return builder.sequence({add_marked(builder, rules, kHarmonyFinal), formed});
}

Result<NodeId> add_thought(GrammarBuilder& builder, Thought thought, NodeId answer,
                           const CallRules& rules, Budget& budget) {
  const std::optional<ThoughtForm> form = thought_of(rules.family);
  if (!form || thought == Thought::kNone) return answer;
  BYEOL_TRY(const NodeId text, add_text(builder, kAnything, form->marks, budget));
  const NodeId rest = builder.sequence({text, add_marked(builder, rules, form->closes)});
  if (thought == Thought::kBegun) return builder.sequence({rest, answer});
  const NodeId whole = builder.sequence({add_marked(builder, rules, form->opens), rest});
  return builder.sequence({builder.optional(whole), answer});
}

}  // namespace byeol::server
