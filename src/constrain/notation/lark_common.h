// Lark's library of usual terminals, `common`.
//
// Threads: pure.
#pragma once

#include <optional>
#include <string_view>

namespace byeol::constrain {

// A regular expression for Language::of_regex; nothing where there is no such terminal.
std::optional<std::string_view> lark_common(std::string_view terminal);

}  // namespace byeol::constrain
