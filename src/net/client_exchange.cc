#include "net/client_exchange.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <utility>
#include <vector>

namespace byeol::net {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using Parser = http::response_parser<http::buffer_body>;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::uint32_t kHeadBytesMax = 64 * 1024;

bool is_http_error(const error_code& error) {
  static const error_code some = http::error::bad_version;
  return error.category() == some.category();
}

HttpHead head_of(const Parser& parser) {
  HttpHead head;
  head.status = static_cast<int>(parser.get().result_int());
  for (const auto& field : parser.get())
    head.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  return head;
}

}  // namespace

ClientExchange::ClientExchange(asio::io_context& io, asio::ssl::context& tls, HttpCall call,
                               HttpUrl url, HttpListener listener)
    : tls_(tls),
      call_(std::move(call)),
      url_(std::move(url)),
      listener_(std::move(listener)),
      resolver_(io),
      timer_(io),
      socket_(io),
      end_by_(call_.total_timeout.count() > 0 ? Clock::now() + call_.total_timeout
                                              : Clock::time_point::max()) {}

asio::awaitable<void> ClientExchange::run() {
  const std::shared_ptr<ClientExchange> self = shared_from_this();
  Status status = co_await connect();
  if (status && secure_)
    status = co_await exchange(*secure_);
  else if (status)
    status = co_await exchange(socket_);
  timer_.cancel();
  error_code ignored;
  socket_.close(ignored);
  // What was asked for, or ran out of time, explains the broken connection that follows from it.
  if (hung_up_ && !status) status = *hung_up_;
  if (listener_.on_end) listener_.on_end(std::move(status));
}

void ClientExchange::hang_up(Error reason) {
  if (hung_up_) return;
  hung_up_ = std::move(reason);
  resolver_.cancel();
  error_code ignored;
  socket_.close(ignored);
}

asio::awaitable<Status> ClientExchange::connect() {
  expect_within(call_.connect_timeout, "no connection");
  std::vector<asio::ip::tcp::endpoint> endpoints;
  error_code error;
  // An address needs no look-up, which would cost a change of threads.
  const asio::ip::address address = asio::ip::make_address(url_.host, error);
  if (!error) {
    endpoints.emplace_back(address, static_cast<std::uint16_t>(std::stoi(url_.port)));
  } else {
    auto [unknown, found] = co_await resolver_.async_resolve(url_.host, url_.port, kAwait);
    if (unknown) {
      Error reason = failed("look-up", unknown);
      reason.code = ErrorCode::kNotFound;
      co_return reason;
    }
    for (const auto& entry : found) endpoints.push_back(entry.endpoint());
  }
  if (hung_up_) co_return *hung_up_;

  auto [refused, endpoint] = co_await asio::async_connect(socket_, endpoints, kAwait);
  if (refused) co_return failed("connect", refused);
  // A request that waits for the next acknowledgement would count as the server's slowness.
  socket_.set_option(asio::ip::tcp::no_delay(true), error);
  if (!url_.tls) co_return ok();

  secure_.emplace(socket_, tls_);
  secure_->set_verify_mode(asio::ssl::verify_peer);
  secure_->set_verify_callback(asio::ssl::host_name_verification(url_.host));
  SSL_ctrl(secure_->native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
           url_.host.data());
  auto [untrusted] = co_await secure_->async_handshake(asio::ssl::stream_base::client, kAwait);
  if (untrusted) co_return failed("TLS handshake", untrusted);
  co_return ok();
}

template <typename Stream>
asio::awaitable<Status> ClientExchange::exchange(Stream& stream) {
  expect_within(call_.idle_timeout, "the server took no more of the request");
  const std::string head = request_head();
  const std::array<asio::const_buffer, 2> request = {asio::buffer(head), asio::buffer(call_.body)};
  // A server may refuse before it has read all: its answer is worth more than our broken pipe.
  const auto [unsent, sent_bytes] = co_await asio::async_write(stream, request, kAwait);
  if (!unsent && listener_.on_sent) listener_.on_sent();

  boost::beast::flat_buffer buffer;
  std::optional<Parser> parser;
  do {  // An answer 1xx comes before the answer.
    parser.emplace();
    parser->header_limit(kHeadBytesMax);
    parser->body_limit(boost::none);
    if (call_.method == "HEAD") parser->skip(true);
    expect_within(call_.idle_timeout, "no byte of an answer came");
    const auto [error, bytes] = co_await http::async_read_header(stream, buffer, *parser, kAwait);
    if (error)
      co_return failed(unsent ? "send the request" : "read the answer", unsent ? unsent : error);
  } while (parser->get().result_int() / 100 == 1);
  if (listener_.on_head) listener_.on_head(head_of(*parser));

  while (!parser->is_done()) {
    auto& body = parser->get().body();
    body.data = part_.data();
    body.size = part_.size();
    body.more = true;
    expect_within(call_.idle_timeout, "no further byte of the answer came");
    const auto [error, bytes] = co_await http::async_read_some(stream, buffer, *parser, kAwait);
    const std::size_t got = part_.size() - body.size;
    if (got > 0 && listener_.on_body) listener_.on_body({part_.data(), got});
    if (error && error != http::error::need_buffer) co_return failed("read the answer", error);
  }
  co_return ok();
}

std::string ClientExchange::request_head() const {
  std::string head = call_.method + " " + url_.target + " HTTP/1.1\r\nHost: " + url_.authority +
                     "\r\nConnection: close\r\n";
  if (!call_.body.empty() || call_.method == "POST")
    head += "Content-Length: " + std::to_string(call_.body.size()) + "\r\n";
  for (const auto& [name, value] : call_.headers) head += name + ": " + value + "\r\n";
  return head + "\r\n";
}

void ClientExchange::expect_within(std::chrono::milliseconds limit, const char* otherwise) {
  const Clock::time_point until = Clock::now() + limit;
  const bool is_last = end_by_ <= until;
  if (is_last) otherwise = "the answer was not complete";
  if (is_last) limit = call_.total_timeout;
  timer_.expires_at(std::min(until, end_by_));  // Ends the wait before it.
  timer_.async_wait([this, self = shared_from_this(), limit, otherwise](error_code error) {
    // Moved on while this call was in the queue: not late.
    if (error || timer_.expiry() > Clock::now()) return;
    hang_up({ErrorCode::kDeadline, url_.authority + ": " + otherwise + " within " +
                                       std::to_string(limit.count()) + " ms"});
  });
}

Error ClientExchange::failed(const char* step, const error_code& error) const {
  const bool cut = error == asio::error::eof || error == http::error::end_of_stream ||
                   error == http::error::partial_message;
  return {is_http_error(error) && !cut ? ErrorCode::kCorrupt : ErrorCode::kIo,
          url_.authority + ": " + step + ": " +
              (cut ? "the server hung up before the end" : error.message())};
}

}  // namespace byeol::net
