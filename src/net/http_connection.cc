#include "net/http_connection.h"

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <sstream>

#include "net/http_connection_io.h"
#include "net/http_server_reader.h"

namespace byeol::net {
namespace {

namespace asio = boost::asio;

// Of further requests, read while one is answered. Beyond it a client waits, as TCP has it.
constexpr std::size_t kAheadBytesMax = std::size_t{16} * 1024;
// How long a client that was answered for the last time may go on sending. Closing on bytes that
// were not read would reset the connection and could take the answer from it.
constexpr std::chrono::milliseconds kLinger{1000};

std::string name_of_peer(const TcpStream& socket) {
  boost::system::error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return "unknown";
  std::ostringstream text;
  text << endpoint;
  return std::move(text).str();
}

template <typename Stream>
class HttpConnectionOver final : public HttpConnectionIo<Stream> {
 public:
  HttpConnectionOver(HttpConnectionHost& host, Stream stream, std::string peer, bool too_many)
      : Io(std::move(stream)),
        host_(host),
        options_(host.options()),
        peer_(std::move(peer)),
        too_many_(too_many),
        reader_(options_.header_bytes_max, options_.body_bytes_max) {}

  void start() override;

 private:
  using Io = HttpConnectionIo<Stream>;
  using Clock = std::chrono::steady_clock;
  using State = HttpServerReader::State;
  enum class Received { kRequest, kRefused, kGone };
  enum class Answered { kNextRequest, kLastRequest, kCut };

  // These are the base class's; a template has to say so.
  using Io::close, Io::shake_hands, Io::shut_down, Io::start_read, Io::start_write, Io::wait_until;
  using Io::closed_, Io::out_, Io::progress_, Io::read_over_, Io::reading_, Io::received_,
      Io::write_failed_, Io::writing_;

  asio::awaitable<void> run();
  asio::awaitable<Received> receive();
  asio::awaitable<Answered> answer();
  // Whether all of it was taken by the socket.
  asio::awaitable<bool> send(std::string head, std::string body);
  asio::awaitable<void> refuse(HttpRefusal refusal);
  asio::awaitable<void> linger();

  std::chrono::milliseconds patience(State state) const;
  HttpRefusal too_slow(State state) const;
  bool is_too_slow_reader() const {
    return writing_ && Clock::now() >= progress_ + options_.write_timeout;
  }
  void on_wake() override;
  void on_sent(std::size_t body_bytes) override;
  void finish(bool hung_up);

