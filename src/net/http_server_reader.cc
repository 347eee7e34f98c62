#include "net/http_server_reader.h"

#include <algorithm>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <limits>
#include <utility>

#include "net/http_server_case.h"
#include "net/percent.h"

namespace byeol::net {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

struct HttpServerReader::Parser : http::request_parser<http::string_body> {};

namespace {

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

Error broken(std::string_view sentence) {
  return {ErrorCode::kInvalidArgument, std::string(sentence)};
}

}  // namespace

HttpServerReader::HttpServerReader(std::size_t header_bytes_max, std::size_t body_bytes_max)
    : header_bytes_max_(header_bytes_max), body_bytes_max_(body_bytes_max) {}

HttpServerReader::~HttpServerReader() = default;

std::size_t HttpServerReader::take(std::string_view bytes) {
  std::size_t taken = 0;
  // An empty line before a request is a habit of old clients (RFC 9112, section 2.2).
  while (state_ == State::kStart && bytes.substr(taken).starts_with("\r\n")) taken += 2;
  if (state_ == State::kStart && taken < bytes.size() && bytes.substr(taken) != "\r") {
    state_ = State::kHeader;
    parser_ = std::make_unique<Parser>();
    parser_->header_limit(std::numeric_limits<std::uint32_t>::max());  // Counted here instead.
    parser_->body_limit(body_bytes_max_);
  }
  if (state_ == State::kHeader) taken += take_header(bytes.substr(taken));
  if (state_ == State::kBody) taken += take_body(bytes.substr(taken));
  return taken;
}

std::size_t HttpServerReader::take_header(std::string_view bytes) {
  const std::size_t room = header_bytes_max_ - header_bytes_;
  const std::string_view window = bytes.substr(0, room);
  beast::error_code error;
  const std::size_t taken = parser_->put(asio::buffer(window), error);
  header_bytes_ += taken;
  if (error == http::error::need_more) {
    if (window.size() == room)
      refuse(431, "the header is larger than " + std::to_string(header_bytes_max_) + " bytes");
    return taken;
  }
  // Tells more about the request than that its body is too large, so it comes first.
  if (!error || error == http::error::body_limit) {
    if (Status read = read_header(); !read) {
      refuse(400, std::move(read.error().message));
      return taken;
    }
  }
  if (error == http::error::body_limit) {
    refuse(413, "the body is larger than " + std::to_string(body_bytes_max_) + " bytes");
  } else if (error) {
    refuse(400, "the request is not HTTP/1.1: " + error.message());
  } else {
    parser_->eager(true);
    state_ = parser_->is_done() ? State::kComplete : State::kBody;
  }
  return taken;
}

std::size_t HttpServerReader::take_body(std::string_view bytes) {
  // Beast 1.81 asserts five bytes where it looks at a last chunk for the second time. No chunked
  // body has less than that to come: "0\r\n\r\n".
  if (bytes.size() < (parser_->chunked() ? 5u : 1u)) return 0;
  beast::error_code error;
  const std::size_t taken = parser_->put(asio::buffer(bytes), error);
  if (error == http::error::body_limit) {
    refuse(413, "the body is larger than " + std::to_string(body_bytes_max_) + " bytes");
  } else if (error && error != http::error::need_more) {
    refuse(400, "the body is not as HTTP/1.1 has it: " + error.message());
  } else if (parser_->is_done()) {
    request_.body = std::move(parser_->get().body());
    state_ = State::kComplete;
  } else if (bytes.size() - taken > header_bytes_max_) {
    refuse(400, "a chunk's header or the trailer is larger than " +
                    std::to_string(header_bytes_max_) + " bytes");
  }
  return taken;
}

Status HttpServerReader::read_header() {
  const http::request<http::string_body>& message = parser_->get();
  request_.method = view(message.method_string());
  for (const auto& field : message)
    request_.headers.emplace_back(view(field.name_string()), view(field.value()));
  keep_alive_ = message.keep_alive();
  http_1_0_ = message.version() == 10;
  wants_continue_ =
      !http_1_0_ && equal_in_any_case(view(message[http::field::expect]), "100-continue");

  const std::size_t hosts = message.count(http::field::host);
  if (hosts > 1 || (hosts == 0 && !http_1_0_))
    return broken("a request of HTTP/1.1 needs one Host");
  const auto [coding, codings_end] = message.equal_range(http::field::transfer_encoding);
  for (auto field = coding; field != codings_end; ++field)
    if (http_1_0_ || !equal_in_any_case(view(field->value()), "chunked"))
      return broken("the only transfer coding understood is chunked, of HTTP/1.1");
  return read_target(view(message.target()));
}

Status HttpServerReader::read_target(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {  // As proxies write it.
    if (!equal_in_any_case(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    target.remove_prefix(std::min(target.find_first_of("/?"), target.size()));
    if (!target.starts_with('/')) request_.path = "/";
    break;
  }
  const std::size_t mark = target.find('?');
  BYEOL_TRY(const std::string path, percent_decode(target.substr(0, mark)));
  request_.path += path;
  if (mark != std::string_view::npos) request_.query = target.substr(mark + 1);
  if (!request_.path.starts_with('/'))
    return broken("the target of a request must be a path that begins with /");
  return ok();
}

HttpRequest HttpServerReader::take_request() {
  state_ = State::kStart;
  header_bytes_ = 0;
  parser_.reset();
  return std::exchange(request_, {});
}

void HttpServerReader::refuse(int status, std::string sentence) {
  state_ = State::kRefused;
  refusal_ = {status, std::move(sentence)};
  parser_.reset();
}

}  // namespace byeol::net
