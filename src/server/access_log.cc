#include "server/access_log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace byeol::server {
namespace {

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> made = [] {
    auto logger = spdlog::stderr_logger_mt("access");
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %v", spdlog::pattern_time_type::utc);
    return logger;
  }();
  return *made;
}

// What a stranger sent must not write lines of its own, or move the terminal's cursor.
std::string printable(std::string_view text) {
  std::string result;
  for (const char byte : text.substr(0, 300)) {
    const auto code = static_cast<unsigned char>(byte);
    result += code < 0x20 || code == 0x7f || byte == '"' ? '?' : byte;
  }
  return result;
}

}  // namespace

void log_access(const AccessLine& line) {
  logger().info("{} \"{} {}\" {} {} B {:.3f} s {}", line.peer, printable(line.method),
                printable(line.path), line.status, line.body_bytes, line.seconds,
                printable(line.request));
}

void log_body(std::string_view request, std::string_view body) {
  logger().info("{} {}", printable(request), body);
}

}  // namespace byeol::server
