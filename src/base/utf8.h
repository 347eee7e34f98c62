// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
//
// Threads: pure functions. Errors: a return value; any bytes are fine.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace byeol::utf8 {

inline constexpr char32_t kReplacement = 0xfffd;

struct Decoded {
  char32_t code_point;  // kReplacement where the bytes are not UTF-8.
  std::size_t bytes;    // How many were used: 1 to 4, of a broken sequence its longest sound start.
  bool valid;
};

// The first character. `text` must not be empty.
Decoded decode(std::string_view text);

bool is_valid(std::string_view text);

// How many bytes at the end are the sound beginning of a character that is still missing bytes:
// 0 to 3. Streaming keeps them back.
std::size_t incomplete_tail(std::string_view text);

// The text with every broken sequence replaced by U+FFFD, as browsers do it.
std::string repaired(std::string_view text);

void append(std::string& text, char32_t code_point);

}  // namespace byeol::utf8
