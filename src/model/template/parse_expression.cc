#include <algorithm>

#include "model/template/parser.h"

namespace byeol::model::jinja {
namespace {

Expression node(ExpressionKind kind, Position at) {
  Expression expression;
  expression.kind = kind;
  expression.at = at;
  return expression;
}

struct ComparisonText {
  std::string_view text;
  Comparison comparison;
};
constexpr ComparisonText kComparisons[] = {
    {"==", Comparison::kEqual},  {"!=", Comparison::kNotEqual},
    {"<", Comparison::kLess},    {"<=", Comparison::kLessEqual},
    {">", Comparison::kGreater}, {">=", Comparison::kGreaterEqual},
};

}  // namespace

Result<ExpressionPtr> Parser::finish(Expression expression) {
  int depth = 0;
  for (const ExpressionPtr& item : expression.items)
    if (item) depth = std::max(depth, item->depth);
  for (const ArgumentSyntax& argument : expression.arguments)
    depth = std::max(depth, argument.value->depth);
  expression.depth = depth + 1;
  if (expression.depth > kMaxSyntaxNesting)
    return error_at(expression.at, "the expression is nested deeper than " +
                                       std::to_string(kMaxSyntaxNesting) + " levels");
  return ExpressionPtr(std::make_unique<Expression>(std::move(expression)));
}

Result<ExpressionPtr> Parser::finish(ExpressionKind kind, Position at, ExpressionPtr first,
                                     ExpressionPtr second) {
  Expression expression = node(kind, at);
  expression.items.push_back(std::move(first));
  if (second) expression.items.push_back(std::move(second));
  return finish(std::move(expression));
}

Result<ExpressionPtr> Parser::parse_expression() {
  BYEOL_TRY_OK(enter());
  BYEOL_TRY(ExpressionPtr value, parse_or());
  while (is_word("if")) {
    Expression conditional = node(ExpressionKind::kConditional, take().at);
    BYEOL_TRY(ExpressionPtr condition, parse_or());
    ExpressionPtr otherwise;
    if (take_word("else")) {
      BYEOL_TRY(otherwise, parse_expression());
    }
    conditional.items.push_back(std::move(value));
    conditional.items.push_back(std::move(condition));
    conditional.items.push_back(std::move(otherwise));
    BYEOL_TRY(value, finish(std::move(conditional)));
  }
  leave();
  return value;
}

bool Parser::is_tuple_end() const {
  return current().kind == TokenKind::kPrintEnd || current().kind == TokenKind::kBlockEnd ||
         is_operator(")") || is_word("recursive");
}

Result<ExpressionPtr> Parser::parse_tuple(bool may_be_conditional, bool in_parentheses) {
  Expression tuple = node(ExpressionKind::kTuple, current().at);
  bool is_tuple = false;
  while (!is_tuple_end()) {
    BYEOL_TRY(ExpressionPtr item, may_be_conditional ? parse_expression() : parse_or());
    tuple.items.push_back(std::move(item));
    if (!take_operator(",")) break;
    is_tuple = true;
  }
  if (!is_tuple && !tuple.items.empty()) return std::move(tuple.items.front());
  if (!is_tuple && !in_parentheses) return expected("an expression");
  return finish(std::move(tuple));
}

Result<ExpressionPtr> Parser::parse_or() {
  BYEOL_TRY(ExpressionPtr first, parse_and());
  if (!is_word("or")) return first;
  Expression any = node(ExpressionKind::kOr, current().at);
  any.items.push_back(std::move(first));
  while (take_word("or")) {
    BYEOL_TRY(ExpressionPtr other, parse_and());
    any.items.push_back(std::move(other));
  }
  return finish(std::move(any));
}

Result<ExpressionPtr> Parser::parse_and() {
  BYEOL_TRY(ExpressionPtr first, parse_not());
  if (!is_word("and")) return first;
  Expression all = node(ExpressionKind::kAnd, current().at);
  all.items.push_back(std::move(first));
  while (take_word("and")) {
    BYEOL_TRY(ExpressionPtr other, parse_not());
    all.items.push_back(std::move(other));
  }
  return finish(std::move(all));
}

Result<ExpressionPtr> Parser::parse_not() {
  if (!is_word("not")) return parse_comparison();
  const Position at = take().at;
  BYEOL_TRY_OK(enter());
  BYEOL_TRY(ExpressionPtr value, parse_not());
  leave();
  return finish(ExpressionKind::kNot, at, std::move(value));
}

Result<ExpressionPtr> Parser::parse_comparison() {
  BYEOL_TRY(ExpressionPtr first, parse_sum());
  Expression chain = node(ExpressionKind::kCompare, current().at);
  chain.items.push_back(std::move(first));
  for (;;) {
    const auto found = std::find_if(std::begin(kComparisons), std::end(kComparisons),
                                    [&](const auto& row) { return is_operator(row.text); });
    if (found != std::end(kComparisons)) {
      take();
      chain.comparisons.push_back(found->comparison);
    } else if (take_word("in")) {
      chain.comparisons.push_back(Comparison::kIn);
    } else if (is_word("not") && next().kind == TokenKind::kName && next().text == "in") {
      take();
      take();
      chain.comparisons.push_back(Comparison::kNotIn);
    } else {
      break;
    }
    BYEOL_TRY(ExpressionPtr other, parse_sum());
    chain.items.push_back(std::move(other));
  }
  if (chain.comparisons.empty()) return std::move(chain.items.front());
  return finish(std::move(chain));
}

Result<ExpressionPtr> Parser::parse_sum() {
  BYEOL_TRY(ExpressionPtr left, parse_concat());
  while (is_operator("+") || is_operator("-")) {
    Expression sum = node(ExpressionKind::kCompute, current().at);
    sum.operation = take().text == "+" ? Operator::kAdd : Operator::kSubtract;
    BYEOL_TRY(ExpressionPtr right, parse_concat());
    sum.items.push_back(std::move(left));
    sum.items.push_back(std::move(right));
    BYEOL_TRY(left, finish(std::move(sum)));
  }
  return left;
}

Result<ExpressionPtr> Parser::parse_concat() {
  BYEOL_TRY(ExpressionPtr first, parse_product());
  if (!is_operator("~")) return first;
  Expression joined = node(ExpressionKind::kConcat, current().at);
  joined.items.push_back(std::move(first));
  while (take_operator("~")) {
    BYEOL_TRY(ExpressionPtr other, parse_product());
    joined.items.push_back(std::move(other));
  }
  return finish(std::move(joined));
}

Result<ExpressionPtr> Parser::parse_product() {
  BYEOL_TRY(ExpressionPtr left, parse_power());
  for (;;) {
    Expression product = node(ExpressionKind::kCompute, current().at);
    if (take_operator("*")) {
      product.operation = Operator::kMultiply;
    } else if (take_operator("/")) {
      product.operation = Operator::kDivide;
    } else if (take_operator("//")) {
      product.operation = Operator::kFloorDivide;
    } else if (take_operator("%")) {
      product.operation = Operator::kModulo;
    } else {
      return left;
    }
    BYEOL_TRY(ExpressionPtr right, parse_power());
    product.items.push_back(std::move(left));
    product.items.push_back(std::move(right));
    BYEOL_TRY(left, finish(std::move(product)));
  }
}

Result<ExpressionPtr> Parser::parse_power() {
  BYEOL_TRY(ExpressionPtr left, parse_unary(true));
  while (is_operator("**")) {  // From left to right, as jinja2 does and Python does not.
    Expression power = node(ExpressionKind::kCompute, take().at);
    power.operation = Operator::kPower;
    BYEOL_TRY(ExpressionPtr right, parse_unary(true));
    power.items.push_back(std::move(left));
    power.items.push_back(std::move(right));
    BYEOL_TRY(left, finish(std::move(power)));
  }
  return left;
}

Result<ExpressionPtr> Parser::parse_unary(bool with_filters) {
  ExpressionPtr value;
  if (is_operator("-") || is_operator("+")) {
    const Token sign = take();
    BYEOL_TRY_OK(enter());
    BYEOL_TRY(ExpressionPtr inner, parse_unary(false));
    leave();
    BYEOL_TRY(value, finish(sign.text == "-" ? ExpressionKind::kNegate : ExpressionKind::kPlus,
                            sign.at, std::move(inner)));
  } else {
    BYEOL_TRY(value, parse_primary());
  }
  BYEOL_TRY(value, parse_postfix(std::move(value)));
  if (!with_filters) return value;
  return parse_filters_and_tests(std::move(value));
}

Result<ExpressionPtr> Parser::parse_primary() {
  Expression constant = node(ExpressionKind::kConstant, current().at);
  switch (current().kind) {
    case TokenKind::kName:
      return parse_name();
    case TokenKind::kString: {
      std::string text;
      while (current().kind == TokenKind::kString) text += take().text;
      constant.constant = constant_text(std::move(text));
      return finish(std::move(constant));
    }
    case TokenKind::kInteger:
      constant.constant = Value(take().integer);
      return finish(std::move(constant));
    case TokenKind::kFloat:
      constant.constant = Value(take().number);
      return finish(std::move(constant));
    default:
      break;
  }
  if (is_operator("[")) return parse_list();
  if (is_operator("{")) return parse_mapping();
  if (!take_operator("(")) return expected("an expression");
  BYEOL_TRY_OK(enter());
  BYEOL_TRY(ExpressionPtr value, parse_tuple(true, true));
  leave();
  BYEOL_TRY_OK(expect_operator(")"));
  return value;
}

Result<ExpressionPtr> Parser::parse_name() {
  Expression named = node(ExpressionKind::kConstant, current().at);
  const Token token = take();
  const std::string_view name = token.text;
  if (name == "true" || name == "True" || name == "false" || name == "False") {
    named.constant = Value(name == "true" || name == "True");
  } else if (name == "none" || name == "None") {
    named.constant = none();
  } else {
    named.kind = ExpressionKind::kName;
    for (MacroUses& uses : macros_) {
      uses.varargs |= name == "varargs";
      uses.kwargs |= name == "kwargs";
      uses.caller |= name == "caller";
    }
    named.text = name;
  }
  return finish(std::move(named));
}

Result<ExpressionPtr> Parser::parse_list() {
  Expression list = node(ExpressionKind::kList, take().at);
  while (!is_operator("]")) {
    BYEOL_TRY(ExpressionPtr item, parse_expression());
    list.items.push_back(std::move(item));
    if (!take_operator(",")) break;
  }
  BYEOL_TRY_OK(expect_operator("]"));
  return finish(std::move(list));
}

Result<ExpressionPtr> Parser::parse_mapping() {
  Expression mapping = node(ExpressionKind::kMapping, take().at);
  while (!is_operator("}")) {
    BYEOL_TRY(ExpressionPtr key, parse_expression());
    BYEOL_TRY_OK(expect_operator(":"));
    BYEOL_TRY(ExpressionPtr value, parse_expression());
    mapping.items.push_back(std::move(key));
    mapping.items.push_back(std::move(value));
    if (!take_operator(",")) break;
  }
  BYEOL_TRY_OK(expect_operator("}"));
  return finish(std::move(mapping));
}

Result<ExpressionPtr> Parser::parse_postfix(ExpressionPtr value) {
  for (;;) {
    if (is_operator(".") || is_operator("[")) {
      BYEOL_TRY(value, parse_subscript(std::move(value)));
    } else if (is_operator("(")) {
      Expression call = node(ExpressionKind::kCall, current().at);
      BYEOL_TRY(call.arguments, parse_arguments());
      call.items.push_back(std::move(value));
      BYEOL_TRY(value, finish(std::move(call)));
    } else {
      return value;
    }
  }
}

Result<ExpressionPtr> Parser::parse_filters_and_tests(ExpressionPtr value) {
  for (;;) {
    if (take_operator("|")) {
      BYEOL_TRY(value, parse_filter(std::move(value)));
    } else if (take_word("is")) {
      BYEOL_TRY(value, parse_test(std::move(value)));
    } else if (is_operator("(")) {
      BYEOL_TRY(value, parse_postfix(std::move(value)));
    } else {
      return value;
    }
  }
}

Result<std::string> Parser::parse_dotted_name() {
  BYEOL_TRY(std::string name, expect_name());
  while (take_operator(".")) {
    BYEOL_TRY(const std::string part, expect_name());
    name += "." + part;
  }
  return name;
}

Result<ExpressionPtr> Parser::parse_filter(ExpressionPtr value) {
  Expression filter = node(ExpressionKind::kFilter, current().at);
  BYEOL_TRY(filter.text, parse_dotted_name());
  if (is_operator("(")) {
    BYEOL_TRY(filter.arguments, parse_arguments());
  }
  filter.items.push_back(std::move(value));
  return finish(std::move(filter));
}

Result<ExpressionPtr> Parser::parse_test(ExpressionPtr value) {
  const Position at = current().at;
  const bool negated = take_word("not");
  Expression test = node(ExpressionKind::kTest, current().at);
  BYEOL_TRY(test.text, parse_dotted_name());
  const TokenKind kind = current().kind;
  const bool starts_operand = kind == TokenKind::kName || kind == TokenKind::kString ||
                              kind == TokenKind::kInteger || kind == TokenKind::kFloat ||
                              is_operator("[") || is_operator("{");
  if (is_operator("(")) {
    BYEOL_TRY(test.arguments, parse_arguments());
  } else if (starts_operand && !is_word("else") && !is_word("or") && !is_word("and")) {
    if (is_word("is")) return expected("'and' or 'or' between two tests");
    BYEOL_TRY(ExpressionPtr operand, parse_primary());
    BYEOL_TRY(operand, parse_postfix(std::move(operand)));
    test.arguments.push_back({ArgumentSyntax::Kind::kPositional, {}, std::move(operand)});
  }
  test.items.push_back(std::move(value));
  BYEOL_TRY(ExpressionPtr tested, finish(std::move(test)));
  if (!negated) return tested;
  return finish(ExpressionKind::kNot, at, std::move(tested));
}

Result<ExpressionPtr> Parser::parse_subscript(ExpressionPtr value) {
  const Token opener = take();
  if (opener.text == ".") {
    const Token key = take();
    if (key.kind == TokenKind::kName) {
      Expression attribute = node(ExpressionKind::kAttribute, opener.at);
      attribute.text = key.text;
      attribute.items.push_back(std::move(value));
      return finish(std::move(attribute));
    }
    if (key.kind != TokenKind::kInteger)
      return error_at(key.at, "expected a name or a number after '.'");
    Expression index = node(ExpressionKind::kConstant, key.at);
    index.constant = Value(key.integer);
    BYEOL_TRY(ExpressionPtr constant, finish(std::move(index)));
    return finish(ExpressionKind::kItem, opener.at, std::move(value), std::move(constant));
  }
  if (is_operator(":")) {
    BYEOL_TRY(ExpressionPtr slice, parse_slice(std::move(value), nullptr, opener.at));
    BYEOL_TRY_OK(expect_operator("]"));
    return slice;
  }
  Expression keys = node(ExpressionKind::kTuple, opener.at);
  while (!is_operator("]")) {
    BYEOL_TRY(ExpressionPtr key, parse_expression());
    if (keys.items.empty() && is_operator(":")) {
      BYEOL_TRY(ExpressionPtr slice, parse_slice(std::move(value), std::move(key), opener.at));
      BYEOL_TRY_OK(expect_operator("]"));
      return slice;
    }
    keys.items.push_back(std::move(key));
    if (!take_operator(",")) break;
  }
  BYEOL_TRY_OK(expect_operator("]"));
  if (keys.items.size() == 1)
    return finish(ExpressionKind::kItem, opener.at, std::move(value), std::move(keys.items[0]));
  BYEOL_TRY(ExpressionPtr key, finish(std::move(keys)));
  return finish(ExpressionKind::kItem, opener.at, std::move(value), std::move(key));
}

// At the first colon.
Result<ExpressionPtr> Parser::parse_slice(ExpressionPtr value, ExpressionPtr start, Position at) {
  Expression slice = node(ExpressionKind::kSlice, at);
  ExpressionPtr stop;
  ExpressionPtr step;
  take();
  if (!is_operator(":") && !is_operator("]")) {
    BYEOL_TRY(stop, parse_expression());
  }
  if (take_operator(":") && !is_operator("]")) {
    BYEOL_TRY(step, parse_expression());
  }
  slice.items.push_back(std::move(value));
  slice.items.push_back(std::move(start));
  slice.items.push_back(std::move(stop));
  slice.items.push_back(std::move(step));
  return finish(std::move(slice));
}

Result<std::vector<ArgumentSyntax>> Parser::parse_arguments() {
  using Way = ArgumentSyntax::Kind;
  std::vector<ArgumentSyntax> arguments;
  Way last = Way::kPositional;
  take();
  while (!is_operator(")")) {
    ArgumentSyntax argument{Way::kPositional, {}, nullptr};
    if (take_operator("*")) {
      argument.kind = Way::kSpreadList;
    } else if (take_operator("**")) {
      argument.kind = Way::kSpreadMapping;
    } else if (current().kind == TokenKind::kName && next().kind == TokenKind::kOperator &&
               next().text == "=") {
      argument.kind = Way::kNamed;
      argument.name = take().text;
      take();
    }
    if (argument.kind == Way::kPositional && last != Way::kPositional)
      return expected("a named argument: positional ones come first");
    last = std::max(last, argument.kind);
    BYEOL_TRY(argument.value, parse_expression());
    arguments.push_back(std::move(argument));
    if (!take_operator(",")) break;
  }
  BYEOL_TRY_OK(expect_operator(")"));
  return arguments;
}

}  // namespace byeol::model::jinja
