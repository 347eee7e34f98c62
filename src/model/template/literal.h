// The literals of the template language: Python's strings with their escapes, and its numbers.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/template/lexer.h"

namespace byeol::model::jinja {

struct Number {
  bool is_float = false;
  std::int64_t integer = 0;
  double number = 0.0;
};

// Both read at `at` and move it behind the literal; `here` is the place for an error.
Result<std::string> read_string(std::string_view source, std::size_t& at, Position here);
Result<Number> read_number_literal(std::string_view source, std::size_t& at, bool may_have_fraction,
                                   Position here);

}  // namespace byeol::model::jinja
