// What a server must bear: broken requests, limits and time-outs.
#include <gtest/gtest.h>

#include <vector>

#include "net/http_server.h"
#include "net/http_server_test_support.h"

namespace byeol::net {
namespace {

using namespace testing;

HttpServerOptions small() {
  HttpServerOptions options;
  options.header_bytes_max = 1024;
  options.body_bytes_max = 4096;
  options.connections_max = 4;
  return options;
}

struct Broken {
  const char* what;
  std::string bytes;
  int status;
};

std::vector<Broken> broken_requests() {
  const auto with = [](const std::string& headers, const std::string& body = "") {
    return "POST / HTTP/1.1\r\nHost: t\r\n" + headers + "\r\n" + body;
  };
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  return {
      {"no HTTP at all", "hello\r\n\r\n", 400},
      {"a TLS greeting", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), 400},
      {"bytes zero", std::string(64, '\0'), 400},
      {"another version", "GET / HTTP/2.0\r\nHost: t\r\n\r\n", 400},
      {"the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
      {"no version", "GET /\r\n\r\n", 400},
      {"line feeds only", "GET / HTTP/1.1\nHost: t\n\n", 400},
      {"a blank before the colon", with("X : 1\r\n"), 400},
      {"no colon", with("nonsense\r\n"), 400},
      {"a control character", with("X: a\001b\r\n"), 400},
      {"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two Hosts", with("Host: u\r\n"), 400},
      {"a target that is no path", "GET index.html HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"an authority as target", "CONNECT host:443 HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"a broken escape", "GET /%zz HTTP/1.1\r\nHost: t\r\n\r\n", 400},
      {"a length that is no number", with("Content-Length: x\r\n"), 400},
      {"a negative length", with("Content-Length: -1\r\n"), 400},
      {"an immense length", with("Content-Length: 99999999999999999999\r\n"), 400},
      {"two lengths", with("Content-Length: 1\r\nContent-Length: 2\r\n"), 400},
      {"a length and chunks", with("Content-Length: 1\r\n" + chunked, "x"), 400},
      {"chunks and a length", with(chunked + "Content-Length: 1\r\n", "x"), 400},
      {"another coding", with("Transfer-Encoding: gzip\r\n"), 400},
      {"two codings", with("Transfer-Encoding: gzip, chunked\r\n"), 400},
      {"chunks twice", with(chunked + chunked), 400},
      {"chunks in HTTP/1.0", "POST / HTTP/1.0\r\n" + chunked + "\r\n0\r\n\r\n", 400},
      {"a chunk without size", with(chunked, "x\r\n\r\n"), 400},
      {"a chunk that is longer than it says", with(chunked, "1\r\nabcdef\r\n"), 400},
      {"an immense chunk", with(chunked, "ffffffffffffffff\r\n"), 413},
      {"a chunk's size beyond 64 bits", with(chunked, "fffffffffffffffff\r\n"), 400},
      {"an endless chunk header", with(chunked, "1;" + std::string(5000, 'x')), 400},
      {"an endless trailer", with(chunked, "0\r\nX: " + std::string(5000, 'x')), 400},
      {"chunks beyond the limit",
       with(chunked, "800\r\n" + std::string(0x800, 'x') + "\r\n801\r\n"), 413},
      {"a body beyond the limit", with("Content-Length: 4097\r\n"), 413},
      {"such a body, announced", with("Content-Length: 4097\r\nExpect: 100-continue\r\n"), 413},
      {"a header beyond the limit", with("X: " + std::string(1024, 'x')), 431},
      {"a target beyond the limit", "GET /" + std::string(1024, 'x'), 431},
  };
}

TEST(HttpServerLimits, BrokenRequestsAreRefused) {
  std::atomic<int> handled = 0;
  const auto server = start_server(small(), [&](const std::shared_ptr<HttpExchange>& exchange) {
    ++handled;
    echo(exchange);
  });
  for (const Broken& broken : broken_requests()) {
    SCOPED_TRACE(broken.what);
    Client client(server->port());
    const Answer answer = client.ask(broken.bytes);
    EXPECT_EQ(answer.status, broken.status);
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_EQ(answer.header("Content-Type"), "application/json");
    EXPECT_TRUE(answer.body.starts_with("{\"status\":" + std::to_string(broken.status)));
    EXPECT_TRUE(client.is_closed());
    client.close();
    EXPECT_TRUE(eventually([&] { return server->connections() == 0; }));
  }
  EXPECT_EQ(handled, 0);
}

TEST(HttpServerLimits, RequestsCutShortAreForgotten) {
  std::atomic<int> handled = 0;
  const auto server =
      start_server(small(), [&](const std::shared_ptr<HttpExchange>&) { ++handled; });
  const std::string whole = post("/", "0123456789");
  for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
    Client client(server->port());
    client.send(std::string_view(whole).substr(0, bytes));
    client.end_sending();
    EXPECT_TRUE(client.is_closed()) << bytes;
  }
  EXPECT_EQ(handled, 0);
}

TEST(HttpServerLimits, TheLimitsThemselvesAreAllowed) {
  const auto server = start_server(small(), echo);
  Client client(server->port());
  EXPECT_EQ(client.ask(post("/", std::string(4096, 'x'))).status, 200);
  const std::string frame = get("/", "X: \r\n");
  const std::string header = "X: " + std::string(1024 - frame.size(), 'x') + "\r\n";
  EXPECT_EQ(get("/", header).size(), 1024u);
  EXPECT_EQ(client.ask(get("/", header)).status, 200);
}

TEST(HttpServerLimits, ARefusalReachesAClientThatIsStillSending) {
  const auto server = start_server(small(), echo);
  Client client(server->port());
  client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1000000\r\n\r\n");
  client.send(std::string(1'000'000, 'x'));
  EXPECT_EQ(client.receive().status, 413);
}

TEST(HttpServerLimits, ContinuesWhereAskedTo) {
  const auto server = start_server(small(), echo);
  Client client(server->port());
  const Answer interim =
      client.ask("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(interim.status, 100);
  EXPECT_EQ(client.ask("body").body, "POST /? body");
}

TEST(HttpServerLimits, SlowSendersAreToldSo) {
  HttpServerOptions options = small();
  options.header_timeout = 60ms;
  options.body_timeout = 120ms;
  const auto server = start_server(options, echo);
  Client header(server->port());
  Client body(server->port());
  header.send("GET / HTT");
  body.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_EQ(header.receive().body,
            test_refusal_body(408, "the header did not arrive within 60 ms"));
  EXPECT_EQ(body.receive().body, test_refusal_body(408, "the body did not arrive within 120 ms"));
}

TEST(HttpServerLimits, TricklingDoesNotStretchTheTime) {
  HttpServerOptions options = small();
  options.header_timeout = 100ms;
  const auto server = start_server(options, echo);
  Client client(server->port());
  client.send("GET / HTTP/1.1\r\nX: ");
  const auto begin = Clock::now();
  while (client.send("x") && !client.receive_some(5ms)) ASSERT_LT(Clock::now() - begin, kPatience);
  EXPECT_TRUE(client.received().starts_with("HTTP/1.1 408 "));
}

TEST(HttpServerLimits, IdleConnectionsAreClosedInSilence) {
  HttpServerOptions options = small();
  options.idle_timeout = 50ms;
  const auto server = start_server(options, echo);
  Client fresh(server->port());
  EXPECT_TRUE(fresh.is_closed());
  Client used(server->port());
  EXPECT_EQ(used.ask(get("/")).status, 200);
  EXPECT_TRUE(used.is_closed());
}

TEST(HttpServerLimits, ASlowHandlerIsNotAnIdleConnection) {
  HttpServerOptions options = small();
  options.idle_timeout = options.header_timeout = options.body_timeout = options.write_timeout =
      20ms;
  const auto server = start_server(options, [](const std::shared_ptr<HttpExchange>& exchange) {
    usleep(100'000);
    echo(exchange);
  });
  Client client(server->port());
  EXPECT_EQ(client.ask(get("/")).status, 200);
}

TEST(HttpServerLimits, TooManyConnectionsAreToldSo) {
  const auto server = start_server(small(), echo);
  std::vector<Client> open;
  for (int i = 0; i < 4; ++i) {
    open.emplace_back(server->port());
    EXPECT_EQ(open.back().ask(get("/")).status, 200);
  }
  {
    Client fifth(server->port());
    const Answer answer = fifth.ask(get("/"));
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.body, test_refusal_body(503, "all 4 connections of the server are in use"));
    EXPECT_EQ(answer.header("X-Refused"), "yes");
    EXPECT_TRUE(fifth.is_closed());
  }
  open.pop_back();
  EXPECT_TRUE(eventually([&] { return server->connections() == 3; }));
  EXPECT_EQ(Client(server->port()).ask(get("/")).status, 200);
}

TEST(HttpServerLimits, AFloodBeyondTheLimitIsCutOff) {
  const auto server = start_server(small(), echo);
  std::vector<Client> flood;
  for (int i = 0; i < 200; ++i) flood.emplace_back(server->port());
  EXPECT_LE(server->connections(), 4u + 64u);
  EXPECT_EQ(flood.front().ask(get("/")).status, 200);
}

}  // namespace
}  // namespace byeol::net
