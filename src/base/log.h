// What the library has to say, handed to the program. Nothing is printed unless the program sets a
// function: a library that writes to its host's standard error is a bad guest.
//
// Threads: log() may be called from any thread, so the function must bear that. Never called on
// the token path.
#pragma once

#include <string_view>

namespace byeol {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

using LogFunction = void (*)(LogLevel level, std::string_view message);

void set_log_function(LogFunction function);  // Null: silence, which is also how it starts.
void log(LogLevel level, std::string_view message);

}  // namespace byeol
