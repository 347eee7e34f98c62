// The characters that a JSON string may write as a backslash and a letter (RFC 8259, part 7).
//
// Threads: pure. Errors: none.
#pragma once

#include <cstdint>

namespace byeol::constrain {

struct ShortEscape {
  std::uint8_t character, letter;
};
// The last, the solidus, needs none.
inline constexpr ShortEscape kShortEscapes[] = {{'\b', 'b'}, {'\t', 't'}, {'\n', 'n'},  {'\f', 'f'},
                                                {'\r', 'r'}, {'"', '"'},  {'\\', '\\'}, {'/', '/'}};

}  // namespace byeol::constrain
