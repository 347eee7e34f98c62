// The tests behind `is`.
#include "model/template/arithmetic.h"
#include "model/template/call.h"
#include "model/template/compare.h"
#include "model/template/print.h"
#include "model/template/text.h"

namespace byeol::model::jinja {
namespace {

template <Kind wanted>
Result<Value> is_kind(Call& call) {
  return Value(call.self.is(wanted));
}

Result<Value> is_defined(Call& call) {
  return Value(!call.self.is(Kind::kUndefined));
}
Result<Value> is_number_test(Call& call) {
  return Value(call.self.is_number());
}

Result<Value> is_true_test(Call& call) {
  return Value(call.self.is(Kind::kBoolean) && call.self.boolean());
}

Result<Value> is_false_test(Call& call) {
  return Value(call.self.is(Kind::kBoolean) && !call.self.boolean());
}

Result<Value> is_sequence_test(Call& call) {
  const Kind kind = call.self.kind();
  return Value(kind == Kind::kString || kind == Kind::kList || kind == Kind::kTuple ||
               kind == Kind::kMapping || kind == Kind::kUndefined);
}

Result<Value> is_iterable(Call& call) {
  const Kind kind = call.self.kind();
  return Value(kind == Kind::kString || kind == Kind::kMapping || kind == Kind::kUndefined ||
               kind == Kind::kLoop || call.self.is_sequence());
}

Result<Value> is_callable(Call& call) {
  const Kind kind = call.self.kind();
  return Value(kind == Kind::kCallable || kind == Kind::kJoiner || kind == Kind::kUndefined ||
               kind == Kind::kLoop);
}

Result<Value> remainder(Call& call, const Value& divisor) {
  return compute(call.heap, Operator::kModulo, call.self, divisor);
}

Result<Value> is_divisible_by(Call& call) {
  BYEOL_TRY(const Value rest, remainder(call, *call.argument(0)));
  return Value(!is_true(rest));
}

Result<Value> is_even(Call& call) {
  BYEOL_TRY(const Value rest, remainder(call, Value(std::int64_t{2})));
  return Value(!is_true(rest));
}

Result<Value> is_odd(Call& call) {
  BYEOL_TRY(const Value rest, remainder(call, Value(std::int64_t{2})));
  return Value(rest.is_number() && rest.number() == 1.0);
}

Result<Value> is_in(Call& call) {
  BYEOL_TRY(const bool found, contains(call.budget(), *call.argument(0), call.self));
  return Value(found);
}

Result<Value> is_same_as(Call& call) {
  const Value& a = call.self;
  const Value& b = *call.argument(0);
  if (a.kind() != b.kind()) return Value(false);
  if (a.is_number() || a.is(Kind::kString)) return Value(equal(call.budget(), a, b));
  return Value(a.is(Kind::kNone) || (a.identity() != nullptr && a.identity() == b.identity()));
}

Result<Value> is_equal(Call& call) {
  return Value(equal(call.budget(), call.self, *call.argument(0)));
}

Result<Value> is_not_equal(Call& call) {
  return Value(!equal(call.budget(), call.self, *call.argument(0)));
}

template <typename Holds>
Result<Value> ordered(Call& call, Holds holds) {
  BYEOL_TRY(const std::partial_ordering found, order(call.budget(), call.self, *call.argument(0)));
  return Value(static_cast<bool>(holds(found)));
}

Result<Value> is_less(Call& call) {
  return ordered(call, [](std::partial_ordering found) { return found < 0; });
}
Result<Value> is_less_equal(Call& call) {
  return ordered(call, [](std::partial_ordering found) { return found <= 0; });
}
Result<Value> is_greater(Call& call) {
  return ordered(call, [](std::partial_ordering found) { return found > 0; });
}
Result<Value> is_greater_equal(Call& call) {
  return ordered(call, [](std::partial_ordering found) { return found >= 0; });
}

Result<Value> is_upper_test(Call& call) {
  return Value(has_case(to_text(call.budget(), call.self), true));
}
Result<Value> is_lower_test(Call& call) {
  return Value(has_case(to_text(call.budget(), call.self), false));
}

Result<Value> is_filter(Call& call) {
  return Value(call.self.is(Kind::kString) && find_filter(call.self.string()));
}
Result<Value> is_test(Call& call) {
  return Value(call.self.is(Kind::kString) && find_test(call.self.string()));
}
Result<Value> is_escaped(Call&) {
  return Value(false);
}

constexpr Native kTests[] = {
    {"defined", "", 0, is_defined},
    {"undefined", "", 0, is_kind<Kind::kUndefined>},
    {"none", "", 0, is_kind<Kind::kNone>},
    {"boolean", "", 0, is_kind<Kind::kBoolean>},
    {"true", "", 0, is_true_test},
    {"false", "", 0, is_false_test},
    {"integer", "", 0, is_kind<Kind::kInteger>},
    {"float", "", 0, is_kind<Kind::kFloat>},
    {"number", "", 0, is_number_test},
    {"string", "", 0, is_kind<Kind::kString>},
    {"mapping", "", 0, is_kind<Kind::kMapping>},
    {"sequence", "", 0, is_sequence_test},
    {"iterable", "", 0, is_iterable},
    {"callable", "", 0, is_callable},
    {"divisibleby", "num", 1, is_divisible_by},
    {"even", "", 0, is_even},
    {"odd", "", 0, is_odd},
    {"in", "seq", 1, is_in},
    {"sameas", "other", 1, is_same_as},
    {"eq", "other", 1, is_equal},
    {"equalto", "other", 1, is_equal},
    {"==", "other", 1, is_equal},
    {"ne", "other", 1, is_not_equal},
    {"!=", "other", 1, is_not_equal},
    {"lt", "other", 1, is_less},
    {"lessthan", "other", 1, is_less},
    {"<", "other", 1, is_less},
    {"le", "other", 1, is_less_equal},
    {"<=", "other", 1, is_less_equal},
    {"gt", "other", 1, is_greater},
    {"greaterthan", "other", 1, is_greater},
    {">", "other", 1, is_greater},
    {"ge", "other", 1, is_greater_equal},
    {">=", "other", 1, is_greater_equal},
    {"upper", "", 0, is_upper_test},
    {"lower", "", 0, is_lower_test},
    {"filter", "", 0, is_filter},
    {"test", "", 0, is_test},
    {"escaped", "", 0, is_escaped},
};

}  // namespace

std::span<const Native> predicates() {
  return kTests;
}

}  // namespace byeol::model::jinja
