// One call of an HttpClient under way: name, connection, TLS, request, answer. A coroutine on the
// client's network thread.
//
// Threads: the network thread only.
#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "net/http_client.h"
#include "net/http_url.h"

namespace byeol::net {

class ClientExchange : public std::enable_shared_from_this<ClientExchange> {
 public:
  ClientExchange(boost::asio::io_context& io, boost::asio::ssl::context& tls, HttpCall call,
                 HttpUrl url, HttpListener listener);

  // Ends with the call's on_end; keeps the object alive until then.
  boost::asio::awaitable<void> run();
  // The first reason counts.
  void hang_up(Error reason);

 private:
  using Socket = boost::asio::ip::tcp::socket;

  boost::asio::awaitable<Status> connect();
  template <typename Stream>
  boost::asio::awaitable<Status> exchange(Stream& stream);
  std::string request_head() const;
  // Hangs up, and says so, unless called again within `limit`; or when the whole call took too
  // long.
  void expect_within(std::chrono::milliseconds limit, const char* otherwise);
  Error failed(const char* step, const boost::system::error_code& error) const;

  boost::asio::ssl::context& tls_;
  HttpCall call_;
  HttpUrl url_;
  HttpListener listener_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::steady_timer timer_;
  Socket socket_;
  std::optional<boost::asio::ssl::stream<Socket&>> secure_;
  std::chrono::steady_clock::time_point end_by_;
  std::optional<Error> hung_up_;
  std::array<char, 16 * 1024> part_;
};

}  // namespace byeol::net
