#include "model/template/arithmetic.h"

#include <cmath>
#include <limits>
#include <optional>

#include "model/template/compare.h"
#include "model/template/format.h"

namespace byeol::model::jinja {
namespace {

Error bad_operands(Operator operation, const Value& a, const Value& b) {
  return {ErrorCode::kInvalidArgument, std::string("'") + operator_text(operation) +
                                           "' does not go with " + kind_name(a.kind()) + " and " +
                                           kind_name(b.kind())};
}

Error too_large(Operator operation) {
  return {ErrorCode::kUnsupported, std::string("the result of '") + operator_text(operation) +
                                       "' does not fit in a 64-bit integer"};
}

Error zero_division(Operator operation) {
  return {ErrorCode::kInvalidArgument, std::string("'") + operator_text(operation) + "' by zero"};
}

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  const std::int64_t quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

double floor_modulo(double a, double b) {
  const double rest = std::fmod(a, b);
  if (rest == 0.0) return std::copysign(0.0, b);
  return (rest < 0) != (b < 0) ? rest + b : rest;
}

std::optional<std::int64_t> integer_power(std::int64_t base, std::int64_t exponent) {
  std::int64_t result = 1;
  if (exponent == 0 || base == 1) return 1;
  if (base == 0) return 0;
  if (base == -1) return exponent % 2 == 0 ? 1 : -1;
  for (std::int64_t i = 0; i < exponent; ++i)  // Overflows within 63 turns.
    if (__builtin_mul_overflow(result, base, &result)) return std::nullopt;
  return result;
}

Result<Value> compute_integers(Operator operation, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  switch (operation) {
    case Operator::kAdd:
      if (__builtin_add_overflow(a, b, &result)) return too_large(operation);
      return Value(result);
    case Operator::kSubtract:
      if (__builtin_sub_overflow(a, b, &result)) return too_large(operation);
      return Value(result);
    case Operator::kMultiply:
      if (__builtin_mul_overflow(a, b, &result)) return too_large(operation);
      return Value(result);
    case Operator::kDivide:
      if (b == 0) return zero_division(operation);
      return Value(static_cast<double>(a) / static_cast<double>(b));
    case Operator::kFloorDivide:
    case Operator::kModulo:
      if (b == 0) return zero_division(operation);
      if (b == -1) {  // The one divisor whose quotient can overflow.
        if (operation == Operator::kModulo) return Value(std::int64_t{0});
        if (__builtin_sub_overflow(std::int64_t{0}, a, &result)) return too_large(operation);
        return Value(result);
      }
      if (operation == Operator::kFloorDivide) return Value(floor_divide(a, b));
      return Value(a - floor_divide(a, b) * b);
    case Operator::kPower: {
      if (b < 0) {
        if (a == 0) return zero_division(operation);
        return Value(std::pow(static_cast<double>(a), static_cast<double>(b)));
      }
      const std::optional<std::int64_t> power = integer_power(a, b);
      if (!power) return too_large(operation);
      return Value(*power);
    }
  }
  return too_large(operation);
}

Result<Value> compute_floats(Operator operation, double a, double b) {
  switch (operation) {
    case Operator::kAdd:
      return Value(a + b);
    case Operator::kSubtract:
      return Value(a - b);
    case Operator::kMultiply:
      return Value(a * b);
    case Operator::kDivide:
      if (b == 0.0) return zero_division(operation);
      return Value(a / b);
    case Operator::kFloorDivide:
      if (b == 0.0) return zero_division(operation);
      return Value(std::floor((a - floor_modulo(a, b)) / b + 0.5));
    case Operator::kModulo:
      if (b == 0.0) return zero_division(operation);
      return Value(floor_modulo(a, b));
    case Operator::kPower:
      if (a == 0.0 && b < 0) return zero_division(operation);
      if (a < 0 && b != std::floor(b))
        return Error{ErrorCode::kUnsupported, "a negative number has no real fractional power"};
      return Value(std::pow(a, b));
  }
  return Value(0.0);
}

Result<Value> repeat(Heap& heap, const Value& value, std::int64_t times) {
  const auto count = static_cast<std::size_t>(times > 0 ? times : 0);
  std::size_t size = 0;
  if (value.is(Kind::kString)) {
    if (__builtin_mul_overflow(value.string().size(), count, &size)) size = kMaxTextBytes + 1;
    if (!heap.budget().allows_text(size)) return none();
    std::string repeated;
    repeated.reserve(size);
    for (std::size_t i = 0; size > 0 && i < count; ++i) repeated += value.string();
    return heap.text(std::move(repeated));
  }
  const auto& items = value.list().items;
  if (__builtin_mul_overflow(items.size(), count, &size))
    size = std::numeric_limits<std::size_t>::max();
  if (!heap.budget().allows_items(size, sizeof(Value))) return none();
  std::vector<Value> repeated;
  for (std::size_t i = 0; size > 0 && i < count; ++i)
    repeated.insert(repeated.end(), items.begin(), items.end());
  return heap.sequence(std::move(repeated), value.kind());
}

bool repeats(const Value& value) {
  return value.is(Kind::kString) || value.is(Kind::kList) || value.is(Kind::kTuple);
}

bool is_whole(const Value& value) {
  return value.is(Kind::kInteger) || value.is(Kind::kBoolean);
}

}  // namespace

const char* operator_text(Operator operation) {
  constexpr const char* kTexts[] = {"+", "-", "*", "/", "//", "%", "**"};
  return kTexts[static_cast<int>(operation)];
}

Result<Value> compute(Heap& heap, Operator operation, const Value& a, const Value& b) {
  if (operation == Operator::kModulo && a.is(Kind::kString))
    return format_percent(heap, a.string(), b);
  for (const Value* value : {&a, &b})
    if (value->is(Kind::kUndefined)) return undefined_error(*value);
  if (a.is_number() && b.is_number()) {
    if (a.is(Kind::kFloat) || b.is(Kind::kFloat))
      return compute_floats(operation, a.number(), b.number());
    return compute_integers(operation, a.integer(), b.integer());
  }
  if (operation == Operator::kMultiply) {
    if (repeats(a) && is_whole(b)) return repeat(heap, a, b.integer());
    if (repeats(b) && is_whole(a)) return repeat(heap, b, a.integer());
  }
  if (operation == Operator::kAdd && a.kind() == b.kind() && repeats(a)) {
    if (a.is(Kind::kString)) {
      if (!heap.budget().allows_text(a.string().size() + b.string().size())) return none();
      return heap.text(a.string() + b.string());
    }
    std::vector<Value> joined = a.list().items;
    joined.insert(joined.end(), b.list().items.begin(), b.list().items.end());
    return heap.sequence(std::move(joined), a.kind());
  }
  return bad_operands(operation, a, b);
}

Result<Value> negate(const Value& value) {
  if (value.is(Kind::kUndefined)) return undefined_error(value);
  if (value.is(Kind::kFloat)) return Value(-value.number());
  if (!is_whole(value))
    return Error{ErrorCode::kInvalidArgument,
                 std::string("'-' expected a number, found ") + kind_name(value.kind())};
  std::int64_t result = 0;
  if (__builtin_sub_overflow(std::int64_t{0}, value.integer(), &result))
    return too_large(Operator::kSubtract);
  return Value(result);
}

}  // namespace byeol::model::jinja
