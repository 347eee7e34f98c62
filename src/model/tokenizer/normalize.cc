#include "model/tokenizer/normalize.h"

#include <utf8proc.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace byeol::model {
namespace {

constexpr std::string_view kEscapedSpace = "\xE2\x96\x81";  // ▁

// Characters below U+0300 compose with nothing before them: most text is in NFC as it stands.
bool may_change_under_nfc(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0xCC; });
}

}  // namespace

std::string escape_spaces(std::string_view text) {
  const auto spaces = static_cast<std::size_t>(std::count(text.begin(), text.end(), ' '));
  std::string escaped;
  escaped.reserve(text.size() + spaces * (kEscapedSpace.size() - 1));
  for (const char c : text) {
    if (c == ' ')
      escaped += kEscapedSpace;
    else
      escaped += c;
  }
  return escaped;
}

void append_unescaped_spaces(std::string_view written, std::string& text) {
  while (!written.empty()) {
    const std::size_t at = written.find(kEscapedSpace);
    text += written.substr(0, at);
    if (at == std::string_view::npos) return;
    text += ' ';
    written.remove_prefix(at + kEscapedSpace.size());
  }
}

std::string with_space_before_lines(std::string_view escaped) {
  std::string text;
  for (std::size_t at = 0; at < escaped.size(); ++at) {
    const bool line_start = (at == 0 || escaped[at - 1] == '\n') && escaped[at] != '\n';
    if (line_start && !escaped.substr(at).starts_with(kEscapedSpace)) text += kEscapedSpace;
    text += escaped[at];
  }
  return text;
}

bool is_escaped_space_run(std::string_view written) {
  std::size_t spaces = 0;
  for (; written.starts_with(kEscapedSpace); ++spaces) written.remove_prefix(kEscapedSpace.size());
  return written.empty() && spaces > 1;
}

std::string compose(std::string_view text) {
  if (!may_change_under_nfc(text)) return std::string(text);
  utf8proc_uint8_t* composed = nullptr;
  const utf8proc_ssize_t bytes =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                   static_cast<utf8proc_ssize_t>(text.size()), &composed,
                   static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  if (bytes < 0) return std::string(text);
  std::string result(reinterpret_cast<const char*>(composed), static_cast<std::size_t>(bytes));
  std::free(composed);
  return result;
}

bool parse_byte_token(std::string_view text, unsigned& byte) {
  if (text.size() != 6 || !text.starts_with("<0x") || text.back() != '>') return false;
  const auto [end, failure] = std::from_chars(text.data() + 3, text.data() + 5, byte, 16);
  return failure == std::errc{} && end == text.data() + 5;
}

}  // namespace byeol::model
