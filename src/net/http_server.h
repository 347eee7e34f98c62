// An HTTP/1.1 server over Boost.Beast: sockets, TLS, limits, streams with back-pressure, graceful
// stop. Knows nothing of what is served: a handler gets an exchange and answers it when it can.
//
// A connection is a coroutine on the one network thread; the handler runs on one of a few workers,
// so that reading a large body or rendering a prompt stalls no other connection. Whoever answers
// may do so from any thread, at any later time. Requests of one connection are handled one after
// another, also where a client sends several without waiting (pipelining).
//
// Bad input (broken HTTP, a header or body beyond its limit, a slow sender) is answered with 400,
// 408, 413 or 431, a connection too many with 503; `refuse` makes headers and body, and the
// connection is closed. One that sends nothing at all is closed in silence.
//
// A client that closes its connection, or only its sending side, before the answer is complete has
// hung up. It is heard of within milliseconds, unless it sent more than 16 KB of further requests.
//
// Threads: see each class. No exception leaves this module.
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

struct HttpRequest {
  std::string method;  // "GET" …
  std::string path;    // Of the target, percent-decoded; begins with '/'.
  std::string query;   // Behind '?', as it came.
  HttpHeaders headers;
  std::string body;
  std::string peer;                               // "127.0.0.1:51234"
  std::chrono::steady_clock::time_point arrived;  // When its last byte was read.

  // The first header of that name, in any case; empty where there is none.
  std::string_view header(std::string_view name) const { return find_header(headers, name); }
  // The value of `name` in the query, percent-decoded ('+' is a blank); empty where there is none.
  std::string query_value(std::string_view name) const;
};

// One request and its answer. Either respond(), or begin(), any number of write(), end(); what
// comes in another order, or after the client hung up, is ignored. Dropping the last reference
// without an answer gives 500; in the middle of a stream, it cuts the connection. An exchange may
// outlive its server. Threads: any, each call is atomic; none blocks.
class HttpExchange {
 public:
  virtual ~HttpExchange() = default;

  virtual const HttpRequest& request() const = 0;
  // The whole answer at once. Content-Length, Date and Connection are added (and, where given,
  // replaced). A HEAD request, 204 and 304 get no body.
  virtual void respond(int status, HttpHeaders headers, std::string body) = 0;
  // An answer that comes in parts (chunked). Each write() is sent as soon as the socket takes it.
  virtual void begin(int status, HttpHeaders headers) = 0;
  virtual void write(std::string bytes) = 0;
  virtual void end() = 0;
  // Bytes that the reader has not taken yet: in our buffer, the system's not counted.
  virtual std::size_t pending_bytes() const = 0;
  // Called once, from the network thread, when pending_bytes() has fallen to `bytes` or less, which
  // is also where the client hung up; at once, from this thread, where the answer is over already.
  virtual void on_drained(std::size_t bytes, std::function<void()> call) = 0;
  // Called once, from the network thread, when the client hangs up (or is dropped) before the
  // answer was complete; at once, from this thread, where that has happened already.
  virtual void on_hang_up(std::function<void()> call) = 0;
  // Called once, from the network thread, when the answer was handed to the system or given up:
  // status (0: none was sent) and the bytes of the body that were sent. For the access log. At
  // once, from this thread, where that has happened already.
  virtual void on_done(std::function<void(int status, std::uint64_t body_bytes)> call) = 0;
};

struct HttpServerOptions {
  std::string host = "127.0.0.1";  // An address or a name.
  std::uint16_t port = 8080;       // 0: a free one; see port().
  std::string tls_cert_path = {};  // PEM chain; both or none.
  std::string tls_key_path = {};
  int workers = 2;  // Threads that run handlers.
  std::size_t connections_max = 4096;
  std::size_t header_bytes_max = std::size_t{16} * 1024;
  std::size_t body_bytes_max = std::size_t{8} * 1024 * 1024;
  // From a request's first byte to its last header. Also for the handshake of TLS.
  std::chrono::milliseconds header_timeout{15'000};
  std::chrono::milliseconds body_timeout{30'000};   // From the last header to the body's last byte.
  std::chrono::milliseconds idle_timeout{75'000};   // Between requests, and before the first.
  std::chrono::milliseconds write_timeout{60'000};  // Without any byte taken by the reader.
};

// Called on a worker.
using HttpHandler = std::function<void(std::shared_ptr<HttpExchange>)>;
// Why a request never comes to a handler; 500: its handler dropped it without an answer.
struct HttpRefusal {
  int status = 0;
  std::string sentence;
};
struct HttpRefusalAnswer {
  HttpHeaders headers;
  std::string body;
};
// Answers it. Called from the network thread: be quick.
using HttpRefuse = std::function<HttpRefusalAnswer(const HttpRefusal&, std::string_view peer)>;

class HttpServer {
 public:
  // Binds and listens, and starts its threads. kInvalidArgument or kIo with a sentence: the address
  // is in use, unknown, or the certificate cannot be read.
  static Result<std::unique_ptr<HttpServer>> start(const HttpServerOptions& options,
                                                   HttpHandler handler, HttpRefuse refuse);
  // Closes everything at once and waits for handlers that have begun; calls and handlers that have
  // not are dropped. What waited for on_hang_up, on_drained or on_done is called before it returns.
  virtual ~HttpServer() = default;

  virtual std::uint16_t port() const = 0;
  virtual std::size_t connections() const = 0;  // Open now.
  // Runs `call` on a worker, as handlers are.
  virtual void post(std::function<void()> call) = 0;
  // Accepts no more connections; open ones end with the answer under way, idle ones now. Returns
  // when none is left and no handler runs, also of a client that hung up, or after `patience`;
  // true: all ended by themselves. Not from a callback.
  virtual bool drain(std::chrono::milliseconds patience) = 0;
};

}  // namespace byeol::net