  HttpConnectionHost& host_;
  const HttpServerOptions& options_;
  const std::string peer_;
  const bool too_many_;
  HttpServerReader reader_;
  HttpRefusal refusal_;
  std::shared_ptr<HttpAnswer> answer_;  // Null: no request is under way.
  bool is_last_ = false;                // out_ ends the answer.
  bool is_cut_ = false;                 // The answer will never be complete.
};

template <typename Stream>
void HttpConnectionOver<Stream>::start() {
  asio::co_spawn(this->executor_, run(),
                 [this, self = this->shared_from_this()](const std::exception_ptr& failure) {
                   if (failure) log(LogLevel::kError, "an HTTP connection broke");
                   finish(true);
                   close();
                   host_.ended(*this);
                 });
}

template <typename Stream>
asio::awaitable<void> HttpConnectionOver<Stream>::run() {
  if (!co_await shake_hands(Clock::now() + options_.header_timeout)) co_return;
  if (too_many_) {
    // With a name of its own: GCC 12 destroys a temporary of this kind in a co_await twice.
    HttpRefusal refusal{503, "all " + std::to_string(options_.connections_max) +
                                 " connections of the server are in use"};
    co_await refuse(std::move(refusal));
    co_return;
  }
  while (true) {
    const Received received = co_await receive();
    if (received == Received::kGone) break;
    if (received == Received::kRefused) {
      co_await refuse(std::move(refusal_));
      co_return;
    }
    const Answered answered = co_await answer();
    if (answered == Answered::kCut) co_return;
    if (answered == Answered::kLastRequest) {
      co_await linger();
      co_return;
    }
  }
  shut_down();
}

template <typename Stream>
asio::awaitable<typename HttpConnectionOver<Stream>::Received>
HttpConnectionOver<Stream>::receive() {
  State phase = State::kStart;
  Clock::time_point deadline = Clock::now() + patience(phase);
  bool continued = false;
  while (!closed_) {
    if (!received_.empty()) received_.erase(0, reader_.take(received_));
    const State state = reader_.state();
    if (state == State::kComplete) co_return read_over_ ? Received::kGone : Received::kRequest;
    if (state == State::kRefused) {
      refusal_ = reader_.refusal();
      co_return Received::kRefused;
    }
    if (state != phase) {
      phase = state;
      deadline = Clock::now() + patience(phase);
    }
    if (read_over_ || (phase == State::kStart && host_.is_draining())) break;
    if (Clock::now() >= deadline) {
      if (phase == State::kStart) break;
      refusal_ = too_slow(phase);
      co_return Received::kRefused;
    }
    if (phase == State::kBody && reader_.wants_continue() && !std::exchange(continued, true)) {
      std::string interim = "HTTP/1.1 100 Continue\r\n\r\n";
      const bool sent = co_await send(std::move(interim), std::string());
      if (!sent) break;
      continue;
    }
    start_read();
    co_await wait_until(deadline);
  }
  co_return Received::kGone;
}

template <typename Stream>
asio::awaitable<typename HttpConnectionOver<Stream>::Answered>
HttpConnectionOver<Stream>::answer() {
  HttpRequest request = reader_.take_request();
  request.peer = peer_;
  request.arrived = Clock::now();
  answer_ = std::make_shared<HttpAnswer>(this->shared_from_this(), std::move(request),
                                         reader_.http_1_0());
  is_last_ = false;
  is_cut_ = false;
  host_.handle(make_http_exchange(answer_));
  while (!closed_ && !write_failed_ && !is_cut_) {
    if (is_last_ && !writing_) {
      const bool keeps_alive = answer_->keeps_alive() && !host_.is_draining();
      finish(false);
      co_return keeps_alive ? Answered::kNextRequest : Answered::kLastRequest;
    }
    // One who only ended his sending side may still take an answer that is there already.
    if (read_over_ && !answer_->is_given()) break;
    if (is_too_slow_reader()) break;
    if (received_.size() < kAheadBytesMax) start_read();
    // The alarm may be early, never late: what is written meanwhile moves the deadline back.
    co_await wait_until((writing_ ? progress_ : Clock::now()) + options_.write_timeout);
  }
  finish(true);
  co_return Answered::kCut;
}

template <typename Stream>
void HttpConnectionOver<Stream>::on_wake() {
  if (writing_) return;
  if (!answer_ || is_last_) {
    this->notify();
    return;
  }
  const bool may_keep_alive = reader_.keep_alive() && !host_.is_draining();
  HttpAnswer::Next next = answer_->next(may_keep_alive, out_);
  if (next == HttpAnswer::Next::kUnanswered) {
    answer_->respond_unanswered(
        host_.refuse({500, "the request was dropped without an answer"}, peer_));
    next = answer_->next(may_keep_alive, out_);
  }
  if (next == HttpAnswer::Next::kNothing) return;
  if (next == HttpAnswer::Next::kBroken) {
    is_cut_ = true;
    this->notify();
    return;
  }
  is_last_ = next == HttpAnswer::Next::kLast;
  start_write();
}

template <typename Stream>
void HttpConnectionOver<Stream>::on_sent(std::size_t body_bytes) {
  if (answer_) answer_->sent(out_.left(), body_bytes);
}

template <typename Stream>
void HttpConnectionOver<Stream>::finish(bool hung_up) {
  if (const std::shared_ptr<HttpAnswer> answer = std::exchange(answer_, nullptr))
    answer->finish(hung_up);
  if (!writing_) out_ = {};  // An idle connection keeps no large buffer.
}

template <typename Stream>
asio::awaitable<bool> HttpConnectionOver<Stream>::send(std::string head, std::string body) {
  out_ = {.head = std::move(head), .body = std::move(body), .tail = {}, .taken = 0};
  start_write();
  while (writing_ && !closed_ && !is_too_slow_reader())
    co_await wait_until(progress_ + options_.write_timeout);
  co_return !writing_ && !write_failed_ && !closed_;
}

template <typename Stream>
asio::awaitable<void> HttpConnectionOver<Stream>::refuse(HttpRefusal refusal) {
  HttpRefusalAnswer answer = host_.refuse(refusal, peer_);
  std::string head =
      http_head({.status = refusal.status, .body_bytes = answer.body.size(), .keep_alive = false},
                answer.headers);
  const bool sent = co_await send(std::move(head), std::move(answer.body));
  if (sent) co_await linger();
}

template <typename Stream>
asio::awaitable<void> HttpConnectionOver<Stream>::linger() {
  shut_down();
  const Clock::time_point deadline = Clock::now() + kLinger;
  while (!closed_ && !read_over_ && Clock::now() < deadline) {
    received_.clear();
    start_read();
    co_await wait_until(deadline);
  }
}

template <typename Stream>
std::chrono::milliseconds HttpConnectionOver<Stream>::patience(State state) const {
  return state == State::kStart    ? options_.idle_timeout
         : state == State::kHeader ? options_.header_timeout
                                   : options_.body_timeout;
}

template <typename Stream>
HttpRefusal HttpConnectionOver<Stream>::too_slow(State state) const {
  return {408, std::string(state == State::kHeader ? "the header" : "the body") +
                   " did not arrive within " + std::to_string(patience(state).count()) + " ms"};
}

}  // namespace

std::shared_ptr<HttpConnection> make_http_connection(HttpConnectionHost& host, TcpStream socket,
                                                     asio::ssl::context* tls, bool too_many) {
  std::string peer = name_of_peer(socket);
  if (tls)
    return std::make_shared<HttpConnectionOver<TlsStream>>(host, TlsStream(std::move(socket), *tls),
                                                           std::move(peer), too_many);
  return std::make_shared<HttpConnectionOver<TcpStream>>(host, std::move(socket), std::move(peer),
                                                         too_many);
}

}  // namespace byeol::net
