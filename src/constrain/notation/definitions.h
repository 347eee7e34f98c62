// What GBNF and Lark have in common once they are read: rules that are expressions of one another.
//
// They become a grammar like this. A rule that repeats itself at its beginning or its end is
// written as a repetition, so that lists in either direction are neither left recursive nor deep.
// What contains no recursion is regular: the largest such pieces become one automaton each, unless
// that takes too many states; then they stay rules.
//
// Errors: kInvalidArgument with line and column. Threads: an object belongs to one.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "constrain/budget.h"
#include "constrain/grammar.h"
#include "constrain/notation/text_reader.h"

namespace byeol::constrain {

using ExpressionId = std::int32_t;
using RuleId = std::int32_t;

enum class ExpressionKind : std::uint8_t {
  kText,       // `text`, UTF-8.
  kPattern,    // `text`, a regular expression that matches all of its piece.
  kReference,  // To `rule`.
  kSequence,
  kChoice,
  kRepeat,  // Of its child, min to max times; max kUnlimited.
};

struct Expression {
  ExpressionKind kind = ExpressionKind::kSequence;
  std::string text;
  bool alone = false;  // Of kPattern: it looks around itself, so it is not part of a larger one.
  RuleId rule = -1;
  std::vector<ExpressionId> children;
  std::int64_t min = 0, max = 0;
  int depth = 1;  // Of its children's tree and itself, references not followed.
  Place place;
};

struct Rule {
  std::string name;
  ExpressionId body = -1;  // -1: not defined.
  Place place;             // Of its definition, or of the first reference to it.
};

class Definitions {
 public:
  // So whoever follows an expression down may recurse: groups, alternatives, signs of repetition.
  static constexpr int kDeepest = 400;

  explicit Definitions(Budget& budget) : budget_(budget) {}

  Result<ExpressionId> add(Expression expression);
  Result<ExpressionId> text(std::string utf8, Place place);
  Result<ExpressionId> pattern(std::string expression, Place place);
  Result<ExpressionId> reference(std::string_view name, Place place);
  Result<ExpressionId> sequence(std::vector<ExpressionId> children, Place place);
  Result<ExpressionId> choice(std::vector<ExpressionId> children, Place place);
  Result<ExpressionId> repeat(ExpressionId child, std::int64_t min, std::int64_t max, Place place);

  Result<RuleId> rule(std::string_view name, Place place);
  // kInvalidArgument: it has been defined.
  Status define(std::string_view name, ExpressionId body, Place place);
  bool is_defined(std::string_view name) const;

  // The node of `root`; what has been read is used up.
  Result<NodeId> compile(std::string_view root, GrammarBuilder& builder);

  const Expression& at(ExpressionId id) const { return expressions_[static_cast<std::size_t>(id)]; }
  std::vector<Rule>& rules() { return rules_; }
  Budget& budget() { return budget_; }

 private:
  // One alone stands for itself.
  Result<ExpressionId> of_children(ExpressionKind kind, std::vector<ExpressionId> children,
                                   Place place);

  Budget& budget_;
  std::vector<Expression> expressions_;
  std::vector<Rule> rules_;
  std::map<std::string, RuleId, std::less<>> by_name_;
};

// Arden's rule: A = x A | y is A = x* y, and A = A x | y is A = y x*.
Status repeat_instead_of_recursing(Definitions& definitions);

// A text as a regular expression of it.
std::string pattern_of(std::string_view utf8);
// One character of a regular expression, in a class or outside, that means itself.
std::string pattern_of(char32_t character);

}  // namespace byeol::constrain
