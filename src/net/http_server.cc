#include "net/http_server.h"

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/log.h"
#include "net/http_connection.h"
#include "net/http_server_listen.h"
#include "net/http_server_workers.h"
#include "net/tls.h"

namespace byeol::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// So many connections above connections_max are told so; what is beyond is closed unheard.
constexpr std::size_t kToldTooMany = 64;
// When the system has no room for another connection, asking again at once would only spin.
constexpr std::chrono::milliseconds kAcceptPause{100};

struct Listener {
  explicit Listener(tcp::acceptor listening)
      : acceptor(std::move(listening)), pause(acceptor.get_executor()) {}

  void stop() {
    boost::system::error_code ignored;
    acceptor.close(ignored);
    pause.cancel();
  }

  tcp::acceptor acceptor;
  asio::steady_timer pause;
};

class RunningServer final : public HttpServer, private HttpConnectionHost {
 public:
  RunningServer(const HttpServerOptions& options, HttpHandler handler, HttpRefuse refuse)
      : options_(options),
        handler_(std::move(handler)),
        refuse_(std::move(refuse)),
        work_(io_.get_executor()) {}
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;
  ~RunningServer() override;

  Status open();

  std::uint16_t port() const override { return port_; }
  std::size_t connections() const override { return count_; }
  void post(std::function<void()> call) override { workers_->post(std::move(call)); }
  bool drain(std::chrono::milliseconds patience) override;

 private:
  const HttpServerOptions& options() const override { return options_; }
  bool is_draining() const override { return draining_; }
  void handle(std::shared_ptr<HttpExchange> exchange) override;
  HttpRefusalAnswer refuse(const HttpRefusal& refusal, std::string_view peer) override;
  void ended(HttpConnection& connection) override;

  void run();
  asio::awaitable<void> accept(Listener& listener);
  void take(tcp::socket socket);
  void stop_listening();

  const HttpServerOptions options_;
  const HttpHandler handler_;
  const HttpRefuse refuse_;
  std::uint16_t port_ = 0;

  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::optional<asio::ssl::context> tls_;

  // The network thread's.
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::unordered_set<HttpConnection*> connections_;
  bool draining_ = false;

  std::atomic<std::size_t> count_ = 0;  // Of connections_.
  std::mutex mutex_;                    // For waiting on what follows, and on count_.
  std::condition_variable none_left_;   // Of connections or of handlers.
  bool listening_ = true;
  std::size_t handling_ = 0;  // Handlers that run, or are to.

  std::unique_ptr<HttpServerWorkers> workers_;
  std::thread thread_;
};

Status RunningServer::open() {
  if (!handler_) return Error{ErrorCode::kInvalidArgument, "an HTTP server needs a handler"};
  if (options_.workers < 1)
    return Error{ErrorCode::kInvalidArgument, "an HTTP server needs one worker or more, not " +
                                                  std::to_string(options_.workers)};
  if (options_.tls_cert_path.empty() != options_.tls_key_path.empty())
    return Error{ErrorCode::kInvalidArgument,
                 "TLS needs both a certificate and its key; only one of them was given"};
  if (!options_.tls_cert_path.empty()) {
    BYEOL_TRY(tls_, make_tls_context(options_.tls_cert_path, options_.tls_key_path));
  }
  BYEOL_TRY(std::vector<tcp::acceptor> acceptors, listen_on(io_, options_.host, options_.port));
  port_ = acceptors.front().local_endpoint().port();
  for (tcp::acceptor& acceptor : acceptors) {
    listeners_.push_back(std::make_unique<Listener>(std::move(acceptor)));
    asio::co_spawn(io_, accept(*listeners_.back()), [](const std::exception_ptr& failure) {
      if (failure) log(LogLevel::kError, "the HTTP server accepts no more connections");
    });
  }
  workers_ = std::make_unique<HttpServerWorkers>(options_.workers);
  thread_ = std::thread([this] { run(); });
  return ok();
}

