#include "server/answer_constraint.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

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
std::string name_of(const WantedAnswer& wanted, wire::AnswerFamily family, bool calls,
                    Thought thought) {
  const wire::AnswerForm& form = wanted.form;
  wire::Json name{static_cast<int>(form.kind),
                  form.text,
                  form.choices,
                  form.strict,
                  static_cast<int>(family),
                  static_cast<int>(thought),
                  wanted.tools != nullptr};
  if (calls) {
    for (const auto& part :
         {wire::Json(wanted.tools->tools), wire::Json(wanted.tools->strict),
          wire::Json(wanted.tools->must_call), wire::Json(wanted.parallel_calls)})
      name.push_back(part);
    for (const auto& [tool, input] : wanted.tools->custom)
      name.push_back({tool, static_cast<int>(input.kind), input.text});
  }
  return name.dump(-1, ' ', false, wire::Json::error_handler_t::replace);
}

// A call, an answer of the form, or where calls are free, any text with calls in it.
Result<NodeId> add_answer(GrammarBuilder& builder, const WantedAnswer& wanted, bool calls,
                          const CallRules& rules, Budget& budget) {
  const bool has_form = wanted.form.kind != Kind::kText;
  if (calls && !wanted.tools->must_call && !has_form)
    return add_text_with_calls(builder, *wanted.tools, rules, budget);
  std::vector<NodeId> answers;
  if (calls) {
    BYEOL_TRY(answers.emplace_back(), add_calls(builder, *wanted.tools, rules, budget));
    if (wanted.tools->must_call) return answers[0];
  }
  BYEOL_TRY(const NodeId formed, add_form(builder, wanted.form, budget));
  answers.push_back(wanted.tools == nullptr ? formed : add_final(builder, formed, rules));
  return builder.choice(std::move(answers));
}

Thought thought_of(const Context& context, const WantedAnswer& wanted, const CallRules& rules) {
  if (wanted.tools == nullptr) return Thought::kNone;
  if (wanted.opens_in_thought) return Thought::kBegun;
  switch (context.family) {
    case wire::AnswerFamily::kHermes:
      return context.encoder.capabilities().thinking ? Thought::kMay : Thought::kNone;
    case wire::AnswerFamily::kMistral:
      return rules.control("[THINK]") ? Thought::kMay : Thought::kNone;
    case wire::AnswerFamily::kHarmony:
      return Thought::kMay;
    case wire::AnswerFamily::kPlain:
    case wire::AnswerFamily::kLlama3:
    case wire::AnswerFamily::kGemma:
      break;
  }
  return Thought::kNone;
}

wire::ApiError refusal(const WantedAnswer& wanted, const Error& error) {
  const std::string& param = wanted.form.param;
  std::string message = error.message;
  if (wanted.form.kind == Kind::kJsonSchema && !param.empty()) {
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
  // What nobody reads as a call is none.
  const bool may_call = tools != nullptr && !tools->functions.empty() &&
                        context.family_for(*tools) != wire::AnswerFamily::kPlain;
  const bool calls =
      may_call && (tools->must_call || wanted.form.kind != Kind::kText ||
                   std::ranges::any_of(tools->strict, [](bool strict) { return strict; }));
  if (wanted.form.kind == Kind::kText && !calls) return std::shared_ptr<constrain::Matcher>();
  const model::Tokenizer& tokenizer = context.runtime.model().tokenizer();
  std::optional<std::size_t> refused;
  const CallRules rules{.family = context.family,
                        .parallel = wanted.parallel_calls,
                        .control = [&](std::string_view mark) -> std::optional<constrain::TokenId> {
                          const auto token = tokenizer.find(mark);
                          return token && tokenizer.is_control(*token) ? token : std::nullopt;
                        },
                        .refused = &refused};
  const Thought thought = thought_of(context, wanted, rules);
  auto matcher = context.constraints.get(
      name_of(wanted, context.family, calls, thought),
      [&](GrammarBuilder& builder, Budget& budget) -> Result<NodeId> {
        BYEOL_TRY(const NodeId answer, add_answer(builder, wanted, calls, rules, budget));
        return add_thought(builder, thought, answer, rules, budget);
      });
  if (matcher) return *std::move(matcher);
  if (!refused) return refusal(wanted, matcher.error());
  const bool is_function = tools->type_of(tools->functions[*refused]) == wire::ToolType::kFunction;
  return wire::invalid_request(
      wire::sentence(matcher.error().message), tools->params[*refused],
      is_function ? std::optional<std::string>("invalid_function_parameters") : std::nullopt);
}

}  // namespace byeol::server
