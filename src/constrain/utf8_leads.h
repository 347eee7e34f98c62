// How characters beyond ASCII begin: of some first bytes the second one has limits of its own
// (Unicode 15, table 3-7).
//
// Threads: pure. Errors: none.
#pragma once

#include <cstdint>

namespace byeol::constrain {

struct Utf8Lead {
  std::uint8_t first, last;                // The first byte.
  std::uint8_t second_first, second_last;  // The second one.
  int more;                                // Bytes behind the second, 0x80 to 0xbf.
};
inline constexpr Utf8Lead kUtf8Leads[] = {{0xc2, 0xdf, 0x80, 0xbf, 0}, {0xe0, 0xe0, 0xa0, 0xbf, 1},
                                          {0xe1, 0xec, 0x80, 0xbf, 1}, {0xed, 0xed, 0x80, 0x9f, 1},
                                          {0xee, 0xef, 0x80, 0xbf, 1}, {0xf0, 0xf0, 0x90, 0xbf, 2},
                                          {0xf1, 0xf3, 0x80, 0xbf, 2}, {0xf4, 0xf4, 0x80, 0x8f, 2}};

}  // namespace byeol::constrain
