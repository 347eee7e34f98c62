#include "model/template/compare.h"
#include "model/template/interpreter.h"
#include "model/template/print.h"

namespace byeol::model::jinja {

Result<Value> Interpreter::evaluate(const Expression& expression, Scope& scope) {
  if (!budget().allows_call_nesting(++nesting_)) return exhausted(expression.at);
  BYEOL_TRY(Value value, evaluate_inside(expression, scope));
  --nesting_;
  if (budget().exhausted()) return exhausted(expression.at);
  return value;
}

Result<Value> Interpreter::evaluate_inside(const Expression& expression, Scope& scope) {
  const auto& items = expression.items;
  switch (expression.kind) {
    case ExpressionKind::kConstant:
      return expression.constant;
    case ExpressionKind::kName:
      return look_up(expression.text, scope);
    case ExpressionKind::kList:
    case ExpressionKind::kTuple:
      return evaluate_list(expression, scope);
    case ExpressionKind::kMapping:
      return evaluate_mapping(expression, scope);
    case ExpressionKind::kAttribute: {
      BYEOL_TRY(const Value value, evaluate(*items[0], scope));
      return located(attribute(value, expression.text), expression.at);
    }
    case ExpressionKind::kItem: {
      BYEOL_TRY(const Value value, evaluate(*items[0], scope));
      BYEOL_TRY(const Value key, evaluate(*items[1], scope));
      return located(item(value, key), expression.at);
    }
    case ExpressionKind::kSlice:
      return evaluate_slice(expression, scope);
    case ExpressionKind::kCall:
      return evaluate_call(expression, scope);
    case ExpressionKind::kFilter:
      return evaluate_filter(expression, nullptr, scope);
    case ExpressionKind::kTest:
      return evaluate_test(expression, scope);
    case ExpressionKind::kNegate: {
      BYEOL_TRY(const Value value, evaluate(*items[0], scope));
      return located(negate(value), expression.at);
    }
    case ExpressionKind::kPlus: {
      BYEOL_TRY(const Value value, evaluate(*items[0], scope));
      return located(compute(heap_, Operator::kAdd, Value(std::int64_t{0}), value), expression.at);
    }
    case ExpressionKind::kNot: {
      BYEOL_TRY(const Value value, evaluate(*items[0], scope));
      return Value(!is_true(value));
    }
    case ExpressionKind::kAnd:
    case ExpressionKind::kOr: {
      const bool stops_at = expression.kind == ExpressionKind::kOr;
      Value value;
      for (const ExpressionPtr& operand : items) {
        BYEOL_TRY(value, evaluate(*operand, scope));
        if (is_true(value) == stops_at) break;
      }
      return value;
    }
    case ExpressionKind::kConcat:
      return evaluate_concat(expression, scope);
    case ExpressionKind::kCompute: {
      BYEOL_TRY(const Value a, evaluate(*items[0], scope));
      BYEOL_TRY(const Value b, evaluate(*items[1], scope));
      return located(compute(heap_, expression.operation, a, b), expression.at);
    }
    case ExpressionKind::kCompare:
      return evaluate_comparison(expression, scope);
    case ExpressionKind::kConditional:
      return evaluate_conditional(expression, scope);
  }
  return Value();
}

Result<Value> Interpreter::evaluate_list(const Expression& expression, Scope& scope) {
  std::vector<Value> values;
  values.reserve(expression.items.size());
  for (const ExpressionPtr& item : expression.items) {
    BYEOL_TRY(Value value, evaluate(*item, scope));
    values.push_back(std::move(value));
  }
  return heap_.sequence(std::move(values),
                        expression.kind == ExpressionKind::kList ? Kind::kList : Kind::kTuple);
}

Result<Value> Interpreter::evaluate_mapping(const Expression& expression, Scope& scope) {
  Mapping& mapping = heap_.make<Mapping>();
  for (std::size_t i = 0; i < expression.items.size(); i += 2) {
    BYEOL_TRY(Value key, evaluate(*expression.items[i], scope));
    BYEOL_TRY(Value value, evaluate(*expression.items[i + 1], scope));
    if (!is_key(budget(), key))
      return error_at(expression.items[i]->at,
                      std::string("a ") + kind_name(key.kind()) + " cannot be a key of a mapping");
    heap_.grow(2);
    mapping.set(std::move(key), std::move(value));
  }
  return Value(&mapping);
}

Result<Value> Interpreter::evaluate_slice(const Expression& expression, Scope& scope) {
  Value parts[4] = {none(), none(), none(), none()};
  for (std::size_t i = 0; i < 4; ++i)
    if (expression.items[i]) {
      BYEOL_TRY(parts[i], evaluate(*expression.items[i], scope));
    }
  return located(slice(parts[0], parts[1], parts[2], parts[3]), expression.at);
}

Result<Value> Interpreter::evaluate_concat(const Expression& expression, Scope& scope) {
  std::string text;
  for (const ExpressionPtr& item : expression.items) {
    BYEOL_TRY(const Value value, evaluate(*item, scope));
    const std::string part = to_text(budget(), value);
    if (!budget().fits_text(text.size() + part.size())) return exhausted(item->at);
    text += part;
  }
  return heap_.text(std::move(text));
}

Result<Value> Interpreter::evaluate_comparison(const Expression& expression, Scope& scope) {
  BYEOL_TRY(Value left, evaluate(*expression.items[0], scope));
  for (std::size_t i = 0; i < expression.comparisons.size(); ++i) {
    BYEOL_TRY(Value right, evaluate(*expression.items[i + 1], scope));
    BYEOL_TRY(const bool holds,
              located(compare(expression.comparisons[i], left, right), expression.at));
    if (!holds) return Value(false);
    left = std::move(right);
  }
  return Value(true);
}

Result<bool> Interpreter::compare(Comparison comparison, const Value& a, const Value& b) {
  switch (comparison) {
    case Comparison::kEqual:
      return equal(budget(), a, b);
    case Comparison::kNotEqual:
      return !equal(budget(), a, b);
    case Comparison::kIn:
      return contains(budget(), b, a);
    case Comparison::kNotIn: {
      BYEOL_TRY(const bool contained, contains(budget(), b, a));
      return !contained;
    }
    default:
      break;
  }
  BYEOL_TRY(const std::partial_ordering found, order(budget(), a, b));
  switch (comparison) {
    case Comparison::kLess:
      return found < 0;
    case Comparison::kLessEqual:
      return found <= 0;
    case Comparison::kGreater:
      return found > 0;
    default:
      return found >= 0;
  }
}

Result<Value> Interpreter::evaluate_conditional(const Expression& expression, Scope& scope) {
  BYEOL_TRY(const Value condition, evaluate(*expression.items[1], scope));
  if (is_true(condition)) return evaluate(*expression.items[0], scope);
  if (expression.items[2]) return evaluate(*expression.items[2], scope);
  return heap_.undefined("the inline if has no else and its condition is false");
}

}  // namespace byeol::model::jinja
