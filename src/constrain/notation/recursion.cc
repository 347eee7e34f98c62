// Recursion at a rule's beginning or end is repetition.
#include <utility>

#include "constrain/notation/definitions.h"

namespace byeol::constrain {
namespace {

using Alternative = std::vector<ExpressionId>;  // One after another.

class Rewriter {
 public:
  Rewriter(Definitions& definitions, RuleId rule) : definitions_(definitions), rule_(rule) {}

  Status rewrite(Rule& rule) {
    place_ = rule.place;
    alternatives_.clear();
    list(rule.body);
    for (const bool at_begin : {true, false}) BYEOL_TRY_OK(rewrite_side(at_begin));
    if (!changed_) return ok();
    std::vector<ExpressionId> choices;
    for (Alternative& parts : alternatives_) {
      BYEOL_TRY(choices.emplace_back(), definitions_.sequence(std::move(parts), place_));
    }
    BYEOL_TRY(rule.body, definitions_.choice(std::move(choices), place_));
    return ok();
  }

 private:
  void list(ExpressionId id) {
    const Expression& expression = definitions_.at(id);
    if (expression.kind == ExpressionKind::kChoice) {
      for (const ExpressionId child : expression.children) list(child);
    } else if (expression.kind == ExpressionKind::kRepeat && expression.min == 0 &&
               expression.max == 1) {
      list(expression.children[0]);
      alternatives_.emplace_back();
    } else if (expression.kind == ExpressionKind::kSequence) {
      alternatives_.push_back(expression.children);
    } else {
      alternatives_.push_back({id});
    }
  }

  bool is_itself(ExpressionId id) const {
    const Expression& expression = definitions_.at(id);
    return expression.kind == ExpressionKind::kReference && expression.rule == rule_;
  }

  Status rewrite_side(bool at_begin) {
    std::vector<ExpressionId> repeated;  // What stands beside the rule itself.
    std::vector<ExpressionId> others;
    std::vector<Alternative> plain;
    for (const Alternative& parts : alternatives_) {
      if (parts.empty() || !is_itself(at_begin ? parts.front() : parts.back())) {
        plain.push_back(parts);
        continue;
      }
      Alternative rest(parts.begin() + (at_begin ? 1 : 0), parts.end() - (at_begin ? 0 : 1));
      if (rest.empty()) continue;  // A = A says nothing.
      BYEOL_TRY(repeated.emplace_back(), definitions_.sequence(std::move(rest), place_));
    }
    if (plain.size() == alternatives_.size() || plain.empty()) return ok();
    changed_ = true;
    if (repeated.empty()) {
      alternatives_ = std::move(plain);
      return ok();
    }
    for (Alternative& parts : plain) {
      BYEOL_TRY(others.emplace_back(), definitions_.sequence(std::move(parts), place_));
    }
    BYEOL_TRY(const ExpressionId other, definitions_.choice(std::move(others), place_));
    BYEOL_TRY(const ExpressionId one, definitions_.choice(std::move(repeated), place_));
    BYEOL_TRY(const ExpressionId many, definitions_.repeat(one, 0, kUnlimited, place_));
    alternatives_.assign(1, at_begin ? Alternative{other, many} : Alternative{many, other});
    return ok();
  }

  Definitions& definitions_;
  RuleId rule_;
  Place place_;
  std::vector<Alternative> alternatives_;
  bool changed_ = false;
};

}  // namespace

Status repeat_instead_of_recursing(Definitions& definitions) {
  for (std::size_t i = 0; i < definitions.rules().size(); ++i)
    BYEOL_TRY_OK(Rewriter(definitions, static_cast<RuleId>(i)).rewrite(definitions.rules()[i]));
  return ok();
}

}  // namespace byeol::constrain
