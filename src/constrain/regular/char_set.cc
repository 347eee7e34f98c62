#include "constrain/regular/char_set.h"

#include <algorithm>

namespace byeol::constrain {
namespace {

char32_t after(char32_t value) {
  return value == 0xd7ff ? 0xe000 : value + 1;
}

char32_t before(char32_t value) {
  return value == 0xe000 ? 0xd7ff : value - 1;
}

}  // namespace

CharSet::CharSet(std::vector<CharRange> ranges) {
  for (CharRange& range : ranges) {
    if (is_surrogate(range.first)) range.first = 0xe000;
    if (is_surrogate(range.last)) range.last = 0xd7ff;
  }
  std::sort(ranges.begin(), ranges.end(),
            [](const CharRange& a, const CharRange& b) { return a.first < b.first; });
  for (const CharRange& range : ranges) {
    if (range.first > range.last) continue;
    if (!ranges_.empty() && range.first <= after(ranges_.back().last))
      ranges_.back().last = std::max(ranges_.back().last, range.last);
    else
      ranges_.push_back(range);
  }
}

bool CharSet::contains(char32_t value) const {
  if (is_surrogate(value)) return false;
  const auto next =
      std::upper_bound(ranges_.begin(), ranges_.end(), value,
                       [](char32_t v, const CharRange& range) { return v < range.first; });
  return next != ranges_.begin() && value <= std::prev(next)->last;
}

CharSet CharSet::complement() const {
  CharSet result;
  char32_t first = 0;
  for (const CharRange& range : ranges_) {
    if (range.first > first) result.ranges_.push_back({first, before(range.first)});
    first = after(range.last);
  }
  if (first <= kLastChar) result.ranges_.push_back({first, kLastChar});
  return result;
}

CharSet CharSet::united(const CharSet& other) const {
  std::vector<CharRange> ranges = ranges_;
  ranges.insert(ranges.end(), other.ranges_.begin(), other.ranges_.end());
  return CharSet(std::move(ranges));
}

}  // namespace byeol::constrain
