// Answers in parts: many at once, slow readers, clients that hang up.
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "net/http_server.h"
#include "net/http_server_test_support.h"

namespace byeol::net {
namespace {

using namespace testing;

// Hands the exchanges of its handler to the test.
class Exchanges {
 public:
  HttpHandler handler() {
    return [this](std::shared_ptr<HttpExchange> exchange) {
      const std::lock_guard lock(mutex_);
      exchanges_.push_back(std::move(exchange));
      changed_.notify_all();
    };
  }
  std::vector<std::shared_ptr<HttpExchange>> take(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kPatience, [&] { return exchanges_.size() >= count; });
    EXPECT_EQ(exchanges_.size(), count);
    return std::exchange(exchanges_, {});
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::shared_ptr<HttpExchange>> exchanges_;
};

struct Served {
  explicit Served(const HttpServerOptions& options = {})
      : server(start_server(options, exchanges.handler())) {}
  // A client whose request is being handled.
  std::pair<Client, std::shared_ptr<HttpExchange>> open(const std::string& request = get("/")) {
    Client client(server->port());
    client.send(request);
    auto taken = exchanges.take(1);
    return {std::move(client), taken.empty() ? nullptr : taken.front()};
  }

  Exchanges exchanges;
  std::unique_ptr<HttpServer> server;
};

TEST(HttpServerStream, PartsArriveAsTheyAreWritten) {
  Served served;
  auto [client, exchange] = served.open();
  exchange->write("before begin(), ignored");
  exchange->begin(200, {{"Content-Type", "text/event-stream"}});
  for (const std::string part : {"one", "two", "three"}) {
    exchange->write(part);
    while (client.received().find(part) == std::string::npos) ASSERT_TRUE(client.receive_some());
  }
  exchange->write("");
  exchange->end();
  exchange->write("after end(), ignored");
  const Answer answer = client.receive();
  EXPECT_TRUE(answer.complete);
  EXPECT_EQ(answer.body, "onetwothree");
  EXPECT_EQ(answer.header("Transfer-Encoding"), "chunked");
  EXPECT_EQ(answer.header("Content-Length"), "");
  client.send(get("/"));
  served.exchanges.take(1).front()->respond(200, {}, "again");
  EXPECT_EQ(client.receive().body, "again");
}

TEST(HttpServerStream, AHeadRequestGetsNoParts) {
  Served served;
  auto [client, exchange] = served.open("HEAD / HTTP/1.1\r\nHost: t\r\n\r\n");
  exchange->begin(200, {});
  exchange->write("x");
  exchange->end();
  EXPECT_EQ(client.receive(true).status, 200);
  client.send(get("/"));
  served.exchanges.take(1).front()->respond(200, {}, "again");
  EXPECT_EQ(client.receive().body, "again");
}

TEST(HttpServerStream, ToHttp10TheCloseIsTheEnd) {
  Served served;
  auto [client, exchange] = served.open("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  exchange->begin(200, {});
  exchange->write("one");
  exchange->write("two");
  exchange->end();
  const Answer answer = client.receive();
  EXPECT_EQ(answer.body, "onetwo");
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_EQ(answer.header("Transfer-Encoding"), "");
}

TEST(HttpServerStream, ManyWritesLeaveAsFewChunks) {
  Served served;
  auto [client, exchange] = served.open();
  exchange->begin(200, {});
  constexpr int kWrites = 20'000;
  for (int i = 0; i < kWrites; ++i) exchange->write("0123456789");
  exchange->end();
  while (client.received().find("\r\n\r\n") == std::string::npos)
    ASSERT_TRUE(client.receive_some());
  client.received().erase(0, client.received().find("\r\n\r\n") + 4);
  std::string body;
  int chunks = 0;
  while (client.receive_chunk(body)) ++chunks;
  EXPECT_EQ(body.size(), kWrites * 10u);
  EXPECT_LT(chunks, kWrites / 4);
}

TEST(HttpServerStream, AStreamDroppedHalfWayIsCut) {
  Served served;
  auto [client, exchange] = served.open();
  Event hung_up;
  exchange->on_hang_up([&] { hung_up.set(); });
  exchange->begin(200, {});
  exchange->write("half");
  while (client.received().find("half") == std::string::npos) ASSERT_TRUE(client.receive_some());
  exchange.reset();
  const Answer answer = client.receive();
  EXPECT_EQ(answer.body, "half");
  EXPECT_FALSE(answer.complete);
  EXPECT_TRUE(hung_up.wait());
}

TEST(HttpServerStream, TwoHundredAndFiftySixAtOnce) {
  Served served;
  constexpr std::size_t kStreams = 256;
  constexpr int kTokens = 40;
  std::vector<Client> clients;
  for (std::size_t i = 0; i < kStreams; ++i) {
    clients.emplace_back(served.server->port());
    clients.back().send(get("/"));
  }
  auto exchanges = served.exchanges.take(kStreams);
  std::thread writer([&] {
    for (const auto& exchange : exchanges) exchange->begin(200, {});
    for (int token = 0; token < kTokens; ++token) {
      for (const auto& exchange : exchanges) exchange->write("data: token\n\n");
      std::this_thread::sleep_for(1ms);
    }
    for (const auto& exchange : exchanges) exchange->end();
  });
  for (Client& client : clients) {
    const Answer answer = client.receive();
    EXPECT_TRUE(answer.complete);
    EXPECT_EQ(answer.body.size(), 13u * kTokens);
  }
  writer.join();
}

TEST(HttpServerStream, ASlowReaderHarmsNobody) {
  Served served;
  auto [slow, exchange] = served.open();
  exchange->begin(200, {});
  const std::string part(1 << 20, 'x');
  constexpr std::size_t kParts = 64;  // More than the system's buffers take.
  for (std::size_t i = 0; i < kParts; ++i) exchange->write(part);
  exchange->end();
  EXPECT_TRUE(eventually([&] { return exchange->pending_bytes() < kParts * part.size(); }));
  EXPECT_GT(exchange->pending_bytes(), part.size());
  Event drained;
  Event drained_to_zero;
  exchange->on_drained(part.size(), [&] { drained.set(); });
  exchange->on_drained(0, [&] { drained_to_zero.set(); });

  auto [other, quick] = served.open();
  quick->respond(200, {}, "quick");
  EXPECT_EQ(other.receive().body, "quick");
  EXPECT_FALSE(drained.wait(0ms));

  EXPECT_EQ(slow.receive().body.size(), kParts * part.size());
  EXPECT_TRUE(drained.wait());
  EXPECT_TRUE(drained_to_zero.wait());
  EXPECT_EQ(exchange->pending_bytes(), 0u);
}

TEST(HttpServerStream, AReaderThatTakesNothingIsDropped) {
  HttpServerOptions options;
  options.write_timeout = 100ms;
  Served served(options);
  auto [client, exchange] = served.open();
  Event hung_up;
  Event drained;
  Event done;
  exchange->on_hang_up([&] { hung_up.set(); });
  exchange->on_drained(0, [&] { drained.set(); });
  exchange->on_done([&](int status, std::uint64_t bytes) {
    EXPECT_EQ(status, 200);
    EXPECT_LT(bytes, std::uint64_t{64} << 20);
    done.set();
  });
  exchange->respond(200, {}, std::string(std::size_t{64} << 20, 'x'));
  EXPECT_TRUE(hung_up.wait());
  EXPECT_TRUE(drained.wait());
  EXPECT_TRUE(done.wait());
  EXPECT_EQ(exchange->pending_bytes(), 0u);
}

TEST(HttpServerStream, OnDrainedOfAnEmptyBufferIsSoon) {
  Served served;
  auto [client, exchange] = served.open();
  Event drained;
  exchange->on_drained(0, [&] { drained.set(); });
  EXPECT_TRUE(drained.wait());
}

TEST(HttpServerStream, AHangUpIsHeardWhileNothingIsWritten) {
  Served served;
  for (const bool streaming : {false, true}) {
    for (const bool half : {false, true}) {
      auto [client, exchange] = served.open();
      Event hung_up;
      int done_with = -1;
      Event done;
      exchange->on_hang_up([&] { hung_up.set(); });
      exchange->on_done([&](int status, std::uint64_t) {
        done_with = status;
        done.set();
      });
      if (streaming) {
        exchange->begin(200, {});
        ASSERT_TRUE(client.receive_some());
      }
      EXPECT_FALSE(hung_up.wait(20ms));
      const auto begin = Clock::now();
      if (half)
        client.end_sending();
      else
        client.close();
      EXPECT_TRUE(hung_up.wait());
      EXPECT_LT(Clock::now() - begin, 1s);  // Milliseconds, but for a busy machine.
      EXPECT_TRUE(done.wait());
      EXPECT_EQ(done_with, streaming ? 200 : 0);
      Event at_once;
      exchange->on_hang_up([&] { at_once.set(); });
      exchange->on_drained(0, [] {});
      EXPECT_TRUE(at_once.wait(0ms));
      exchange->write("nobody is there");
      exchange->respond(200, {}, "nobody is there");
      EXPECT_EQ(exchange->pending_bytes(), 0u);
    }
  }
}

TEST(HttpServerStream, AHangUpIsHeardBehindAFurtherRequest) {
  Served served;
  auto [client, exchange] = served.open();
  Event hung_up;
  exchange->on_hang_up([&] { hung_up.set(); });
  client.send(get("/next"));
  EXPECT_FALSE(hung_up.wait(20ms));
  client.close();
  EXPECT_TRUE(hung_up.wait());
}

TEST(HttpServerStream, CompleteAnswersAreNoHangUp) {
  Served served;
  auto [client, exchange] = served.open();
  Event hung_up;
  Event done;
  exchange->on_hang_up([&] { hung_up.set(); });
  exchange->on_done([&](int, std::uint64_t) { done.set(); });
  exchange->respond(200, {}, "all");
  EXPECT_EQ(client.receive().body, "all");
  client.close();
  EXPECT_TRUE(done.wait());
  EXPECT_TRUE(eventually([&] { return served.server->connections() == 0; }));
  EXPECT_FALSE(hung_up.wait(0ms));
}

TEST(HttpServerStream, CallbacksMayHoldTheExchangeAndThrow) {
  Served served;
  std::weak_ptr<HttpExchange> watch;
  {
    auto [client, exchange] = served.open();
    watch = exchange;
    exchange->on_hang_up(
        [exchange = exchange] { throw std::runtime_error(exchange->request().path); });
    exchange->on_done([exchange = exchange](int, std::uint64_t) { throw 1; });
    exchange.reset();
  }
  EXPECT_TRUE(eventually([&] { return watch.expired(); }));
}

}  // namespace
}  // namespace byeol::net
