// An HTTP/1.1 client over Boost.Asio and Beast: many calls at once on one network thread, answers
// that are handed on as they come. http:// and https:// (certificates are checked).
//
// Each call has a connection of its own, closed when it ends: no call ever waits for another.
// Redirects are not followed and nothing is decompressed; an answer of any status is an answer.
//
// Errors: of call(), kInvalidArgument: an address or a header that breaks HTTP. Of a call's end,
// kNotFound: no such host; kIo: nobody listens there, the connection was cut; kCorrupt: what came
// is not HTTP; kDeadline: one of the time limits; kCancelled: cancel(), or the client is destroyed.
//
// Threads: all functions from any. Listeners are called on the network thread, one after another,
// in the order of HttpListener, and must neither block nor throw; they may call call() and
// cancel(). No exception leaves this module.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http_headers.h"

namespace byeol::net {

struct HttpCall {
  std::string method = "GET";
  std::string url = {};
  HttpHeaders headers = {};  // Host, Content-Length and Connection are added.
  std::string body = {};
  std::chrono::milliseconds connect_timeout{10'000};  // Name, connection and TLS.
  std::chrono::milliseconds idle_timeout{
      60'000};                                 // To take the request; between parts of the answer.
  std::chrono::milliseconds total_timeout{0};  // 0: none.
};

struct HttpHead {
  int status = 0;
  HttpHeaders headers = {};

  std::string_view header(std::string_view name) const { return find_header(headers, name); }
};

// What is not set is not called.
struct HttpListener {
  std::function<void()> on_sent;  // The request was handed to the system.
  std::function<void(const HttpHead& head)> on_head;
  std::function<void(std::string_view bytes)> on_body;
  // Always, exactly once, last. ok: the answer is complete.
  std::function<void(Status status)> on_end;
};

using HttpCallId = std::uint64_t;

class HttpClient {
 public:
  // `ca_path`: a PEM file of authorities to trust; empty: those of the system. kIo where it cannot
  // be read.
  static Result<std::unique_ptr<HttpClient>> start(const std::string& ca_path = {});
  // Hangs up on every call; all on_end were called when it returns. Waits for a name that is being
  // looked up. Not on the network thread.
  virtual ~HttpClient() = default;

  virtual Result<HttpCallId> call(HttpCall call, HttpListener listener) = 0;
  // Hangs up: on_end says kCancelled. Of a call that has ended: nothing.
  virtual void cancel(HttpCallId id) = 0;
};

// One call, whole: waits for it. `body_bytes_max`: a longer answer is kInvalidArgument.
struct HttpAnswer {
  HttpHead head;
  std::string body;
};
Result<HttpAnswer> fetch(HttpClient& client, HttpCall call,
                         std::size_t body_bytes_max = std::size_t{16} << 20);

}  // namespace byeol::net
