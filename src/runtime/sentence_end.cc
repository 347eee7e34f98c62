#include "runtime/sentence_end.h"

#include <array>

namespace byeol::runtime {
namespace {

template <std::size_t Count>
bool drop_any(std::string_view& text, const std::array<std::string_view, Count>& ends) {
  for (const std::string_view end : ends) {
    if (!text.ends_with(end)) continue;
    text.remove_suffix(end.size());
    return true;
  }
  return false;
}

constexpr std::array<std::string_view, 13> kClosing = {"\"", "'", ")",  "]",  "*",  "_", "”",
                                                       "’",  "»", "」", "』", "）", "`"};
constexpr std::array<std::string_view, 9> kMarks = {"!",  "?",  "…", "。", "！",
                                                    "？", "\n", "؟", "।"};

}  // namespace

bool ends_sentence(std::string_view text) {
  while (text.ends_with(' ')) text.remove_suffix(1);
  while (drop_any(text, kClosing)) {
  }
  if (drop_any(text, kMarks)) return true;
  if (!text.ends_with('.')) return false;
  text.remove_suffix(1);
  return !text.empty() && (text.back() < '0' || text.back() > '9');
}

}  // namespace byeol::runtime
