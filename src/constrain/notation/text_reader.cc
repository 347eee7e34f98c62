#include "constrain/notation/text_reader.h"

#include <algorithm>

#include "base/utf8.h"

namespace byeol::constrain {

bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

bool is_letter(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

Error error_at(Place place, std::string_view what, ErrorCode code) {
  return {code, "line " + std::to_string(place.line) + ", column " + std::to_string(place.column) +
                    ": " + std::string(what)};
}

Result<TextReader> TextReader::make(std::string_view text) {
  if (!utf8::is_valid(text)) return Error{ErrorCode::kInvalidArgument, "the grammar is not UTF-8"};
  return TextReader(text);
}

bool TextReader::take_if(std::string_view expected) {
  if (!sees(expected)) return false;
  for (const std::size_t end = at_ + expected.size(); at_ < end;) take();
  return true;
}

std::string_view TextReader::take_bytes() {
  const std::size_t begin = at_;
  take();
  return text_.substr(begin, at_ - begin);
}

char32_t TextReader::take() {
  const utf8::Decoded decoded = utf8::decode(text_.substr(at_));
  at_ += decoded.bytes;
  if (decoded.code_point == '\n')
    place_ = {place_.line + 1, 1};
  else
    ++place_.column;
  return decoded.code_point;
}

std::string_view TextReader::take_word(std::string_view more) {
  const std::size_t begin = at_;
  while (!at_end() &&
         (is_letter(peek()) || is_digit(peek()) || more.find(peek()) != std::string_view::npos))
    take();
  return text_.substr(begin, at_ - begin);
}

Result<std::int64_t> TextReader::number() {
  if (!is_digit(peek())) return error("expected a number");
  std::int64_t value = 0;
  while (is_digit(peek()))
    value = std::min<std::int64_t>(1'000'000'000, 10 * value + static_cast<int>(take() - '0'));
  return value;
}

Result<char32_t> TextReader::hex(int digits) {
  const Place begin = place_;
  char32_t value = 0;
  for (int i = 0; i < digits; ++i) {
    const char digit = peek();
    const char lower = static_cast<char>(digit | 0x20);
    if (!is_digit(digit) && (lower < 'a' || lower > 'f'))
      return error("expected " + std::to_string(digits) + " hexadecimal digits");
    value = 16 * value + static_cast<char32_t>(is_digit(digit) ? digit - '0' : lower - 'a' + 10);
    take();
  }
  if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
    return error_at(begin, "not a character");
  return value;
}

}  // namespace byeol::constrain
