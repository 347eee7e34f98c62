// What a program says to the person, and not as its result: a line on standard error, dim on a
// terminal (unless the environment has NO_COLOR).
#pragma once

#include <string_view>

namespace byeol::cli {

void notice(std::string_view text);  // One or more lines, without the last line break.

}  // namespace byeol::cli
