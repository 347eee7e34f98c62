// Values as text: Python's str() and repr(), and JSON as Hugging Face's tojson writes it
// (json.dumps with ensure_ascii = False, separators ", " and ": ").
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "model/template/value.h"

namespace byeol::model::jinja {

std::string float_repr(double number);  // The shortest digits that read back: 1.0, 1e-05, inf.

// str(): what {{ value }} writes. Stops early once the budget is exhausted.
std::string to_text(Budget& budget, const Value& value);
std::string to_repr(Budget& budget, const Value& value);

struct JsonStyle {
  bool ensure_ascii = false;
  std::optional<std::string> indent;  // Of one level; absent: one line.
  std::optional<std::string> item_separator;
  std::optional<std::string> key_separator;
  bool sort_keys = false;
};
Result<std::string> to_json(Budget& budget, const Value& value, const JsonStyle& style);

}  // namespace byeol::model::jinja
