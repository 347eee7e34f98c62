// Base64 as RFC 4648, section 4, has it: with padding, without line breaks.
#pragma once

#include <string>
#include <string_view>

namespace byeol::wire {

void append_base64(std::string& to, std::string_view bytes);

}  // namespace byeol::wire
