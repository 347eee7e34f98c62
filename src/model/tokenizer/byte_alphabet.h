// GPT-2's way to write any byte as a printable character: 0x21-0x7E, 0xA1-0xAC and 0xAE-0xFF stand
// for themselves (as code points), the other 68 bytes in ascending order are U+0100 + n.
// Vocabularies and merges of byte-level BPE are written in these characters.
// Source: GPT-2 encoder, bytes_to_unicode. Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace byeol::model {

// The character for one byte, as UTF-8.
std::string_view byte_character(std::uint8_t byte);

// "Ġthe" -> " the". A character outside of the alphabet stays as it is.
void append_bytes_of(std::string_view written, std::string& bytes);

// " the" -> "Ġthe".
void append_written(std::string_view bytes, std::string& written);

}  // namespace byeol::model
