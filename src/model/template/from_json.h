// JSON → the values of one rendering.
#pragma once

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "model/template/value.h"

namespace byeol::model::jinja {

// An error if it is nested deeper than kMaxValueNesting. An integer above 2^63 becomes a float.
Result<Value> from_json(Heap& heap, const nlohmann::ordered_json& json, int depth = 0);

// That error alone: to be asked before copying what a stranger sent, for a copy recurses.
Status check_nesting(const nlohmann::ordered_json& json, int depth = 0);

}  // namespace byeol::model::jinja
