// One connection of the server: reads requests, hands each to a handler, and sends its answer,
// while it watches for the client hanging up. A coroutine, over TCP or TLS.
//
// Threads: the network thread only, but for what HttpExchangeOwner says.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

#include "net/http_exchange.h"
#include "net/http_server.h"

namespace byeol::net {

class HttpConnection : public HttpExchangeOwner {
 public:
  // Until ended() of the host. Keeps itself alive.
  virtual void start() = 0;
  // Looks again at whether the host drains.
  virtual void notify() = 0;
  // Ends at once.
  virtual void close() = 0;
};

// The server, as its connections see it. Outlives them.
class HttpConnectionHost {
 public:
  virtual ~HttpConnectionHost() = default;
  virtual const HttpServerOptions& options() const = 0;
  virtual bool is_draining() const = 0;
  virtual void handle(std::shared_ptr<HttpExchange> exchange) = 0;  // On a worker.
  virtual HttpRefusalAnswer refuse(const HttpRefusal& refusal, std::string_view peer) = 0;
  virtual void ended(HttpConnection& connection) = 0;
};

// `too_many`: only to say so. `tls`: null for plain TCP.
std::shared_ptr<HttpConnection> make_http_connection(HttpConnectionHost& host,
                                                     boost::asio::ip::tcp::socket socket,
                                                     boost::asio::ssl::context* tls, bool too_many);

}  // namespace byeol::net
