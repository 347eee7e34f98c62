#include "formats/printable.h"

#include <charconv>
#include <cstdint>

#include "base/utf8.h"

namespace byeol::formats {
namespace {

// Control characters would steer a terminal; line separators and direction marks would let a name
// disguise the sentence around it.
bool shows_as_itself(char32_t code) {
  const bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
  const bool line_or_direction = code == 0x200E || code == 0x200F ||
                                 (code >= 0x2028 && code <= 0x202E) ||
                                 (code >= 0x2066 && code <= 0x2069);
  return !control && !line_or_direction;
}

std::string hex(std::uint32_t value) {
  char digits[8];
  const auto [end, failure] = std::to_chars(digits, digits + sizeof digits, value, 16);
  return std::string(digits, end);
}

std::string byte_escape(unsigned char byte) {
  return (byte < 16 ? "\\x0" : "\\x") + hex(byte);
}

std::string escape(char32_t code) {
  if (code == U'\n') return "\\n";
  if (code == U'\t') return "\\t";
  if (code == U'\r') return "\\r";
  if (code < 0x80) return byte_escape(static_cast<unsigned char>(code));
  return "\\u{" + hex(code) + "}";
}

}  // namespace

std::string printable(std::string_view text, std::size_t bytes_max) {
  std::string shown;
  for (std::size_t at = 0; at < text.size();) {
    if (at >= bytes_max) return shown + "...";
    const utf8::Decoded character = utf8::decode(text.substr(at));
    const std::string_view bytes = text.substr(at, character.bytes);
    if (!character.valid) {
      for (const char byte : bytes) shown += byte_escape(static_cast<unsigned char>(byte));
    } else if (shows_as_itself(character.code_point)) {
      shown += bytes;
    } else {
      shown += escape(character.code_point);
    }
    at += character.bytes;
  }
  return shown;
}

}  // namespace byeol::formats
