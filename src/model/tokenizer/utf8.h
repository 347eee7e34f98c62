// UTF-8 as tokenizers need it: a strict reading for output, llama.cpp's lenient one for input.
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace byeol::model {

inline constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// What stands at the start of `text`, which is not empty (Unicode 15, table 3-7).
struct Utf8Step {
  enum class Kind { kCharacter, kBroken, kUnfinished };
  Kind kind;
  std::size_t bytes;  // kBroken: the maximal part that one U+FFFD replaces.
};
Utf8Step next_utf8(std::string_view text);

bool is_valid_utf8(std::string_view text);

// Bytes of the character that this lead byte announces; 1 for a stray continuation byte.
std::size_t announced_bytes(char lead);

void append_utf8(std::uint32_t code_point, std::string& text);

// Invalid UTF-8 as llama.cpp reads it before byte-level BPE: overlong forms are decoded and written
// short, surrogates stay, and every other byte that starts no sequence becomes U+FFFD.
std::string repair_utf8(std::string_view text);

}  // namespace byeol::model
