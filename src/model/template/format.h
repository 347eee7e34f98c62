// Python's two ways to fill in a string: "%s: %d" % values and "{}: {x:>8}".format(values).
#pragma once

#include <string>

#include "base/result.h"
#include "model/template/call.h"
#include "model/template/value.h"

namespace byeol::model::jinja {

Result<Value> format_percent(Heap& heap, const std::string& pattern, const Value& values);
Result<Value> format_braces(Interpreter& interpreter, const std::string& pattern,
                            const Arguments& arguments);

}  // namespace byeol::model::jinja
