#include "wire/json_text.h"

#include <charconv>
#include <cmath>

#include "base/utf8.h"

namespace byeol::wire {
namespace {

void append_control(std::string& to, unsigned char control) {
  constexpr char kHex[] = "0123456789abcdef";
  switch (control) {
    case '\b':
      to += "\\b";
      return;
    case '\t':
      to += "\\t";
      return;
    case '\n':
      to += "\\n";
      return;
    case '\f':
      to += "\\f";
      return;
    case '\r':
      to += "\\r";
      return;
    default:
      to += "\\u00";
      to += kHex[control >> 4];
      to += kHex[control & 15];
  }
}

bool is_plain(unsigned char byte) {
  return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

template <typename Number>
void append_shortest(std::string& to, Number number) {
  if (!std::isfinite(number)) {
    to += "null";
    return;
  }
  char digits[32];
  const auto [end, failure] = std::to_chars(digits, digits + sizeof digits, number);
  to.append(digits, end);
}

}  // namespace

void append_json_escaped(std::string& to, std::string_view text) {
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && is_plain(static_cast<unsigned char>(text[plain]))) ++plain;
    to.append(text, 0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return;
    const auto byte = static_cast<unsigned char>(text.front());
    if (byte >= 0x80) {
      const utf8::Decoded character = utf8::decode(text);
      if (character.valid)
        to.append(text, 0, character.bytes);
      else
        utf8::append(to, utf8::kReplacement);
      text.remove_prefix(character.bytes);
      continue;
    }
    if (byte < 0x20)
      append_control(to, byte);
    else
      to.append("\\").push_back(text.front());
    text.remove_prefix(1);
  }
}

void append_json_string(std::string& to, std::string_view text) {
  to.push_back('"');
  append_json_escaped(to, text);
  to.push_back('"');
}

void append_json_number(std::string& to, std::int64_t number) {
  char digits[24];
  to.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void append_json_number(std::string& to, float number) {
  append_shortest(to, number);
}

void append_json_number(std::string& to, double number) {
  append_shortest(to, number);
}

}  // namespace byeol::wire
