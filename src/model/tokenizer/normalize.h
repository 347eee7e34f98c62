// The small rewritings between a user's text and a vocabulary's spelling of it.
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace byeol::model {

// Every space becomes "▁" (U+2581), and back.
std::string escape_spaces(std::string_view text);
void append_unescaped_spaces(std::string_view written, std::string& text);
// "a\n▁b" -> "▁a\n▁b": each line that is not empty begins with "▁".
std::string with_space_before_lines(std::string_view escaped);
// "▁▁", "▁▁▁" and so on.
bool is_escaped_space_run(std::string_view written);

// Unicode NFC. `text` is valid UTF-8; what cannot be composed for want of memory stays as it is.
std::string compose(std::string_view text);

// "<0x0A>" -> 10; false for any other text.
bool parse_byte_token(std::string_view text, unsigned& byte);

}  // namespace byeol::model
