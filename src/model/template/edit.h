// Edits of strings that a filter and a method share.
#pragma once

#include <string_view>

#include "base/result.h"
#include "model/template/value.h"

namespace byeol::model::jinja {

// str.replace(); count < 0: every occurrence.
Result<Value> replaced(Heap& heap, std::string_view text, std::string_view old_text,
                       std::string_view new_text, std::int64_t count);
// str.center()
Result<Value> centered(Heap& heap, std::string_view text, std::int64_t width,
                       std::string_view fill);

}  // namespace byeol::model::jinja
