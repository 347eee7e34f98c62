#include "server/call_grammar.h"

#include <string_view>
#include <utility>

#include "constrain/notation/notations.h"
#include "constrain/schema/json_schema.h"

namespace byeol::server {
namespace {

using constrain::Budget;
using constrain::GrammarBuilder;
using constrain::NodeId;
using wire::AnswerFamily;

// What may be a control token in one model and text in another.
constexpr std::string_view kMarks[] = {"<tool_call>", "</tool_call>",  "[TOOL_CALLS]",
                                       "<|channel|>", "<|constrain|>", "<|message|>",
                                       "<|call|>",    "<|start|>"};

// A call is `begin` name `middle` arguments `end`; the first one after `opens`, another one after
// `between`, the last one before `closes`.
struct Form {
  std::string_view opens, begin, middle, end, between, closes;
};

Form form_of(AnswerFamily family) {
  switch (family) {
    case AnswerFamily::kLlama3:
      return {"", R"({"name": ")", R"(", "parameters": )", "}", "; ", ""};
    case AnswerFamily::kMistral:
      return {"[TOOL_CALLS][", R"({"name": ")", R"(", "arguments": )", "}", ", ", "]"};
    case AnswerFamily::kGemma:
      return {"```json\n", R"({"name": ")", R"(", "parameters": )", "}\n```", "\n```json\n", ""};
    case AnswerFamily::kHarmony:
      return {"<|channel|>commentary to=functions.",
              "",
              " <|constrain|>json<|message|>",
              "<|call|>",
              "<|start|>assistant<|channel|>commentary to=functions.",
              ""};
    case AnswerFamily::kPlain:
    case AnswerFamily::kHermes:
      break;
  }
  return {"<tool_call>\n",   R"({"name": ")",   R"(", "arguments": )",
          "}\n</tool_call>", "\n<tool_call>\n", ""};
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

Result<NodeId> add_arguments(GrammarBuilder& builder, const wire::ChatTools& tools,
                             std::size_t place, Budget& budget) {
  // Models write calls as Python writes JSON.
  constexpr auto kSpacing = constrain::Spacing::kSpaced;
  const wire::Json& function = tools.tools[place]["function"];
  const bool strict = tools.strict[place];
  const auto parameters = function.find("parameters");
  if (parameters == function.end() || parameters->is_null()) {
    if (strict) return builder.text("{}");
    return constrain::add_json_object(builder, kSpacing, budget);
  }
  const Result<NodeId> kept = constrain::add_json_schema(
      builder, parameters->dump(), {.spacing = kSpacing, .strict_subset = strict}, budget);
  if (kept) return kept;
  if (!strict && kept.error().code == ErrorCode::kUnsupported)
    return constrain::add_json_object(builder, kSpacing, budget);
  return Error{kept.error().code, "Invalid schema for function '" + tools.functions[place] +
                                      "': " + kept.error().message};
}

// Any one of the functions.
Result<NodeId> add_call(GrammarBuilder& builder, const wire::ChatTools& tools,
                        const CallRules& rules, Budget& budget) {
  const Form form = form_of(rules.family);
  std::vector<NodeId> calls;
  for (std::size_t place = 0; place < tools.functions.size(); ++place) {
    BYEOL_TRY(const NodeId arguments, add_arguments(builder, tools, place, budget));
    calls.push_back(builder.sequence(
        {add_marked(builder, rules,
                    std::string(form.begin) + tools.functions[place] + std::string(form.middle)),
         arguments, add_marked(builder, rules, form.end)}));
  }
  return builder.choice(std::move(calls));
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
  if (form.opens.empty()) {
    // A bare call is the whole answer, or there is none.
    BYEOL_TRY(const NodeId text, constrain::add_regex(builder, R"(([^{][\s\S]*)?)", budget));
    return builder.choice({calls, text});
  }
  // A control token is no part of any text.
  std::string_view opens = form.opens;
  BYEOL_TRY(const NodeId text, control_at(rules, opens)
                                   ? constrain::add_regex(builder, R"([\s\S]*)", budget)
                                   : constrain::add_text_without(builder, form.opens, budget));
  if (!rules.parallel) return builder.sequence({text, builder.optional(calls)});
  return builder.sequence(
      {text, builder.repeat(builder.sequence({calls, text}), 0, constrain::kUnlimited)});
}

}  // namespace byeol::server
