#include "server/access_log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>

#include "base/utf8.h"

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

bool is_control(char32_t character) {
  return character < 0x20 || (character >= 0x7f && character < 0xa0);
}

// What a stranger sent must not write lines of its own, or move the terminal's cursor.
std::string printable(std::string_view text, char instead) {
  std::string result;
  while (!text.empty()) {
    const utf8::Decoded character = utf8::decode(text);
    if (character.valid && !is_control(character.code_point))
      result.append(text, 0, character.bytes);
    else
      result += instead;
    text.remove_prefix(character.bytes);
  }
  return result;
}

std::string in_quotes(std::string_view text) {
  std::string result = printable(text.substr(0, 300), '?');
  std::ranges::replace(result, '"', '?');
  return result;
}

}  // namespace

void log_access(const AccessLine& line) {
  logger().info("{} \"{} {}\" {} {} B {:.3f} s {}", line.peer, in_quotes(line.method),
                in_quotes(line.path), line.status, line.body_bytes, line.seconds,
                in_quotes(line.request));
}

void log_body(std::string_view request, std::string_view body) {
  logger().info("{} {}", in_quotes(request), printable(body, ' '));
}

}  // namespace byeol::server
