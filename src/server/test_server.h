// A server over a tiny model, and a client of plain sockets for it.
//
// Threads: ask() from any; the rest from one.
#pragma once

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "net/http_server_test_support.h"
#include "server/server.h"
#include "server/test_context.h"

namespace byeol::server::testing {

using net::testing::Answer;
using net::testing::Client;

inline std::string request_text(std::string_view method, std::string_view path,
                                std::string_view body = {}, std::string_view headers = {}) {
  std::string text(method);
  text.append(" ").append(path).append(" HTTP/1.1\r\nHost: localhost\r\n").append(headers);
  if (method != "GET" && method != "HEAD")
    text.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
  return text.append("\r\n").append(body);
}

class Served {
 public:
  explicit Served(TinyOptions tiny = {}, ServerOptions options = {}) {
    tiny.on_step = [this, given = std::move(tiny.on_step)] {
      if (given) given();
      gate_.pass();
    };
    runtime_ = make_runtime(tiny, &metrics_);
    options.http.port = 0;
    if (options.model_name.empty()) options.model_name = "tiny";
    options.log_requests = false;
    options.max_tokens = 32;
    auto started = Server::start(options, *runtime_, metrics_);
    if (!started) ADD_FAILURE() << started.error().message;
    server_ = *std::move(started);
    const std::string url = server_->url();
    port_ = static_cast<std::uint16_t>(std::atoi(url.substr(url.rfind(':') + 1).c_str()));
  }
  ~Served() { gate_.open(); }

  Gate& gate() { return gate_; }
  Server& server() { return *server_; }
  const Server& server() const { return *server_; }
  runtime::Runtime& runtime() const { return *runtime_; }
  void end_server() { server_.reset(); }
  void end_runtime() { runtime_.reset(); }

  Client connect() const { return Client(port_); }
  Answer ask(std::string_view method, std::string_view path, std::string_view body = {},
             std::string_view headers = {}) const {
    return connect().ask(request_text(method, path, body, headers));
  }
  // The JSON of an answer, which must have this status.
  wire::Json get(std::string_view path, int status = 200) const {
    return expect(ask("GET", path), status);
  }
  wire::Json post(std::string_view path, std::string_view body, int status = 200) const {
    return expect(ask("POST", path, body), status);
  }
  // The events of a stream.
  std::vector<wire::SseEvent> stream(std::string_view path, std::string_view body) const {
    const Answer answer = ask("POST", path, body);
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_TRUE(answer.complete);
    return events_of(answer.body);
  }

  // Whether nothing is being computed.
  bool is_idle() const { return runtime_->state().turns.empty(); }
  std::size_t turns() const { return runtime_->state().turns.size(); }

 private:
  static wire::Json expect(const Answer& answer, int status) {
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_TRUE(answer.complete);
    EXPECT_EQ(answer.header("Content-Type"), "application/json");
    return json_of(answer.body);
  }

  Gate gate_;
  Metrics metrics_{"tiny"};
  std::unique_ptr<runtime::Runtime> runtime_;
  std::unique_ptr<Server> server_;
  std::uint16_t port_ = 0;
};

}  // namespace byeol::server::testing
