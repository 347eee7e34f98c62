// The log that people read: one line a request on standard error, without any text of a prompt.
//
// Threads: any; lines are whole.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace byeol::server {

struct AccessLine {
  std::string_view peer, method, path, request;
  int status = 0;
  std::uint64_t body_bytes = 0;
  double seconds = 0;
};

// 2026-01-31T12:00:00.123Z 127.0.0.1:5123 "POST /v1/chat/completions" 200 1234 B 0.512 s req_…
void log_access(const AccessLine& line);
// The body of a request, where the server was told to log it.
void log_body(std::string_view request, std::string_view body);

}  // namespace byeol::server
