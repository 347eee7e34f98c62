// Characters in 64 classes, so that a set of them is one word: what the tokens of a subtree of the
// trie are made of, and what a state takes without end. Letters are one by one, others by kind.
//
// Threads: pure. Errors: none.
#pragma once

#include <cstdint>

namespace byeol::constrain {

using ByteClasses = std::uint64_t;

// Whole characters beyond ASCII by their first bytes: those of most letters; those among which are
// white spaces; those among which are the separators of lines, which `.` of a pattern does not
// take.
inline constexpr int kBeyondAscii = 60, kBeyondWithSpaces = 61, kBeyondWithLines = 62;
inline constexpr int kBroken = 63;  // Bytes that are no whole characters.

// Of an ASCII character.
inline constexpr int class_of_ascii(int byte) {
  if (byte >= 'a' && byte <= 'z') return byte - 'a';
  if (byte >= 'A' && byte <= 'Z') return 26 + byte - 'A';
  if (byte >= '0' && byte <= '9') return 52;
  switch (byte) {
    case ' ':
      return 53;
    case '-':
      return 54;
    case '_':
      return 55;
    case '.':
      return 56;
    case '"':
    case '\\':
      return 57;
    default:
      return byte < 0x20 ? 58 : 59;
  }
}
// Of a character beyond ASCII that begins with this byte.
inline constexpr int class_of_lead(int byte) {
  if (byte == 0xe2) return kBeyondWithLines;
  const bool spaces = byte == 0xc2 || byte == 0xe1 || byte == 0xe3 || byte == 0xef;
  return spaces ? kBeyondWithSpaces : kBeyondAscii;
}
inline constexpr ByteClasses classes_bit(int of) {
  return ByteClasses{1} << of;
}

}  // namespace byeol::constrain