RunningServer::~RunningServer() {
  if (thread_.joinable()) {
    workers_->stop();
    asio::post(io_, [this] {
      stop_listening();
      draining_ = true;
      for (HttpConnection* connection : connections_) connection->close();
      work_.reset();
    });
    thread_.join();  // When every connection has ended and every callback was called.
  }
  if (workers_) workers_->join();
  workers_.reset();
}

void RunningServer::run() {
  while (true) {
    try {
      io_.run();
      return;
    } catch (const std::exception& failure) {
      log(LogLevel::kError, std::string("the HTTP server goes on after: ") + failure.what());
    } catch (...) {
      log(LogLevel::kError, "the HTTP server goes on after an unknown exception");
    }
  }
}

asio::awaitable<void> RunningServer::accept(Listener& listener) {
  bool complained = false;
  while (listener.acceptor.is_open()) {
    boost::system::error_code error;
    tcp::socket socket =
        co_await listener.acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (!listener.acceptor.is_open()) break;
    if (!error) {
      complained = false;
      take(std::move(socket));
    } else if (error != asio::error::connection_aborted) {
      if (!std::exchange(complained, true))
        log(LogLevel::kWarning, "cannot accept connections: " + error.message());
      listener.pause.expires_after(kAcceptPause);
      co_await listener.pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
  }
}

void RunningServer::take(tcp::socket socket) {
  if (count_ >= options_.connections_max + kToldTooMany) return;
  try {
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    const auto connection = make_http_connection(*this, std::move(socket), tls_ ? &*tls_ : nullptr,
                                                 count_ >= options_.connections_max);
    connections_.insert(connection.get());
    count_ = connections_.size();
    connection->start();
  } catch (const std::exception& failure) {
    log(LogLevel::kError, std::string("cannot take a connection: ") + failure.what());
  }
}

void RunningServer::ended(HttpConnection& connection) {
  connections_.erase(&connection);
  const std::lock_guard lock(mutex_);
  count_ = connections_.size();
  if (connections_.empty()) none_left_.notify_all();
}

void RunningServer::handle(std::shared_ptr<HttpExchange> exchange) {
  {
    const std::lock_guard lock(mutex_);
    ++handling_;
  }
  workers_->post([this, exchange = std::move(exchange)]() mutable {
    struct Handled {
      RunningServer& server;
      ~Handled() {
        const std::lock_guard lock(server.mutex_);
        if (--server.handling_ == 0) server.none_left_.notify_all();
      }
    } const handled{*this};
    handler_(std::move(exchange));
  });
}

HttpRefusalAnswer RunningServer::refuse(const HttpRefusal& refusal, std::string_view peer) {
  if (!refuse_) return {};
  try {
    return refuse_(refusal, peer);
  } catch (const std::exception& failure) {
    log(LogLevel::kError, std::string("no body for a refusal: ") + failure.what());
    return {};
  }
}

void RunningServer::stop_listening() {
  for (const std::unique_ptr<Listener>& listener : listeners_) listener->stop();
}

bool RunningServer::drain(std::chrono::milliseconds patience) {
  asio::post(io_, [this] {
    stop_listening();
    draining_ = true;
    for (HttpConnection* connection : connections_) connection->notify();
    const std::lock_guard lock(mutex_);
    listening_ = false;
    none_left_.notify_all();
  });
  std::unique_lock lock(mutex_);
  return none_left_.wait_for(lock, patience,
                             [this] { return !listening_ && count_ == 0 && handling_ == 0; });
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::start(const HttpServerOptions& options,
                                                      HttpHandler handler, HttpRefuse refuse) {
  try {
    auto server = std::make_unique<RunningServer>(options, std::move(handler), std::move(refuse));
    BYEOL_TRY_OK(server->open());
    return std::unique_ptr<HttpServer>(std::move(server));
  } catch (const std::exception& failure) {
    return Error{ErrorCode::kIo, std::string("start an HTTP server: ") + failure.what()};
  }
}

}  // namespace byeol::net
