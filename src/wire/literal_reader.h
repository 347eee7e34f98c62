// Reads literals as Python and FunctionGemma write them, into JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "wire/json_fields.h"

namespace byeol::wire {

class LiteralReader {
 public:
  explicit LiteralReader(std::string_view text) : text_(text) {}

  // Each skips white space first. What fails leaves the place undefined: the text is no literal.
  bool at_end();
  bool take(std::string_view word);
  std::string_view name();  // Letters, digits, _, - and .; perhaps none.
  std::optional<Json> value(int depth = 0);
  // KEY SEPARATOR VALUE, … CLOSE, as an object; the opening bracket was taken.
  std::optional<Json> pairs(std::string_view separator, std::string_view close, int depth);

 private:
  void skip();
  std::optional<std::string> string();
  std::optional<std::string> key();
  std::optional<Json> list(std::string_view close, int depth);
  std::optional<Json> word_or_number();

  std::string_view text_;
};

}  // namespace byeol::wire
