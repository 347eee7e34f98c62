// One answer between those who write it (any thread, through an HttpExchange) and the connection
// that sends it (network thread). No socket here.
//
// Writers append to a buffer and wake the connection, once until it found the buffer empty: however
// many write() come while the socket is busy, they leave as one chunk, with one system call.
//
// Threads: each method says which. Callbacks are called outside of the lock.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/http_exchange_head.h"
#include "net/http_server.h"

namespace byeol::net {

// The connection, as an answer sees it. Threads: any; neither calls back from inside.
class HttpExchangeOwner {
 public:
  virtual ~HttpExchangeOwner() = default;
  // Asks the network thread to call next() soon.
  virtual void wake() = 0;
  // Runs `call` on the network thread.
  virtual void post(std::function<void()> call) = 0;
};

// Bytes for the socket: head, body and tail follow one another.
struct HttpOutput {
  std::string head;
  std::string body;
  std::string_view tail;
  std::size_t taken = 0;  // By the socket.

  std::size_t left() const { return head.size() + body.size() + tail.size() - taken; }
  // The socket took so many more; returns how many of them were the body's.
  std::size_t advance(std::size_t bytes);
};

class HttpAnswer {
 public:
  enum class Next {
    kNothing,     // Wait for wake().
    kPart,        // The output was filled; more may come.
    kLast,        // The output was filled, and ends the answer.
    kUnanswered,  // It was dropped: respond_unanswered(), then again.
    kBroken,      // A stream was dropped before its end: cut the connection.
  };

  // `owner` until finish().
  HttpAnswer(std::shared_ptr<HttpExchangeOwner> owner, HttpRequest request, bool http_1_0)
      : request_(std::move(request)), http_1_0_(http_1_0), owner_(std::move(owner)) {}

  // Any thread: see HttpExchange.
  const HttpRequest& request() const { return request_; }
  void respond(int status, HttpHeaders headers, std::string body);
  void begin(int status, HttpHeaders headers);
  void write(std::string_view bytes);
  void end();
  void drop();
  std::size_t pending_bytes() const;
  void on_drained(std::size_t bytes, std::function<void()> call);
  void on_hang_up(std::function<void()> call);
  void on_done(std::function<void(int status, std::uint64_t body_bytes)> call);

  // Network thread: what to send next. `may_keep_alive`: whether the connection wants to.
  Next next(bool may_keep_alive, HttpOutput& output);
  void respond_unanswered(HttpRefusalAnswer refusal);
  // Network thread: of the output, so much is left; so much more of the body was sent.
  void sent(std::size_t left_bytes, std::size_t body_bytes);
  // Network thread: no more of this; `hung_up`: before the answer was complete.
  void finish(bool hung_up);

  // Whether all of it was given, sent or not.
  bool is_given() const;
  // Whether the head that was sent lets the connection live on.
  bool keeps_alive() const { return keep_alive_; }  // Network thread.

 private:
  enum class Phase { kWaiting, kStream, kGiven, kDropped };
  using Lock = std::lock_guard<std::mutex>;

  bool takes_body() const { return has_body(status_) && request_.method != "HEAD"; }
  void start(int status, HttpHeaders headers);
  void wake();
  void add_head(bool may_keep_alive, HttpOutput& output);
  void add_body(HttpOutput& output);
  std::vector<std::function<void()>> take_drained();

  const HttpRequest request_;
  const bool http_1_0_;
  bool keep_alive_ = false;                             // Network thread.
  HttpBodyFraming framing_ = HttpBodyFraming::kLength;  // Network thread.

  mutable std::mutex mutex_;                  // Guards what follows.
  std::shared_ptr<HttpExchangeOwner> owner_;  // Null: finished.
  bool awake_ = false;  // The connection will call next() without being asked.
  Phase phase_ = Phase::kWaiting;
  bool whole_ = false;      // By respond(): the length is known.
  bool head_sent_ = false;  // Handed over, that is.
  bool hung_up_ = false;
  int status_ = 0;
  HttpHeaders headers_;
  std::string body_;            // Given and not handed over yet.
  std::size_t left_bytes_ = 0;  // Handed over and not taken by the socket yet.
  std::uint64_t body_bytes_ = 0;
  std::vector<std::pair<std::size_t, std::function<void()>>> on_drained_;
  std::vector<std::function<void()>> on_hang_up_;
  std::vector<std::function<void(int, std::uint64_t)>> on_done_;
};

// For a handler: drops the answer when its last reference goes.
std::shared_ptr<HttpExchange> make_http_exchange(std::shared_ptr<HttpAnswer> answer);

}  // namespace byeol::net
