// A text that a verb works on: a file, or standard input for "-".
#pragma once

#include <string>

#include "base/result.h"

namespace byeol::cli {

// kNotFound or kIo with the system's reason.
Result<std::string> read_input(const std::string& path);

}  // namespace byeol::cli
