#include "model/template/text.h"

#include <utf8proc.h>

#include <algorithm>
#include <utility>

#include "base/utf8.h"

namespace byeol::model::jinja {
namespace {

utf8proc_category_t category(char32_t value) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(value));
}

bool is_cased(char32_t value) {
  const utf8proc_category_t own = category(value);
  return own == UTF8PROC_CATEGORY_LU || own == UTF8PROC_CATEGORY_LL || own == UTF8PROC_CATEGORY_LT;
}

bool is_raw_byte(char32_t value) {
  return value >= 0xDC80 && value <= 0xDCFF;
}

enum class Case { kUpper, kLower, kTitle };

void append_in_case(std::string& text, std::string_view bytes, char32_t value, Case wanted) {
  constexpr char32_t kSharpS = 0xDF;
  if (value < 0x80) {
    const char letter = static_cast<char>(value);
    if (wanted == Case::kLower)
      text += letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
    else
      text += letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 32) : letter;
    return;
  }
  if (is_raw_byte(value)) {
    text += bytes;
    return;
  }
  if (value == kSharpS && wanted != Case::kLower) {
    text += wanted == Case::kUpper ? "SS" : "Ss";
    return;
  }
  const auto point = static_cast<utf8proc_int32_t>(value);
  const utf8proc_int32_t mapped = wanted == Case::kUpper   ? utf8proc_toupper(point)
                                  : wanted == Case::kLower ? utf8proc_tolower(point)
                                                           : utf8proc_totitle(point);
  utf8::append(text, static_cast<char32_t>(mapped));
}

// Calls visit(bytes, value) for each code point.
template <typename Visit>
void for_each_code_point(std::string_view text, Visit visit) {
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    visit(text.substr(at, point.bytes), point.value);
    at += point.bytes;
  }
}

std::string in_case(std::string_view text, Case wanted) {
  std::string changed;
  changed.reserve(text.size());
  for_each_code_point(text, [&](std::string_view bytes, char32_t value) {
    append_in_case(changed, bytes, value, wanted);
  });
  return changed;
}

template <typename Strips>
std::string_view strip_while(std::string_view text, Side side, Strips strips) {
  if (side != Side::kRight)
    while (!text.empty()) {
      const CodePoint first = code_point_at(text, 0);
      if (!strips(text.substr(0, first.bytes), first.value)) break;
      text.remove_prefix(first.bytes);
    }
  if (side != Side::kLeft)
    while (!text.empty()) {
      const CodePoint last = last_code_point(text);
      const std::size_t rest = text.size() - last.bytes;
      if (!strips(text.substr(rest), last.value)) break;
      text = text.substr(0, rest);
    }
  return text;
}

}  // namespace

CodePoint code_point_at(std::string_view text, std::size_t byte) {
  const auto lead = static_cast<unsigned char>(text[byte]);
  if (lead < 0x80) return {lead, 1};
  utf8proc_int32_t value = -1;
  const utf8proc_ssize_t bytes = utf8proc_iterate(
      reinterpret_cast<const utf8proc_uint8_t*>(text.data() + byte),
      static_cast<utf8proc_ssize_t>(std::min<std::size_t>(text.size() - byte, 4)), &value);
  if (bytes <= 0) return {char32_t{0xDC00} + lead, 1};
  return {static_cast<char32_t>(value), static_cast<std::size_t>(bytes)};
}

CodePoint last_code_point(std::string_view text) {
  for (std::size_t back = std::min<std::size_t>(4, text.size()); back > 1; --back) {
    const CodePoint point = code_point_at(text, text.size() - back);
    if (point.bytes == back) return point;
  }
  return code_point_at(text, text.size() - 1);
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for_each_code_point(text, [&](std::string_view, char32_t) { ++count; });
  return count;
}

std::size_t byte_of_code_point(std::string_view text, std::size_t index) {
  std::size_t at = 0;
  while (index > 0 && at < text.size()) {
    at += code_point_at(text, at).bytes;
    --index;
  }
  return at;
}

