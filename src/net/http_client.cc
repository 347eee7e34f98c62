#include "net/http_client.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <exception>
#include <future>
#include <thread>
#include <unordered_map>
#include <utility>

#include "net/client_exchange.h"

namespace byeol::net {
namespace {

namespace asio = boost::asio;

Status check_headers(const HttpCall& call) {
  constexpr std::string_view kBreaks("\r\n\0", 3);
  const auto breaks = [kBreaks](const std::string& text) {
    return text.find_first_of(kBreaks) != std::string::npos;
  };
  for (const auto& [name, value] : call.headers)
    if (name.empty() || name.find_first_of(": ") != std::string::npos || breaks(name) ||
        breaks(value))
      return Error{ErrorCode::kInvalidArgument,
                   "a header is no header: its name must be a word and its value one line"};
  const bool is_word =
      std::ranges::all_of(call.method, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (call.method.empty() || !is_word)
    return Error{ErrorCode::kInvalidArgument, "an HTTP method must be a word in capitals"};
  return ok();
}

class Client final : public HttpClient {
 public:
  Client() : work_(asio::make_work_guard(io_)) {}

  ~Client() override {
    asio::post(io_, [this] {
      closing_ = true;
      for (const auto& [id, exchange] : open_) exchange->hang_up(closing());
      work_.reset();
    });
    if (thread_.joinable()) thread_.join();
  }

  Status open(const std::string& ca_path) {
    boost::system::error_code error;
    if (ca_path.empty())
      tls_.set_default_verify_paths(error);
    else
      tls_.load_verify_file(ca_path, error);
    if (error)
      return Error{ErrorCode::kIo, "read certificates" + (ca_path.empty() ? "" : " " + ca_path) +
                                       ": " + error.message()};
    thread_ = std::thread([this] { io_.run(); });
    return ok();
  }

  Result<HttpCallId> call(HttpCall call, HttpListener listener) override {
    BYEOL_TRY(HttpUrl url, parse_http_url(call.url));
    BYEOL_TRY_OK(check_headers(call));
    const HttpCallId id = ++last_id_;
    listener.on_end = [this, id, on_end = std::move(listener.on_end)](Status status) {
      open_.erase(id);
      if (on_end) on_end(std::move(status));
    };
    auto exchange = std::make_shared<ClientExchange>(io_, tls_, std::move(call), std::move(url),
                                                     std::move(listener));
    asio::post(io_, [this, id, exchange = std::move(exchange)] {
      open_.emplace(id, exchange);
      if (closing_) exchange->hang_up(closing());
      asio::co_spawn(io_, exchange->run(), asio::detached);
    });
    return id;
  }

  void cancel(HttpCallId id) override {
    asio::post(io_, [this, id] {
      if (const auto found = open_.find(id); found != open_.end())
        found->second->hang_up({ErrorCode::kCancelled, "the call was cancelled"});
    });
  }

 private:
  static Error closing() { return {ErrorCode::kCancelled, "the client ends"}; }

  asio::io_context io_{1};
  asio::ssl::context tls_{asio::ssl::context::tls_client};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::atomic<HttpCallId> last_id_ = 0;
  std::unordered_map<HttpCallId, std::shared_ptr<ClientExchange>> open_;
  bool closing_ = false;  // This and open_: the network thread's.
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<HttpClient>> HttpClient::start(const std::string& ca_path) {
  try {  // Threads and TLS's tables may be refused by the system.
    auto client = std::make_unique<Client>();
    BYEOL_TRY_OK(client->open(ca_path));
    return std::unique_ptr<HttpClient>(std::move(client));
  } catch (const std::exception& refused) {
    return Error{ErrorCode::kIo, std::string("start the HTTP client: ") + refused.what()};
  }
}

Result<HttpAnswer> fetch(HttpClient& client, HttpCall call, std::size_t body_bytes_max) {
  HttpAnswer answer;
  bool too_long = false;
  std::promise<Status> ended;
  std::atomic<HttpCallId> id = 0;
  HttpListener listener;
  listener.on_head = [&](const HttpHead& head) { answer.head = head; };
  listener.on_body = [&](std::string_view bytes) {
    too_long = too_long || bytes.size() > body_bytes_max - answer.body.size();
    if (too_long)
      client.cancel(id);  // Each time: `id` may not be known yet.
    else
      answer.body += bytes;
  };
  listener.on_end = [&](Status status) { ended.set_value(std::move(status)); };
  const std::string url = call.url;
  BYEOL_TRY(id, client.call(std::move(call), std::move(listener)));
  const Status status = ended.get_future().get();
  if (too_long)
    return Error{ErrorCode::kInvalidArgument,
                 url + ": the answer has more than " + std::to_string(body_bytes_max) + " bytes"};
  if (!status) return status.error();
  return answer;
}

}  // namespace byeol::net
