#include "net/http_server.h"

#include <gtest/gtest.h>

#include <thread>

#include "net/http_server_test_support.h"

namespace byeol::net {
namespace {

using namespace testing;

TEST(HttpServer, AnswersAndKeepsTheConnection) {
  const auto server = start_server({}, echo);
  Client client(server->port());
  const Answer first = client.ask(get("/a%20b?x=1"));
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.body, "GET /a b?x=1 ");
  EXPECT_EQ(first.header("Content-Type"), "text/plain");
  EXPECT_EQ(first.header("Connection"), "keep-alive");
  EXPECT_TRUE(first.head.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(first.header("Date").ends_with(" GMT"));
  EXPECT_EQ(client.ask(post("/b", "some body")).body, "POST /b? some body");
  EXPECT_EQ(server->connections(), 1u);
  client.close();
  EXPECT_TRUE(eventually([&] { return server->connections() == 0; }));
}

TEST(HttpServer, TellsTheHandlerAllOfTheRequest) {
  const auto before = Clock::now();
  Event done;
  const auto server = start_server({}, [&](const std::shared_ptr<HttpExchange>& exchange) {
    const HttpRequest& request = exchange->request();
    EXPECT_EQ(request.header("x-THING"), "a thing");
    EXPECT_EQ(request.header("absent"), "");
    EXPECT_EQ(request.query_value("name"), "a b");
    EXPECT_EQ(request.query_value("flag"), "");
    EXPECT_EQ(request.query_value("last"), "2");
    EXPECT_TRUE(request.peer.starts_with("127.0.0.1:"));
    EXPECT_GE(request.arrived, before);
    EXPECT_LE(request.arrived, Clock::now());
    exchange->respond(200, {}, "");
    done.set();
  });
  Client client(server->port());
  EXPECT_EQ(client.ask(get("/?flag&name=a+b&last=2&last=3", "X-Thing:  a thing \r\n")).status, 200);
  EXPECT_TRUE(done.wait());
}

TEST(HttpServer, TakesChunkedBodies) {
  const auto server = start_server({}, echo);
  Client client(server->port());
  client.send("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\nab");
  client.send("cd\r");
  client.send("\n3\r\nefg\r\n0\r\nTrailer: 1\r\n\r\n");
  EXPECT_EQ(client.receive().body, "POST /? abcdefg");
  EXPECT_EQ(client.ask(get("/next")).body, "GET /next? ");
}

TEST(HttpServer, HandlesPipelinedRequestsInOrder) {
  std::atomic<int> handling = 0;
  const auto server = start_server({}, [&](const std::shared_ptr<HttpExchange>& exchange) {
    EXPECT_EQ(++handling, 1);
    if (exchange->request().path == "/0") std::this_thread::sleep_for(20ms);
    --handling;
    echo(exchange);
  });
  Client client(server->port());
  std::string requests;
  for (int i = 0; i < 100; ++i)
    requests += post("/" + std::to_string(i), std::string(static_cast<std::size_t>(i) * 7, 'x'));
  client.send(requests);
  for (int i = 0; i < 100; ++i) {
    const Answer answer = client.receive();
    EXPECT_TRUE(answer.body.starts_with("POST /" + std::to_string(i) + "? ")) << answer.body;
  }
}

TEST(HttpServer, ReadsRequestsCutAnywhere) {
  const auto server = start_server({}, echo);
  Client client(server->port());
  for (const char byte : get("/bytes") + post("/more", "body")) {
    client.send({&byte, 1});
    std::this_thread::sleep_for(100us);
  }
  EXPECT_EQ(client.receive().body, "GET /bytes? ");
  EXPECT_EQ(client.receive().body, "POST /more? body");
}

TEST(HttpServer, HeadAndStatusesWithoutABody) {
  const auto server = start_server({}, [](const std::shared_ptr<HttpExchange>& exchange) {
    const std::string& path = exchange->request().path;
    exchange->respond(path == "/204" ? 204 : path == "/304" ? 304 : 200, {}, "twelve bytes");
  });
  Client client(server->port());
  const Answer head = client.ask("HEAD / HTTP/1.1\r\nHost: t\r\n\r\n");
  EXPECT_EQ(head.header("Content-Length"), "12");
  EXPECT_EQ(client.ask(get("/204")).head.find("Content-Length"), std::string::npos);
  EXPECT_EQ(client.ask(get("/304")).status, 304);
  EXPECT_EQ(client.ask(get("/")).body, "twelve bytes");  // Nothing was left over.
}

TEST(HttpServer, FollowsTheClientsWishToCloseOrKeep) {
  const auto server = start_server({}, echo);
  const auto closes = [&](const std::string& request) {
    Client client(server->port());
    const Answer answer = client.ask(request);
    EXPECT_EQ(answer.status, 200);
    const bool says_so = answer.header("Connection") == "close";
    EXPECT_EQ(client.is_closed(says_so ? kPatience : 50ms), says_so);
    return says_so;
  };
  EXPECT_FALSE(closes(get("/")));
  EXPECT_TRUE(closes(get("/", "Connection: close\r\n")));
  EXPECT_TRUE(closes("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_FALSE(closes("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

TEST(HttpServer, AnswersFromAnyThreadAtAnyTime) {
  std::thread later;
  const auto server = start_server({}, [&](const std::shared_ptr<HttpExchange>& exchange) {
    later = std::thread([exchange] {
      std::this_thread::sleep_for(30ms);
      echo(exchange);
      echo(exchange);  // One too many, ignored.
    });
  });
  Client client(server->port());
  EXPECT_EQ(client.ask(get("/late")).body, "GET /late? ");
  later.join();
  EXPECT_FALSE(client.receive_some(50ms));
}

TEST(HttpServer, DroppedOrThrowingHandlersGive500) {
  const auto server = start_server({}, [](const std::shared_ptr<HttpExchange>& exchange) {
    if (exchange->request().path == "/throw") throw std::runtime_error("a handler's bug");
  });
  Client client(server->port());
  for (const char* path : {"/drop", "/throw"}) {
    const Answer answer = client.ask(get(path));
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.body, test_refusal_body(500, "the request was dropped without an answer"));
    EXPECT_EQ(answer.header("Connection"), "keep-alive");
  }
}

TEST(HttpServer, OnDoneTellsStatusAndBytesOnce) {
  std::atomic<int> calls = 0;
  std::atomic<int> status = 0;
  std::atomic<std::uint64_t> bytes = 0;
  const auto server = start_server({}, [&](const std::shared_ptr<HttpExchange>& exchange) {
    exchange->on_done([&](int with, std::uint64_t sent) {
      status = with;
      bytes = sent;
      ++calls;
    });
    exchange->respond(404, {}, std::string(100'000, 'x'));
  });
  Client client(server->port());
  EXPECT_EQ(client.ask(get("/")).body.size(), 100'000u);
  EXPECT_TRUE(eventually([&] { return calls == 1; }));
  EXPECT_EQ(status, 404);
  EXPECT_EQ(bytes, 100'000u);
}

TEST(HttpServer, HeadersCannotBeInjected) {
  const auto server = start_server({}, [](const std::shared_ptr<HttpExchange>& exchange) {
    exchange->respond(200, {{"X-Id", "1\r\nX-Evil: 2"}, {"content-length", "7"}}, "ok");
  });
  Client client(server->port());
  const Answer answer = client.ask(get("/"));
  EXPECT_EQ(answer.header("X-Id"), "1  X-Evil: 2");
  EXPECT_EQ(answer.body, "ok");
}

TEST(HttpServer, PostRunsOnAWorker) {
  const auto server = start_server({}, echo);
  Event done;
  server->post([] { throw std::runtime_error("is logged"); });
  server->post([&] { done.set(); });
  EXPECT_TRUE(done.wait());
}

TEST(HttpServer, SaysWhyItCannotStart) {
  const auto server = start_server({}, echo);
  const auto error = [](const HttpServerOptions& options, HttpHandler handler) {
    const auto failed = HttpServer::start(options, std::move(handler), test_refuse);
    return failed ? Error{ErrorCode::kIo, "it started"} : failed.error();
  };
  EXPECT_EQ(
      error({.port = server->port()}, echo).message,
      "listen on 127.0.0.1 port " + std::to_string(server->port()) + ": Address already in use");
  EXPECT_EQ(error({.host = "no such host", .port = 0}, echo).code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(error({.host = "", .port = 0}, echo).code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(error({.host = "192.0.2.1", .port = 0}, echo).code, ErrorCode::kIo);
  EXPECT_EQ(error({.port = 0, .workers = 0}, echo).code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(error({.port = 0}, nullptr).code, ErrorCode::kInvalidArgument);
}

TEST(HttpServer, ListensOnEveryAddressOfAName) {
  const auto server = start_server({.host = "localhost"}, echo);
  Client client(server->port());
  EXPECT_EQ(client.ask(get("/")).status, 200);
}

}  // namespace
}  // namespace byeol::net