bool is_space(char32_t value) {
  return (value >= 0x09 && value <= 0x0D) || (value >= 0x1C && value <= 0x20) || value == 0x85 ||
         value == 0xA0 || value == 0x1680 || (value >= 0x2000 && value <= 0x200A) ||
         value == 0x2028 || value == 0x2029 || value == 0x202F || value == 0x205F ||
         value == 0x3000;
}

bool is_printable(char32_t value) {
  if (value == ' ') return true;
  switch (category(value)) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return false;
    default:
      return true;
  }
}

bool is_alphabetic(char32_t value) {
  const utf8proc_category_t own = category(value);
  return own >= UTF8PROC_CATEGORY_LU && own <= UTF8PROC_CATEGORY_LO;
}

bool is_decimal(char32_t value) {
  return category(value) == UTF8PROC_CATEGORY_ND;
}

bool has_case(std::string_view text, bool upper) {
  bool has_wanted = false;
  bool has_other = false;
  for_each_code_point(text, [&](std::string_view, char32_t value) {
    if (!is_cased(value)) return;
    const bool is_wanted = category(value) == (upper ? UTF8PROC_CATEGORY_LU : UTF8PROC_CATEGORY_LL);
    (is_wanted ? has_wanted : has_other) = true;
  });
  return has_wanted && !has_other;
}

bool all_code_points(std::string_view text, bool (*holds)(char32_t)) {
  bool all = !text.empty();
  for_each_code_point(text, [&](std::string_view, char32_t value) { all &= holds(value); });
  return all;
}

std::string to_upper(std::string_view text) {
  return in_case(text, Case::kUpper);
}
std::string to_lower(std::string_view text) {
  return in_case(text, Case::kLower);
}

std::string capitalized(std::string_view text) {
  if (text.empty()) return {};
  const std::size_t first = code_point_at(text, 0).bytes;
  return in_case(text.substr(0, first), Case::kTitle) + to_lower(text.substr(first));
}

std::string titled(std::string_view text) {
  std::string changed;
  bool in_word = false;
  for_each_code_point(text, [&](std::string_view bytes, char32_t value) {
    append_in_case(changed, bytes, value, in_word ? Case::kLower : Case::kTitle);
    in_word = is_cased(value);
  });
  return changed;
}

std::string title_words(std::string_view text) {
  constexpr std::u32string_view kBreaks = U"-({[<";
  std::string changed;
  bool in_word = false;
  for_each_code_point(text, [&](std::string_view bytes, char32_t value) {
    const bool breaks = is_space(value) || kBreaks.find(value) != std::u32string_view::npos;
    append_in_case(changed, bytes, value, in_word ? Case::kLower : Case::kUpper);
    in_word = !breaks;
  });
  return changed;
}

std::string reversed(std::string_view text) {
  std::string turned;
  turned.reserve(text.size());
  while (!text.empty()) {
    const std::size_t bytes = last_code_point(text).bytes;
    turned += text.substr(text.size() - bytes);
    text.remove_suffix(bytes);
  }
  return turned;
}

std::string_view strip(std::string_view text, Side side) {
  return strip_while(text, side, [](std::string_view, char32_t value) { return is_space(value); });
}

std::string_view strip(std::string_view text, Side side, std::string_view code_points) {
  return strip_while(text, side, [&](std::string_view, char32_t value) {
    for (std::size_t at = 0; at < code_points.size();) {
      const CodePoint point = code_point_at(code_points, at);
      if (point.value == value) return true;
      at += point.bytes;
    }
    return false;
  });
}

std::string_view take_line(std::string_view& rest, bool keep_end) {
  for (std::size_t at = 0; at < rest.size();) {
    const CodePoint point = code_point_at(rest, at);
    const char32_t value = point.value;
    std::size_t next = at + point.bytes;
    if ((value >= 0x0A && value <= 0x0D) || (value >= 0x1C && value <= 0x1E) || value == 0x85 ||
        value == 0x2028 || value == 0x2029) {
      if (value == '\r' && next < rest.size() && rest[next] == '\n') ++next;
      const std::string_view line = rest.substr(0, keep_end ? next : at);
      rest.remove_prefix(next);
      return line;
    }
    at = next;
  }
  return std::exchange(rest, {});
}

}  // namespace byeol::model::jinja
