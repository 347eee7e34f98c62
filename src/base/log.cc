#include "base/log.h"

#include <atomic>

namespace byeol {
namespace {

std::atomic<LogFunction> log_function{nullptr};

}  // namespace

void set_log_function(LogFunction function) {
  log_function.store(function);
}

void log(LogLevel level, std::string_view message) {
  if (const LogFunction function = log_function.load()) function(level, message);
}

}  // namespace byeol
