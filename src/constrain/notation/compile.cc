// Definitions as nodes of a grammar.
#include <algorithm>
#include <optional>
#include <utility>

#include "base/check.h"
#include "constrain/notation/definitions.h"
#include "constrain/regular/language.h"

namespace byeol::constrain {
namespace {

// Beyond either, a piece is not made one automaton.
constexpr std::size_t kLongestPattern = 8192;
constexpr std::int64_t kMostStates = 50'000;

class Compiler {
 public:
  Compiler(Definitions& definitions, GrammarBuilder& builder)
      : definitions_(definitions), builder_(builder), rules_(definitions.rules().size()) {}

  Result<NodeId> compile(RuleId root) {
    find_regular_rules();
    BYEOL_TRY(const NodeId node, rule_node(root));
    // Rules are compiled one after another, however long a chain of them is.
    while (!waiting_.empty()) {
      const RuleId rule = waiting_.back();
      waiting_.pop_back();
      BYEOL_TRY(const NodeId body, rule_body(rule));
      builder_.define(*of(rule).node, body);
    }
    return node;
  }

 private:
  struct RuleState {
    std::optional<std::string> pattern;  // Where all of it is regular.
    std::optional<NodeId> node;
  };

  RuleState& of(RuleId rule) { return rules_[static_cast<std::size_t>(rule)]; }

  void list_references(ExpressionId id, std::vector<RuleId>& found) const {
    const Expression& expression = definitions_.at(id);
    if (expression.kind == ExpressionKind::kReference) found.push_back(expression.rule);
    for (const ExpressionId child : expression.children) list_references(child, found);
  }

  // A rule is regular once all that it refers to are: a circle never is.
  void find_regular_rules() {
    std::vector<std::vector<RuleId>> users(rules_.size());
    std::vector<std::size_t> missing(rules_.size());
    std::vector<RuleId> ready;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      std::vector<RuleId> references;
      list_references(definitions_.rules()[i].body, references);
      for (const RuleId used : references)
        users[static_cast<std::size_t>(used)].push_back(static_cast<RuleId>(i));
      missing[i] = references.size();
      if (references.empty()) ready.push_back(static_cast<RuleId>(i));
    }
    for (std::size_t i = 0; i < ready.size(); ++i) {
      const auto rule = static_cast<std::size_t>(ready[i]);
      rules_[rule].pattern = pattern(definitions_.rules()[rule].body);
      for (const RuleId user : users[rule])
        if (--missing[static_cast<std::size_t>(user)] == 0) ready.push_back(user);
    }
  }

  // Nothing where it is not regular, or too long.
  std::optional<std::string> pattern(ExpressionId id) {
    const Expression& expression = definitions_.at(id);
    std::string result;
    switch (expression.kind) {
      case ExpressionKind::kText:
        result = pattern_of(expression.text);
        break;
      case ExpressionKind::kPattern:
        if (expression.alone) return std::nullopt;
        result = "(?:" + expression.text + ")";
        break;
      case ExpressionKind::kReference:
        return of(expression.rule).pattern;
      case ExpressionKind::kRepeat: {
        const std::optional<std::string> inner = pattern(expression.children[0]);
        if (!inner) return std::nullopt;
        result = "(?:" + *inner + "){" + std::to_string(expression.min) + ",";
        if (expression.max != kUnlimited) result += std::to_string(expression.max);
        result += "}";
        break;
      }
      case ExpressionKind::kSequence:
      case ExpressionKind::kChoice: {
        const bool choice = expression.kind == ExpressionKind::kChoice;
        if (choice) result = "(?:";
        for (std::size_t i = 0; i < expression.children.size(); ++i) {
          const std::optional<std::string> part = pattern(expression.children[i]);
          if (!part || result.size() + part->size() > kLongestPattern) return std::nullopt;
          if (choice && i > 0) result += "|";
          result += *part;
        }
        if (choice) result += ")";
        break;
      }
    }
    if (result.size() > kLongestPattern) return std::nullopt;
    return result;
  }

  // Nothing where it takes too many states, or more than a regular expression may (such as groups
  // that are nested deeper): its parts are then made one by one.
  Result<std::optional<NodeId>> regular(const std::string& pattern, std::int64_t most) {
    Budget& whole = definitions_.budget();
    const std::int64_t given = std::min(whole.left(), most);
    Budget part(given);
    Result<std::optional<NodeId>> node = automaton(pattern, part);
    BYEOL_TRY_OK(whole.spend(given - part.left(), "the grammar"));
    if (!node) return std::optional<NodeId>();
    return node;
  }

