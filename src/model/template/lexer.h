// Template source → tokens, with the white-space rules of Hugging Face's environment: trim_blocks
// (the newline after %} or #} goes), lstrip_blocks (blanks before a line's {% or {# go), - and + at
// the ends of a tag, one newline at the end of the source goes, every newline becomes \n.
// Facts: jinja2 3.1, "Template Designer Documentation", section White space control.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace byeol::model::jinja {

struct Position {
  int line = 1;
  int column = 1;  // In code points.
};

// "chat template line 3, column 14: message", in UTF-8; of a message that a template made long, the
// beginning.
Error error_at(Position at, std::string_view message, ErrorCode code = ErrorCode::kInvalidArgument);

enum class TokenKind {
  kText,        // Template text between the tags.
  kPrintBegin,  // {{
  kPrintEnd,    // }}
  kBlockBegin,  // {%
  kBlockEnd,    // %}
  kName,
  kString,  // Escapes resolved.
  kInteger,
  kFloat,
  kOperator,
  kEnd,
};

struct Token {
  TokenKind kind;
  Position at;
  std::string text;  // Of text, names, strings (resolved) and operators.
  std::int64_t integer = 0;
  double number = 0.0;
};

// The last token is kEnd.
Result<std::vector<Token>> tokenize(std::string_view source);

}  // namespace byeol::model::jinja
