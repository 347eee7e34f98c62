// The end of a server, and many connections that do nothing.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <ctime>
#include <future>
#include <thread>
#include <vector>

#include "net/http_server.h"
#include "net/http_server_test_support.h"

namespace byeol::net {
namespace {

using namespace testing;

// Keeps its exchange until the test answers.
struct Held {
  HttpHandler handler() {
    return [this](std::shared_ptr<HttpExchange> given) {
      exchange = std::move(given);
      here.set();
    };
  }
  std::shared_ptr<HttpExchange> exchange;
  Event here;
};

TEST(HttpServerDrain, IdleConnectionsEndAtOnce) {
  const auto server = start_server({}, echo);
  Client fresh(server->port());
  Client used(server->port());
  EXPECT_EQ(used.ask(get("/")).status, 200);
  EXPECT_TRUE(eventually([&] { return server->connections() == 2; }));
  EXPECT_TRUE(server->drain(kPatience));
  EXPECT_TRUE(fresh.is_closed());
  EXPECT_TRUE(used.is_closed());
  EXPECT_EQ(server->connections(), 0u);
  EXPECT_FALSE(Client(server->port()).connected());
}

TEST(HttpServerDrain, WaitsForAnswersUnderWay) {
  Held held;
  const auto server = start_server({}, held.handler());
  Client client(server->port());
  client.send(get("/"));
  ASSERT_TRUE(held.here.wait());
  EXPECT_FALSE(server->drain(50ms));  // Not by itself.
  auto drained = std::async(std::launch::async, [&] { return server->drain(kPatience); });
  held.exchange->begin(200, {});
  held.exchange->write("the ");
  held.exchange->write("end");
  held.exchange->end();
  const Answer answer = client.receive();
  EXPECT_EQ(answer.body, "the end");
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_TRUE(client.is_closed());
  client.close();
  EXPECT_TRUE(drained.get());
}

// What it begins goes on without its client, so it must have begun.
TEST(HttpServerDrain, WaitsForAHandlerWhoseClientHungUp) {
  Event here, go, gone;
  const auto server = start_server({}, [&](const std::shared_ptr<HttpExchange>& exchange) {
    exchange->on_hang_up([&] { gone.set(); });
    here.set();
    go.wait();
  });
  Client client(server->port());
  client.send(get("/"));
  ASSERT_TRUE(here.wait());
  client.close();
  ASSERT_TRUE(gone.wait());
  EXPECT_TRUE(eventually([&] { return server->connections() == 0; }));
  EXPECT_FALSE(server->drain(50ms));
  go.set();
  EXPECT_TRUE(server->drain(kPatience));
}

TEST(HttpServerDrain, StreamsThatBeganBeforeAreCompleted) {
  Held held;
  const auto server = start_server({}, held.handler());
  Client client(server->port());
  client.send(get("/"));
  ASSERT_TRUE(held.here.wait());
  held.exchange->begin(200, {});
  ASSERT_TRUE(client.receive_some());
  EXPECT_FALSE(server->drain(0ms));
  held.exchange->end();
  EXPECT_TRUE(client.receive().complete);
  EXPECT_TRUE(client.is_closed());
}

TEST(HttpServerDrain, TheDestructorCutsWhatIsUnderWay) {
  Held held;
  auto server = start_server({}, held.handler());
  Client client(server->port());
  client.send(get("/"));
  ASSERT_TRUE(held.here.wait());
  bool hung_up = false;
  bool done = false;
  bool drained = false;
  held.exchange->begin(200, {});
  held.exchange->on_hang_up([&] { hung_up = true; });
  held.exchange->on_done([&](int, std::uint64_t) { done = true; });
  held.exchange->on_drained(0, [&] { drained = true; });
  server.reset();
  EXPECT_TRUE(hung_up);
  EXPECT_TRUE(done);
  EXPECT_TRUE(drained);
  EXPECT_FALSE(client.receive().complete);
  held.exchange->write("into the void");
  held.exchange->end();
  bool at_once = false;
  held.exchange->on_hang_up([&] { at_once = true; });
  EXPECT_TRUE(at_once);
}

TEST(HttpServerDrain, TheDestructorDropsWhatHasNotBegun) {
  HttpServerOptions options;
  options.workers = 1;
  Event begun;
  Event go_on;
  std::atomic<int> handled = 0;
  auto server = start_server(options, [&](const std::shared_ptr<HttpExchange>& exchange) {
    ++handled;
    begun.set();
    EXPECT_TRUE(go_on.wait());
    echo(exchange);
  });
  std::vector<Client> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back(server->port());
    clients.back().send(get("/"));
  }
  ASSERT_TRUE(begun.wait());
  std::thread later([&] {
    for (Client& client : clients) EXPECT_TRUE(client.is_closed());
    go_on.set();
  });
  server.reset();
  later.join();
  EXPECT_LE(handled, 2);
}

TEST(HttpServerDrain, StartsAndStopsUnderLoad) {
  for (int round = 0; round < 20; ++round) {
    auto server = start_server({}, [](const std::shared_ptr<HttpExchange>& exchange) {
      exchange->begin(200, {});
      for (int i = 0; i < 50; ++i) exchange->write("part");
      exchange->end();
    });
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([port = server->port()] {
        Client client(port);
        while (client.ask(get("/")).complete) {
        }
      });
    std::this_thread::sleep_for(std::chrono::milliseconds(round));
    server.reset();
    for (std::thread& thread : threads) thread.join();
  }
}

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

TEST(HttpServerDrain, AThousandIdleConnectionsCostNoTime) {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = std::min<rlim_t>(files.rlim_max, 4096);
  setrlimit(RLIMIT_NOFILE, &files);
  const auto server = start_server({}, echo);
  std::vector<Client> idle;
  for (int i = 0; i < 1000; ++i) {
    idle.emplace_back(server->port());
    ASSERT_TRUE(idle.back().connected());
    if (i % 2 == 0) {
      EXPECT_EQ(idle.back().ask(get("/")).status, 200);
    }
  }
  ASSERT_TRUE(eventually([&] { return server->connections() == 1000; }));
  const double before = cpu_seconds();
  std::this_thread::sleep_for(200ms);
  EXPECT_LT(cpu_seconds() - before, 0.1);
  EXPECT_EQ(idle.back().ask(get("/")).status, 200);
  EXPECT_TRUE(server->drain(kPatience));
}

}  // namespace
}  // namespace byeol::net
