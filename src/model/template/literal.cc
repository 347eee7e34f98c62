#include "model/template/literal.h"

#include <charconv>

#include "base/utf8.h"
#include "model/template/quote.h"

namespace byeol::model::jinja {
namespace {

int digit_value(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
  return 99;
}

bool is_digit(std::string_view source, std::size_t at, int base) {
  return at < source.size() && digit_value(source[at]) < base;
}

// Digits with single underscores between them; appended to `digits` without these.
void read_digits(std::string_view source, std::size_t& at, int base, std::string& digits) {
  while (is_digit(source, at, base) ||
         (at < source.size() && source[at] == '_' && is_digit(source, at + 1, base))) {
    if (source[at] != '_') digits += source[at];
    ++at;
  }
}

// \xHH, \uXXXX, \UXXXXXXXX: false if the digits are missing.
bool append_hex_escape(std::string_view source, std::size_t& at, std::size_t digits,
                       std::string& text) {
  char32_t value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (!is_digit(source, at + i, 16)) return false;
    value = value * 16 + static_cast<char32_t>(digit_value(source[at + i]));
  }
  if (value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) return false;
  utf8::append(text, value);
  at += digits;
  return true;
}

// After a backslash.
bool append_escape(std::string_view source, std::size_t& at, std::string& text) {
  const char letter = source[at++];
  switch (letter) {
    case '\n':
      return true;
    case 'n':
      text += '\n';
      return true;
    case 't':
      text += '\t';
      return true;
    case 'r':
      text += '\r';
      return true;
    case 'a':
      text += '\a';
      return true;
    case 'b':
      text += '\b';
      return true;
    case 'f':
      text += '\f';
      return true;
    case 'v':
      text += '\v';
      return true;
    case '\\':
    case '\'':
    case '"':
      text += letter;
      return true;
    case 'x':
      return append_hex_escape(source, at, 2, text);
    case 'u':
      return append_hex_escape(source, at, 4, text);
    case 'U':
      return append_hex_escape(source, at, 8, text);
    case 'N':
      return false;
    default:
      break;
  }
  if (digit_value(letter) < 8) {
    char32_t value = static_cast<char32_t>(digit_value(letter));
    for (int i = 0; i < 2 && is_digit(source, at, 8); ++i)
      value = value * 8 + static_cast<char32_t>(digit_value(source[at++]));
    utf8::append(text, value);
    return true;
  }
  text += '\\';
  text += letter;
  return true;
}

}  // namespace

Result<std::string> read_string(std::string_view source, std::size_t& at, Position here) {
  const char quote = source[at++];
  std::string text;
  while (at < source.size() && source[at] != quote) {
    if (source[at] != '\\') {
      text += source[at++];
      continue;
    }
    if (++at == source.size()) break;
    if (!append_escape(source, at, text))
      return error_at(here,
                      "the string has an escape that is not understood; expected \\xHH, "
                      "\\uXXXX or \\UXXXXXXXX of a code point");
  }
  if (at >= source.size())
    return error_at(here, std::string("the string is never closed; expected ") + quote);
  ++at;
  return text;
}

Result<Number> read_number_literal(std::string_view source, std::size_t& at, bool may_have_fraction,
                                   Position here) {
  const std::size_t start = at;
  int base = 10;
  if (source[at] == '0' && at + 2 < source.size()) {
    const char mark = static_cast<char>(source[at + 1] | 0x20);
    const int marked = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
    const std::size_t first = source[at + 2] == '_' ? at + 3 : at + 2;
    if (marked != 10 && is_digit(source, first, marked)) {
      base = marked;
      at = first;
    }
  }
  Number number;
  std::string digits;
  read_digits(source, at, base, digits);
  if (base == 10 && may_have_fraction) {
    if (at < source.size() && source[at] == '.' && is_digit(source, at + 1, 10)) {
      number.is_float = true;
      digits += source[at++];
      read_digits(source, at, 10, digits);
    }
    if (at < source.size() && (source[at] | 0x20) == 'e') {
      const bool has_sign =
          at + 1 < source.size() && (source[at + 1] == '+' || source[at + 1] == '-');
      if (is_digit(source, at + (has_sign ? 2 : 1), 10)) {
        number.is_float = true;
        digits += 'e';
        if (has_sign && source[at + 1] == '-') digits += '-';
        at += has_sign ? 2 : 1;
        read_digits(source, at, 10, digits);
      }
    }
  }
  const char* first = digits.data();
  const char* last = first + digits.size();
  const auto parsed = number.is_float ? std::from_chars(first, last, number.number)
                                      : std::from_chars(first, last, number.integer, base);
  if (parsed.ec != std::errc{})
    return error_at(here,
                    "the number " + quoted(source.substr(start, at - start)) + " is too large");
  return number;
}

}  // namespace byeol::model::jinja
