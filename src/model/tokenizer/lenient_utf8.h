// UTF-8 as llama.cpp reads it, where text is broken; base/utf8.h has the strict reading.
// Threads: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace byeol::model {

// Bytes of the character that this lead byte announces; 1 for a stray continuation byte.
std::size_t announced_bytes(char lead);

// Invalid UTF-8 as llama.cpp reads it before byte-level BPE: overlong forms are decoded and written
// short, surrogates stay, and every other byte that starts no sequence becomes U+FFFD.
std::string repair_utf8(std::string_view text);

}  // namespace byeol::model
