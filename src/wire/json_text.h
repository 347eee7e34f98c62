// Writing JSON by hand where it is on a token's path: a chunk of a stream costs about a
// microsecond. Each function appends.
//
// What comes out is UTF-8 and JSON whatever goes in: broken bytes become U+FFFD, numbers that JSON
// lacks become null.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace byeol::wire {

// "text", with its quotes; escaped as nlohmann-json does.
void append_json_string(std::string& to, std::string_view text);
// The same without quotes: a part of a string.
void append_json_escaped(std::string& to, std::string_view text);

void append_json_number(std::string& to, std::int64_t number);
// The shortest that reads back as the same number.
void append_json_number(std::string& to, float number);
void append_json_number(std::string& to, double number);

}  // namespace byeol::wire
