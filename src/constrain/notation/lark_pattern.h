// What stands between Lark's slashes, in the spelling of Language::of_regex.
//
// Lark's expressions are Python's or Rust's: `.` is any character but a line feed, `]` may begin a
// class. Flags: s (`.` takes line feeds, too), i (of ASCII's letters) and u (which changes
// nothing).
//
// Errors: kUnsupported with line and column: other flags, classes of POSIX and Rust's operations on
// classes, i where it would have to fold other letters. Threads: pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "constrain/notation/text_reader.h"

namespace byeol::constrain {

Result<std::string> pattern_of_lark(std::string_view expression, std::string_view flags,
                                    Place place);
// This text, ASCII's letters in either case.
Result<std::string> pattern_of_any_case(std::string_view utf8, Place place);

}  // namespace byeol::constrain
