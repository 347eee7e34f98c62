// The bytes of a connection in both directions at once, over TCP or TLS: at most one read and one
// write are under way, and whoever waits is told by notify() that something happened. Their state
// is in plain members, read by the coroutine of the connection when it wakes: nothing can be
// missed.
//
// A read that was begun is never given up before the connection is: what it brings belongs to the
// next request. (TLS could not take one back.)
//
// Threads: the network thread only, but for wake() and post().
#pragma once

#include <algorithm>
#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/log.h"
#include "net/http_connection.h"
#include "net/wake_batch.h"

namespace byeol::net {

using TcpStream = boost::asio::ip::tcp::socket;
using TlsStream = boost::asio::ssl::stream<TcpStream>;

template <typename Stream>
class HttpConnectionIo : public HttpConnection,
                         public std::enable_shared_from_this<HttpConnectionIo<Stream>> {
 public:
  void notify() override { alarm_.cancel(); }
  void close() override {
    closed_ = true;
    boost::system::error_code ignored;
    stream_.lowest_layer().close(ignored);
    notify();
  }
  void post(std::function<void()> call) override { boost::asio::post(executor_, std::move(call)); }
  void wake() override {
    WakeBatch::post(executor_,
                    [self = this->shared_from_this()] { self->guarded([&] { self->on_wake(); }); });
  }

 protected:
  using Clock = std::chrono::steady_clock;
  using ErrorCodeOf = boost::system::error_code;

  explicit HttpConnectionIo(Stream stream)
      : executor_(stream.get_executor()), stream_(std::move(stream)), alarm_(executor_) {}

  // Somebody called wake(), or the socket took the last of out_.
  virtual void on_wake() = 0;
  // The socket took some bytes, `body_bytes` of them the body's.
  virtual void on_sent(std::size_t body_bytes) = 0;

  boost::asio::awaitable<void> wait_until(Clock::time_point deadline) {
    ErrorCodeOf ignored;  // Cancelled or not: who waits looks for itself.
    alarm_.expires_at(deadline);
    co_await alarm_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
  }

  // Whether TLS could be set up; true where there is none.
  boost::asio::awaitable<bool> shake_hands(Clock::time_point deadline) {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      stream_.async_handshake(boost::asio::ssl::stream_base::server,
                              [self = this->shared_from_this()](const ErrorCodeOf& error) {
                                self->handshake_ = error ? Handshake::kFailed : Handshake::kDone;
                                self->notify();
                              });
      while (handshake_ == Handshake::kUnderWay) {
        if (!closed_ && Clock::now() >= deadline) close();  // Which ends the handshake.
        co_await wait_until(closed_ ? Clock::time_point::max() : deadline);
      }
      co_return handshake_ == Handshake::kDone && !closed_;
    } else {
      static_cast<void>(deadline);
      co_return true;
    }
  }

  // What comes is appended to received_.
  void start_read() {
    if (reading_ || read_over_ || closed_) return;
    reading_ = true;
    stream_.async_read_some(
        boost::asio::buffer(*incoming_),
        [self = this->shared_from_this()](const ErrorCodeOf& error, std::size_t bytes) {
          self->guarded([&] { self->on_read(!error, bytes); });
        });
  }

  // Sends out_, all of it.
  void start_write() {
    progress_ = Clock::now();
    write_some();
  }

  // Sends no more: lets the client see an end instead of an error.
  void shut_down() {
    if (closed_) return;
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      // Its alert leaves at once where the socket has room; the client's is not waited for.
      stream_.async_shutdown([self = this->shared_from_this()](const ErrorCodeOf&) {});
    }
    ErrorCodeOf ignored;
    stream_.lowest_layer().shutdown(TcpStream::shutdown_send, ignored);
  }

  const boost::asio::any_io_executor executor_;
  std::string received_;  // And not taken yet.
  bool reading_ = false;
  bool read_over_ = false;  // The client sends no more, or the connection broke.
  HttpOutput out_;
  bool writing_ = false;
  bool write_failed_ = false;
  bool closed_ = false;
  Clock::time_point progress_;  // When the socket last took bytes of out_.

 private:
  enum class Handshake { kUnderWay, kDone, kFailed };

  static constexpr std::size_t kReadBytes = std::size_t{16} * 1024;  // A record of TLS.

  void on_read(bool good, std::size_t bytes) {
    reading_ = false;
    read_over_ = !good;
    received_.append(incoming_->data(), bytes);
    notify();
  }

  void write_some() {
    writing_ = true;
    std::array<boost::asio::const_buffer, 3> buffers;
    std::size_t skip = out_.taken;
    std::size_t count = 0;
    for (const std::string_view part :
         {std::string_view(out_.head), std::string_view(out_.body), out_.tail}) {
      const std::size_t skipped = std::min(skip, part.size());
      skip -= skipped;
      buffers[count++] = boost::asio::buffer(part.substr(skipped));
    }
    stream_.async_write_some(
        buffers, [self = this->shared_from_this()](const ErrorCodeOf& error, std::size_t bytes) {
          self->guarded([&] { self->on_written(!error, bytes); });
        });
  }

  void on_written(bool good, std::size_t bytes) {
    writing_ = false;
    if (!good) {
      write_failed_ = true;
      notify();
      return;
    }
    progress_ = Clock::now();
    on_sent(out_.advance(bytes));
    if (closed_) return;
    if (out_.left() > 0)
      write_some();
    else
      on_wake();
  }

  template <typename Call>
  void guarded(const Call& call) {
    try {
      call();
    } catch (const std::exception& failure) {
      log(LogLevel::kError, std::string("an HTTP connection broke: ") + failure.what());
      close();
    }
  }

  Stream stream_;
  boost::asio::steady_timer alarm_;
  Handshake handshake_ = Handshake::kUnderWay;
  // Not touched before bytes come: an idle connection costs its address space only.
  const std::unique_ptr<std::array<char, kReadBytes>> incoming_ =
      std::make_unique_for_overwrite<std::array<char, kReadBytes>>();
};

}  // namespace byeol::net
