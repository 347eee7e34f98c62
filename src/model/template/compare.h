// Python's truth, equality, order and membership. Walks of nested values are charged to the budget;
// once it is exhausted the answer means nothing and the interpreter stops.
#pragma once

#include <compare>
#include <string_view>

#include "base/result.h"
#include "model/template/value.h"

namespace byeol::model::jinja {

bool is_true(const Value& value);
bool equal(Budget& budget, const Value& a, const Value& b, int depth = 0);
// An error where Python would raise TypeError, e.g. for "a" < 1.
Result<std::partial_ordering> order(Budget& budget, const Value& a, const Value& b, int depth = 0);
Result<bool> contains(Budget& budget, const Value& container, const Value& item);

// Keys of mappings: None, numbers, strings and tuples of up to 16 of these (not of tuples:
// comparing stays short).
bool is_key(Budget& budget, const Value& value);
// A total order of keys in which equal ones (1, 1.0 and true) are the same; NaN is itself.
std::strong_ordering order_keys(const Value& a, const Value& b);
std::strong_ordering order_keys(const Value& a, std::string_view b);

const char* kind_name(Kind kind);  // As Python says it: "str", "dict" …
Error undefined_error(const Value& undefined);

}  // namespace byeol::model::jinja
