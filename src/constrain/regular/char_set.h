// A set of characters (Unicode scalar values) as sorted ranges.
//
// Surrogates are no characters: they are in no set in the sense of contains(), a range may span
// them, and U+D7FF and U+E000 count as neighbours. So a complement is a complement of characters.
//
// Threads: an object belongs to one; const calls from any. Errors: none.
#pragma once

#include <cstdint>
#include <vector>

namespace byeol::constrain {

inline constexpr char32_t kLastChar = 0x10ffff;

inline constexpr bool is_surrogate(char32_t value) {
  return value >= 0xd800 && value <= 0xdfff;
}

struct CharRange {
  char32_t first, last;  // Both belong to it.
  bool operator==(const CharRange&) const = default;
};

class CharSet {
 public:
  CharSet() = default;
  explicit CharSet(std::vector<CharRange> ranges);  // In any order, they may overlap.

  static CharSet all() { return CharSet({{0, kLastChar}}); }

  const std::vector<CharRange>& ranges() const { return ranges_; }
  bool empty() const { return ranges_.empty(); }
  bool contains(char32_t value) const;
  CharSet complement() const;
  CharSet united(const CharSet& other) const;
  bool operator==(const CharSet&) const = default;

 private:
  std::vector<CharRange> ranges_;
};

}  // namespace byeol::constrain
