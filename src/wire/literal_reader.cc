#include "wire/literal_reader.h"

#include <algorithm>
#include <charconv>

#include "base/utf8.h"
#include "wire/piece_writer.h"

namespace byeol::wire {
namespace {

constexpr int kDepthMax = 32;
constexpr std::string_view kEscape = "<escape>";

bool is_name_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

// Of \xHH or \uHHHH: appends the character and drops the digits; whether they were there.
bool append_hex(std::string& to, std::string_view& text, std::size_t digits) {
  unsigned code = 0;
  if (text.size() < digits) return false;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + digits, code, 16);
  if (failure != std::errc() || end != text.data() + digits) return false;
  const bool surrogate = code >= 0xd800 && code < 0xe000;
  utf8::append(to, surrogate ? utf8::kReplacement : static_cast<char32_t>(code));
  text.remove_prefix(digits);
  return true;
}

bool append_escape(std::string& to, std::string_view& text) {
  if (text.empty()) return false;
  const char letter = text.front();
  text.remove_prefix(1);
  switch (letter) {
    case 'n':
      to.push_back('\n');
      return true;
    case 't':
      to.push_back('\t');
      return true;
    case 'r':
      to.push_back('\r');
      return true;
    case 'x':
      return append_hex(to, text, 2);
    case 'u':
      return append_hex(to, text, 4);
    case '\\':
    case '\'':
    case '"':
      to.push_back(letter);
      return true;
    default:  // Python keeps a backslash that means nothing.
      to.push_back('\\');
      to.push_back(letter);
      return true;
  }
}

}  // namespace

void LiteralReader::skip() {
  text_.remove_prefix(std::min(text_.find_first_not_of(kWhiteSpace), text_.size()));
}

bool LiteralReader::at_end() {
  skip();
  return text_.empty();
}

bool LiteralReader::take(std::string_view word) {
  skip();
  if (!text_.starts_with(word)) return false;
  text_.remove_prefix(word.size());
  return true;
}

std::string_view LiteralReader::name() {
  skip();
  std::size_t size = 0;
  while (size < text_.size() && is_name_letter(text_[size])) ++size;
  const std::string_view found = text_.substr(0, size);
  text_.remove_prefix(size);
  return found;
}

std::optional<std::string> LiteralReader::string() {
  if (take(kEscape)) {
    const std::size_t end = text_.find(kEscape);
    if (end == std::string_view::npos) return std::nullopt;
    std::string text(text_.substr(0, end));
    text_.remove_prefix(end + kEscape.size());
    return text;
  }
  const char quote = text_.empty() ? '\0' : text_.front();
  if (quote != '"' && quote != '\'') return std::nullopt;
  text_.remove_prefix(1);
  std::string text;
  while (!text_.empty()) {
    const char letter = text_.front();
    text_.remove_prefix(1);
    if (letter == quote) return text;
    if (letter != '\\')
      text.push_back(letter);
    else if (!append_escape(text, text_))
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::string> LiteralReader::key() {
  if (std::optional<std::string> text = string()) return text;
  const std::string_view bare = name();
  if (bare.empty()) return std::nullopt;
  return std::string(bare);
}

std::optional<Json> LiteralReader::pairs(std::string_view separator, std::string_view close,
                                         int depth) {
  Json object = Json::object();
  while (!take(close)) {
    if (!object.empty() && !take(",")) return std::nullopt;
    if (take(close)) break;  // A comma may stand before the bracket.
    const std::optional<std::string> name = key();
    if (!name || !take(separator)) return std::nullopt;
    std::optional<Json> given = value(depth + 1);
    if (!given) return std::nullopt;
    object[*name] = *std::move(given);
  }
  return object;
}

std::optional<Json> LiteralReader::list(std::string_view close, int depth) {
  Json array = Json::array();
  while (!take(close)) {
    if (!array.empty() && !take(",")) return std::nullopt;
    if (take(close)) break;
    std::optional<Json> given = value(depth + 1);
    if (!given) return std::nullopt;
    array.push_back(*std::move(given));
  }
  return array;
}

std::optional<Json> LiteralReader::word_or_number() {
  if (text_.starts_with('+')) text_.remove_prefix(1);
  const std::size_t size = std::min(text_.find_first_not_of("-0123456789.eE+"), text_.size());
  const std::string_view digits = text_.substr(0, size);
  if (Json number = Json::parse(digits, nullptr, false); number.is_number()) {
    text_.remove_prefix(size);
    return number;
  }
  const std::string_view word = name();
  if (word == "True" || word == "true") return Json(true);
  if (word == "False" || word == "false") return Json(false);
  if (word == "None" || word == "null") return Json(nullptr);
  return std::nullopt;
}

std::optional<Json> LiteralReader::value(int depth) {
  if (depth > kDepthMax) return std::nullopt;
  if (take("{")) return pairs(":", "}", depth);
  if (take("[")) return list("]", depth);
  if (take("(")) return list(")", depth);
  if (text_.starts_with('"') || text_.starts_with('\'') || text_.starts_with(kEscape)) {
    std::optional<std::string> text = string();
    if (!text) return std::nullopt;
    return Json(*std::move(text));
  }
  return word_or_number();
}

}  // namespace byeol::wire
