// Untrusted text made fit for a terminal or a sentence: control characters, bidirectional overrides
// and bytes that are not UTF-8 become \xNN or \u{N}; what is longer than `bytes_max` is cut at a
// character and ends in "...". Threads: a pure function.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace byeol::formats {

std::string printable(std::string_view text, std::size_t bytes_max = 80);

}  // namespace byeol::formats
