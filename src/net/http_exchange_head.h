// The head of an answer (RFC 9112): status line and headers, and how its body is delimited.
//
// Threads: pure functions but for the date, which is the system clock's.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "net/http_headers.h"

namespace byeol::net {

enum class HttpBodyFraming {
  kLength,      // Content-Length.
  kChunked,     // Chunks: a stream to a client of HTTP/1.1.
  kUntilClose,  // Everything until the connection closes: a stream to one of HTTP/1.0.
  kNone,        // The status has no body: 204, 304.
};

struct HttpHead {
  int status = 200;
  HttpBodyFraming framing = HttpBodyFraming::kLength;
  std::size_t body_bytes = 0;  // Of kLength.
  bool keep_alive = true;
};

// Ends with the empty line. Content-Length, Transfer-Encoding, Connection and Date of `headers` are
// left out: they are the server's. A line break in a header becomes a blank, so that no value that
// came from outside can begin another header.
std::string http_head(const HttpHead& head, const HttpHeaders& headers);

bool has_body(int status);

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, section 5.6.7).
std::string http_date(std::chrono::system_clock::time_point time);

}  // namespace byeol::net
