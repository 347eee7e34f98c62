// Reads HTTP/1.x requests (RFC 9112) out of a stream of bytes that comes in any pieces, over
// Beast's parser. Pure: no socket, no clock. What Beast lets pass and a server must not is refused
// here: a transfer coding other than `chunked`, HTTP/1.1 without one Host, a target that is no
// path.
//
// Threads: an object belongs to one.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "net/http_server.h"

namespace byeol::net {

class HttpServerReader {
 public:
  enum class State {
    kStart,     // No byte of a request yet.
    kHeader,    // Its header is not complete.
    kBody,      // Its header is, its body is not.
    kComplete,  // take_request() gives it.
    kRefused,   // refusal() says why; the stream cannot be read on.
  };

  HttpServerReader(std::size_t header_bytes_max, std::size_t body_bytes_max);
  ~HttpServerReader();

  // Takes what it can off the front of `bytes` and says how much. What it left must come again,
  // with more behind it. Takes nothing of what follows a complete request.
  std::size_t take(std::string_view bytes);

  State state() const { return state_; }
  const HttpRefusal& refusal() const { return refusal_; }

  // From the end of the header on:
  bool keep_alive() const { return keep_alive_; }          // As the client wishes.
  bool http_1_0() const { return http_1_0_; }              // Knows no chunks.
  bool wants_continue() const { return wants_continue_; }  // Waits for 100 before it sends a body.

  // Without peer and arrival. Begins anew.
  HttpRequest take_request();

 private:
  struct Parser;

  std::size_t take_header(std::string_view bytes);
  std::size_t take_body(std::string_view bytes);
  // What the header says, once it is complete.
  Status read_header();
  Status read_target(std::string_view target);
  void refuse(int status, std::string sentence);

  const std::size_t header_bytes_max_;
  const std::size_t body_bytes_max_;
  State state_ = State::kStart;
  std::size_t header_bytes_ = 0;  // Taken so far.
  std::unique_ptr<Parser> parser_;
  HttpRequest request_;
  HttpRefusal refusal_;
  bool keep_alive_ = false;
  bool http_1_0_ = false;
  bool wants_continue_ = false;
};

}  // namespace byeol::net
