#include "constrain/notation/definitions.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/utf8.h"
#include "constrain/regular/regex.h"

namespace byeol::constrain {

std::string pattern_of(char32_t character) {
  if (character < 0x80 &&
      (is_letter(static_cast<char>(character)) || is_digit(static_cast<char>(character))))
    return {static_cast<char>(character)};
  char escape[16];
  std::snprintf(escape, sizeof escape, "\\u{%x}", static_cast<unsigned>(character));
  return escape;
}

std::string pattern_of(std::string_view utf8) {
  std::string result;
  while (!utf8.empty()) {
    const utf8::Decoded decoded = utf8::decode(utf8);
    result += pattern_of(decoded.code_point);
    utf8.remove_prefix(decoded.bytes);
  }
  return result;
}

Result<ExpressionId> Definitions::add(Expression expression) {
  const std::size_t units = 4 + expression.children.size() + expression.text.size() / 16;
  BYEOL_TRY_OK(budget_.spend(static_cast<std::int64_t>(units), "the grammar"));
  for (const ExpressionId child : expression.children)
    expression.depth = std::max(expression.depth, at(child).depth + 1);
  if (expression.depth > kDeepest)
    return error_at(expression.place, "nested deeper than " + std::to_string(kDeepest) + " levels");
  expressions_.push_back(std::move(expression));
  return static_cast<ExpressionId>(expressions_.size() - 1);
}

Result<ExpressionId> Definitions::text(std::string utf8, Place place) {
  Expression made;
  made.kind = ExpressionKind::kText;
  made.text = std::move(utf8);
  made.place = place;
  return add(std::move(made));
}

Result<ExpressionId> Definitions::pattern(std::string expression, Place place) {
  Result<Regex> regex = parse_regex(expression, budget_);
  if (!regex) return error_at(place, regex.error().message, regex.error().code);
  Expression made;
  made.kind = ExpressionKind::kPattern;
  made.text = std::move(expression);
  made.alone = std::ranges::any_of(
      regex->nodes, [](const RegexNode& node) { return node.kind >= RegexKind::kBegin; });
  made.place = place;
  return add(std::move(made));
}

Result<ExpressionId> Definitions::reference(std::string_view name, Place place) {
  Expression made;
  made.kind = ExpressionKind::kReference;
  BYEOL_TRY(made.rule, rule(name, place));
  made.place = place;
  return add(std::move(made));
}

Result<ExpressionId> Definitions::of_children(ExpressionKind kind,
                                              std::vector<ExpressionId> children, Place place) {
  if (children.size() == 1) return children[0];
  Expression made;
  made.kind = kind;
  made.children = std::move(children);
  made.place = place;
  return add(std::move(made));
}

Result<ExpressionId> Definitions::sequence(std::vector<ExpressionId> children, Place place) {
  return of_children(ExpressionKind::kSequence, std::move(children), place);
}

Result<ExpressionId> Definitions::choice(std::vector<ExpressionId> children, Place place) {
  return of_children(ExpressionKind::kChoice, std::move(children), place);
}

Result<ExpressionId> Definitions::repeat(ExpressionId child, std::int64_t min, std::int64_t max,
                                         Place place) {
  if (max != kUnlimited && max < min) return error_at(place, "a repetition that is out of order");
  Expression made;
  made.kind = ExpressionKind::kRepeat;
  made.children = {child};
  made.min = min;
  made.max = max;
  made.place = place;
  return add(std::move(made));
}

Result<RuleId> Definitions::rule(std::string_view name, Place place) {
  if (const auto found = by_name_.find(name); found != by_name_.end()) return found->second;
  BYEOL_TRY_OK(budget_.spend(1 + static_cast<std::int64_t>(name.size()) / 16, "the grammar"));
  const auto id = static_cast<RuleId>(rules_.size());
  rules_.push_back({std::string(name), -1, place});
  by_name_.emplace(name, id);
  return id;
}

Status Definitions::define(std::string_view name, ExpressionId body, Place place) {
  BYEOL_TRY(const RuleId id, rule(name, place));
  Rule& defined = rules_[static_cast<std::size_t>(id)];
  if (defined.body >= 0)
    return error_at(place, "the rule \"" + defined.name + "\" is defined twice");
  defined.body = body;
  defined.place = place;
  return ok();
}

bool Definitions::is_defined(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found != by_name_.end() && rules_[static_cast<std::size_t>(found->second)].body >= 0;
}

}  // namespace byeol::constrain
