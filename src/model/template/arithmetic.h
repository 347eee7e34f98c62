// Python's arithmetic on values: + - * / // % ** and unary minus. Integers that leave 64 bits, a
// division by zero and operands that do not go together are errors that name the operator.
#pragma once

#include "base/result.h"
#include "model/template/value.h"

namespace byeol::model::jinja {

enum class Operator { kAdd, kSubtract, kMultiply, kDivide, kFloorDivide, kModulo, kPower };

const char* operator_text(Operator operation);
Result<Value> compute(Heap& heap, Operator operation, const Value& a, const Value& b);
Result<Value> negate(const Value& value);

}  // namespace byeol::model::jinja
