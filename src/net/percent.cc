#include "net/percent.h"

#include <optional>

namespace byeol::net {
namespace {

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

// The byte that the escape at the front of `text` stands for.
std::optional<char> escaped_byte(std::string_view text) {
  if (text.size() < 3 || text[0] != '%') return std::nullopt;
  const std::optional<int> high = hex_digit(text[1]);
  const std::optional<int> low = hex_digit(text[2]);
  if (!high || !low) return std::nullopt;
  return static_cast<char>(*high * 16 + *low);
}

}  // namespace

Result<std::string> percent_decode(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const std::optional<char> byte = escaped_byte(text.substr(i));
      if (!byte || *byte == '\0')
        return Error{ErrorCode::kInvalidArgument, "the '%' at byte " + std::to_string(i) +
                                                      " of the path does not begin an escape of a "
                                                      "byte 01 to FF"};
      c = *byte;
      i += 2;
    }
    plain.push_back(c);
  }
  return plain;
}

std::string percent_decode_form(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (const std::optional<char> byte = escaped_byte(text.substr(i))) {
      plain.push_back(*byte);
      i += 2;
    } else {
      plain.push_back(text[i] == '+' ? ' ' : text[i]);
    }
  }
  return plain;
}

}  // namespace byeol::net