  Result<std::optional<NodeId>> automaton(const std::string& pattern, Budget& budget) {
    BYEOL_TRY(const Language language, Language::of_regex(pattern, budget));
    if (language.is_empty()) return std::optional<NodeId>(builder_.nothing());
    BYEOL_TRY(auto spelled, language.spell(Language::Spelling::kText, budget));
    return std::optional<NodeId>(builder_.regular(std::move(spelled)));
  }

  Result<NodeId> rule_node(RuleId rule) {
    RuleState& state = of(rule);
    if (state.node) return *state.node;
    if (state.pattern) {
      BYEOL_TRY(state.node, regular(*state.pattern, kMostStates));
      if (state.node) return *state.node;
      state.pattern.reset();
    }
    state.node = builder_.declare(definitions_.rules()[static_cast<std::size_t>(rule)].name);
    waiting_.push_back(rule);
    return *state.node;
  }

  Result<NodeId> rule_body(RuleId rule) {
    return parts(definitions_.rules()[static_cast<std::size_t>(rule)].body);
  }

  // As one automaton where that can be, else of its parts.
  Result<NodeId> node(ExpressionId id) {
    const Expression& expression = definitions_.at(id);
    if (expression.kind == ExpressionKind::kText) return builder_.text(expression.text);
    if (expression.kind == ExpressionKind::kReference) return rule_node(expression.rule);
    if (const std::optional<std::string> whole = pattern(id)) {
      BYEOL_TRY(const std::optional<NodeId> made, regular(*whole, kMostStates));
      if (made) return *made;
    }
    return parts(id);
  }

  Result<NodeId> parts(ExpressionId id) {
    const Expression& expression = definitions_.at(id);
    switch (expression.kind) {
      case ExpressionKind::kText:
        return builder_.text(expression.text);
      case ExpressionKind::kReference:
        return rule_node(expression.rule);
      case ExpressionKind::kPattern: {
        Result<std::optional<NodeId>> made = automaton(expression.text, definitions_.budget());
        if (!made) return error_at(expression.place, made.error().message, made.error().code);
        return **made;
      }
      case ExpressionKind::kRepeat: {
        BYEOL_TRY(const NodeId child, node(expression.children[0]));
        return builder_.repeat(child, expression.min, expression.max);
      }
      case ExpressionKind::kSequence: {
        BYEOL_TRY(std::vector<NodeId> made, pieces(expression.children));
        return builder_.sequence(std::move(made));
      }
      case ExpressionKind::kChoice: {
        std::vector<NodeId> made;
        for (const ExpressionId child : expression.children) {
          BYEOL_TRY(made.emplace_back(), node(child));
        }
        return builder_.choice(std::move(made));
      }
    }
    BYEOL_CHECK(false);
  }

  // Of a sequence: neighbours that are regular are one automaton.
  Result<std::vector<NodeId>> pieces(const std::vector<ExpressionId>& children) {
    std::vector<NodeId> made;
    for (std::size_t i = 0; i < children.size();) {
      std::string joined;
      std::size_t end = i;
      for (; end < children.size(); ++end) {
        const std::optional<std::string> part = pattern(children[end]);
        if (!part || joined.size() + part->size() > kLongestPattern) break;
        joined += *part;
      }
      std::optional<NodeId> one;
      if (end > i + 1) {
        BYEOL_TRY(one, regular(joined, kMostStates));
      }
      if (one) {
        made.push_back(*one);
        i = end;
        continue;
      }
      for (const std::size_t next = std::max(end, i + 1); i < next; ++i) {
        BYEOL_TRY(made.emplace_back(), node(children[i]));
      }
    }
    return made;
  }

  Definitions& definitions_;
  GrammarBuilder& builder_;
  std::vector<RuleState> rules_;
  std::vector<RuleId> waiting_;
};

}  // namespace

Result<NodeId> Definitions::compile(std::string_view root, GrammarBuilder& builder) {
  if (!is_defined(root))
    return Error{ErrorCode::kInvalidArgument,
                 "the grammar has no rule \"" + std::string(root) + "\", its root"};
  for (const Rule& rule : rules_)
    if (rule.body < 0) return error_at(rule.place, "the rule \"" + rule.name + "\" is not defined");
  BYEOL_TRY_OK(repeat_instead_of_recursing(*this));
  return Compiler(*this, builder).compile(by_name_.find(root)->second);
}

}  // namespace byeol::constrain
