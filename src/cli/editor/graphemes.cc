#include "cli/editor/graphemes.h"

#include <utf8proc.h>

#include <algorithm>

#include "base/utf8.h"

namespace byeol::cli {
namespace {

constexpr char32_t kEmojiStyle = 0xfe0f;  // Variation selector 16: show as a (wide) picture.

bool is_regional_indicator(char32_t point) {
  return point >= 0x1f1e6 && point <= 0x1f1ff;
}

}  // namespace

Cluster first_cluster(std::string_view text) {
  utf8::Decoded point = utf8::decode(text);
  Cluster cluster{0, 0};
  utf8proc_int32_t state = 0;
  for (;;) {
    cluster.bytes += point.bytes;
    const auto value = static_cast<utf8proc_int32_t>(point.code_point);
    const bool wide = point.code_point == kEmojiStyle || is_regional_indicator(point.code_point);
    cluster.columns = std::max(cluster.columns, wide ? 2 : utf8proc_charwidth(value));
    if (cluster.bytes == text.size() || !point.valid) return cluster;
    point = utf8::decode(text.substr(cluster.bytes));
    if (!point.valid || utf8proc_grapheme_break_stateful(
                            value, static_cast<utf8proc_int32_t>(point.code_point), &state))
      return cluster;
  }
}

std::size_t next_cluster(std::string_view text, std::size_t at) {
  return at < text.size() ? at + first_cluster(text.substr(at)).bytes : at;
}

// Where clusters begin depends on what stands before them, so this walks from the line's start: no
// cluster but CR LF crosses a line break.
std::size_t previous_cluster(std::string_view text, std::size_t at) {
  if (at == 0) return 0;
  const std::size_t line = at >= 2 ? text.rfind('\n', at - 2) : std::string_view::npos;
  std::size_t begin = line == std::string_view::npos ? 0 : line + 1;
  for (std::size_t next; (next = next_cluster(text, begin)) < at;) begin = next;
  return begin;
}

}  // namespace byeol::cli
