#include "server/answer_constraint.h"

#include <algorithm>
#include <utility>

#include "constrain/notation/notations.h"
#include "constrain/schema/json_schema.h"
#include "server/call_grammar.h"

namespace byeol::server {
namespace {

using constrain::Budget;
using constrain::GrammarBuilder;
using constrain::NodeId;
using Kind = wire::AnswerForm::Kind;

Result<NodeId> add_form(GrammarBuilder& builder, const wire::AnswerForm& form, Budget& budget) {
  switch (form.kind) {
    case Kind::kJsonSchema:
      return constrain::add_json_schema(builder, form.text, {.strict_subset = form.strict}, budget);
    case Kind::kJsonObject:
      return constrain::add_json_object(builder, constrain::Spacing::kAny, budget);
    case Kind::kRegex:
      return constrain::add_regex(builder, form.text, budget);
    case Kind::kChoice:
      return constrain::add_choice(builder, form.choices, budget);
    case Kind::kLark:
      return constrain::add_lark(builder, form.text, budget);
    case Kind::kGbnf:
    case Kind::kText:
      break;
  }
  return constrain::add_gbnf(builder, form.text, budget);
}

// Each way to say something else must have another name.
std::string name_of(const WantedAnswer& wanted, bool calls) {
  const wire::AnswerForm& form = wanted.form;
  wire::Json name{static_cast<int>(form.kind), form.text, form.choices, form.strict,
                  wanted.opens_in_thought};
  if (calls)
    for (const auto& part :
         {wire::Json(wanted.tools->tools), wire::Json(wanted.tools->strict),
          wire::Json(wanted.tools->must_call), wire::Json(wanted.parallel_calls)})
      name.push_back(part);
  return name.dump(-1, ' ', false, wire::Json::error_handler_t::replace);
}

// A call, an answer of the form, or where calls are free, any text with calls in it.
Result<NodeId> add_answer(GrammarBuilder& builder, const WantedAnswer& wanted, bool calls,
                          const CallRules& rules, Budget& budget) {
  const bool has_form = wanted.form.kind != Kind::kText;
  if (!calls) return add_form(builder, wanted.form, budget);
  if (!wanted.tools->must_call && !has_form)
    return add_text_with_calls(builder, *wanted.tools, rules, budget);
  BYEOL_TRY(const NodeId called, add_calls(builder, *wanted.tools, rules, budget));
  if (wanted.tools->must_call) return called;
  BYEOL_TRY(const NodeId formed, add_form(builder, wanted.form, budget));
  return builder.choice({called, formed});
}

// Where the model thinks first, in the way of Hermes and its kin.
Result<NodeId> add_thought(GrammarBuilder& builder, NodeId answer, Budget& budget) {
  constexpr std::string_view kEnd = "</think>";
  BYEOL_TRY(const NodeId thought, constrain::add_text_without(builder, kEnd, budget));
  return builder.sequence({thought, builder.text(std::string(kEnd) + "\n\n"), answer});
}

wire::ApiError refusal(const WantedAnswer& wanted, const Error& error, bool calls) {
  const std::string& param = calls && !error.message.starts_with("In context") &&
                                     error.message.starts_with("Invalid schema for function")
                                 ? "tools"
                                 : wanted.form.param;
  std::string message = error.message;
  if (wanted.form.kind == Kind::kJsonSchema && param == wanted.form.param && !param.empty()) {
    std::string named = "Invalid schema for " + param;
    if (!wanted.form.name.empty()) named += " '" + wanted.form.name + "'";
    message = named + ": " + message;
  }
  const bool is_schema = message.starts_with("Invalid schema");
  return wire::invalid_request(
      wire::sentence(std::move(message)),
      param.empty() ? std::optional<std::string>("tools") : param,
      is_schema ? std::optional<std::string>("invalid_json_schema") : std::nullopt);
}

}  // namespace

wire::ApiResult<std::shared_ptr<constrain::Matcher>> constraint_of(Context& context,
                                                                   const WantedAnswer& wanted) {
  const wire::ChatTools* const tools = wanted.tools;
  const bool calls = tools != nullptr && !tools->functions.empty() &&
                     (tools->must_call || wanted.form.kind != Kind::kText ||
                      std::ranges::any_of(tools->strict, [](bool strict) { return strict; }));
  if (wanted.form.kind == Kind::kText && !calls) return std::shared_ptr<constrain::Matcher>();
  const model::Tokenizer& tokenizer = context.runtime.model().tokenizer();
  const CallRules rules{context.family, wanted.parallel_calls,
                        [&](std::string_view mark) -> std::optional<constrain::TokenId> {
                          const auto token = tokenizer.find(mark);
                          return token && tokenizer.is_control(*token) ? token : std::nullopt;
                        }};
  auto matcher = context.constraints.get(
      name_of(wanted, calls), [&](GrammarBuilder& builder, Budget& budget) -> Result<NodeId> {
        BYEOL_TRY(const NodeId answer, add_answer(builder, wanted, calls, rules, budget));
        if (!wanted.opens_in_thought) return answer;
        return add_thought(builder, answer, budget);
      });
  if (!matcher) return refusal(wanted, matcher.error(), calls);
  return *std::move(matcher);
}

}  // namespace byeol::server
