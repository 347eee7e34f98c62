// Clients that hang up or do not read, a server that ends: nobody else notices, nothing is left.
#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "server/test_server.h"
#include "store/temporary_file.h"

namespace byeol::server {
namespace {

using namespace std::chrono_literals;
using testing::Answer;
using testing::Client;
using testing::eventually;
using testing::request_text;
using testing::Served;

std::string completion(std::string_view more = {}, int max_tokens = 200) {
  return R"({"prompt":"Once upon a time","ignore_eos":true,"max_tokens":)" +
         std::to_string(max_tokens) + std::string(more) + "}";
}

void wait_for_text(Client& client, std::string_view text) {
  while (client.received().find(text) == std::string::npos) ASSERT_TRUE(client.receive_some());
}

TEST(ServerHangUp, FreesItsPagesWithinAStep) {
  Served served;
  const struct {
    const char* path;
    std::string body;
  } requests[] = {
      {"/v1/completions", completion(R"(,"n":3)")},
      {"/v1/completions", completion(R"(,"n":3,"stream":true)")},
      {"/v1/chat/completions",
       R"({"messages":[{"role":"user","content":"Hi"}],"ignore_eos":true,"max_tokens":200})"},
      {"/v1/responses", R"({"input":"Hi","ignore_eos":true,"max_output_tokens":200})"},
      {"/v1/responses",
       R"({"input":"Hi","ignore_eos":true,"max_output_tokens":200,"stream":true})"},
      {"/v1/embeddings", R"({"input":["a","b","c","d","e","f","g","h","i","j","k","l"]})"},
  };
  for (const auto& [path, body] : requests) {
    const std::int64_t steps = served.runtime().state().counters.steps;
    served.gate().close();
    Client client = served.connect();
    client.send(request_text("POST", path, body));
    std::this_thread::sleep_for(30ms);
    client.close();
    std::this_thread::sleep_for(30ms);  // The server hears of it.
    served.gate().open();
    EXPECT_TRUE(eventually([&] { return served.is_idle(); })) << path;
    EXPECT_LE(served.runtime().state().counters.steps - steps, 3) << path << body;
  }
}

TEST(ServerHangUp, DoesNotEndARequestWithAKey) {
  Served served;
  const std::string headers = "Idempotency-Key: once\r\n";
  const std::string text =
      request_text("POST", "/v1/completions", completion(R"(,"stream":true)", 50), headers);
  served.gate().close();
  Client client = served.connect();
  client.send(text);
  std::this_thread::sleep_for(20ms);
  client.close();
  served.gate().open();
  const Answer joined = served.connect().ask(text);
  EXPECT_TRUE(joined.complete);
  EXPECT_EQ(testing::events_of(joined.body).back().data, "[DONE]");
  EXPECT_EQ(served.connect().ask(text).body, joined.body);
  EXPECT_EQ(served.runtime().state().counters.admitted, 1);
  const Answer other = served.ask("POST", "/v1/completions", completion({}, 10), headers);
  EXPECT_EQ(other.status, 422);
}

TEST(ServerSlowReader, PausesItselfOnly) {
  // Every chunk names the model, twice: all chunks together are 12 MB, more than the system's
  // buffers take (4 MB of the sender's).
  ServerOptions options;
  options.model_name = std::string(std::size_t{32} * 1024, 'm');
  const Served served({}, options);
  Client slow = served.connect();
  const int bytes = 256 * 1024;
  ASSERT_EQ(setsockopt(slow.fd(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes), 0);
  slow.send(request_text("POST", "/v1/completions", completion(R"(,"stream":true)")));
  wait_for_text(slow, "data: ");
  const auto progress = [&] {
    std::int32_t tokens = 0;
    for (const auto& turn : served.runtime().state().turns) tokens += turn.generated_tokens;
    return tokens;
  };
  std::int32_t before = 0;
  int unchanged = 0;
  ASSERT_TRUE(eventually([&] {
    std::this_thread::sleep_for(50ms);
    const std::int32_t now = progress();
    unchanged = now > 0 && now == std::exchange(before, now) ? unchanged + 1 : 0;
    return unchanged == 10;  // Half a second: more than any step takes.
  }));
  EXPECT_LT(before, 200);
  EXPECT_TRUE(served.ask("POST", "/v1/completions", completion({}, 50)).complete);
  EXPECT_TRUE(eventually([&] { return progress() == before; }));

  const Answer answer = slow.receive();
  EXPECT_TRUE(answer.complete);
  EXPECT_EQ(testing::events_of(answer.body).back().data, "[DONE]");
}

TEST(ServerEnd, WaitsForNobodyAndForgetsNobody) {
  Served served;
  served.gate().close();
  std::vector<Client> clients;
  for (const auto& [path, body] : std::initializer_list<std::pair<const char*, std::string>>{
           {"/v1/completions", completion(R"(,"stream":true)")},
           {"/v1/completions", completion()},
           {"/v1/responses", R"({"input":"Hi","stream":true,"ignore_eos":true})"},
           {"/v1/responses", R"({"input":"Hi","background":true,"ignore_eos":true})"},
           {"/v1/embeddings", R"({"input":["a","b","c","d","e","f","g","h","i","j"]})"}}) {
    clients.push_back(served.connect());
    clients.back().send(request_text("POST", path, body));
  }
  clients.push_back(served.connect());
  clients.back().send(request_text("POST", "/v1/completions", completion(R"(,"stream":true)"),
                                   "Idempotency-Key: a\r\n"));
  clients.push_back(served.connect());
  clients.back().send(request_text("GET", "/v1/byeol/scheduler?stream=true"));
  std::this_thread::sleep_for(50ms);
  served.gate().open();
  served.end_server();
  EXPECT_TRUE(eventually([&] { return served.is_idle(); }));
  for (Client& client : clients) {
    while (client.receive_some()) {
    }
    EXPECT_TRUE(client.is_closed());
  }
  served.end_runtime();  // Nobody is called any more.
}

TEST(ServerEnd, DrainsWhatIsUnderWay) {
  Served served;
  served.gate().close();
  Client client = served.connect();
  client.send(request_text("POST", "/v1/completions", completion(R"(,"stream":true)", 30)));
  Client watcher = served.connect();
  watcher.send(request_text("GET", "/v1/byeol/scheduler?stream=true"));
  wait_for_text(watcher, "event-stream");
  Client idle = served.connect();
  std::this_thread::sleep_for(20ms);
  EXPECT_FALSE(served.server().drain(20ms));
  EXPECT_TRUE(idle.is_closed());
  served.gate().open();
  EXPECT_TRUE(served.server().drain(testing::kPatience));  // Also of the live view.
  EXPECT_EQ(testing::events_of(client.receive().body).back().data, "[DONE]");
  EXPECT_TRUE(watcher.receive().complete);
  EXPECT_FALSE(served.connect().connected());
}

TEST(ServerEnd, DrainsWhatNobodyListensTo) {
  const store::TemporaryFile file("server_drain");
  ServerOptions options;
  options.request_log_path = file.path();
  Served served({}, options);
  served.gate().close();
  // Its client hangs up when it has its answer, which says `queued` or `in_progress`.
  Client background = served.connect();
  background.send(request_text(
      "POST", "/v1/responses",
      R"({"input":"Hi","background":true,"ignore_eos":true,"max_output_tokens":100})"));
  Client keyed = served.connect();
  keyed.send(
      request_text("POST", "/v1/completions", completion({}, 100), "Idempotency-Key: a\r\n"));
  std::this_thread::sleep_for(50ms);
  keyed.close();
  background.close();
  EXPECT_FALSE(served.server().drain(300ms));
  served.gate().open();
  EXPECT_TRUE(served.server().drain(testing::kPatience));
  served.end_server();
  std::ifstream log(file.path());
  int whole = 0;
  for (std::string line; std::getline(log, line);)
    whole += line.find(R"("output_tokens":100)") != std::string::npos ? 1 : 0;
  EXPECT_EQ(whole, 2);
}

TEST(ServerEnd, HurriesWhenItIsTold) {
  Served served;
  served.gate().close();
  Client client = served.connect();
  client.send(request_text("POST", "/v1/completions", completion(R"(,"stream":true)")));
  std::this_thread::sleep_for(20ms);
  int asked = 0;
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(served.server().drain(testing::kPatience, [&] { return ++asked == 2; }));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, testing::kPatience / 2);
  served.gate().open();
  served.server().cancel();
  EXPECT_TRUE(eventually([&] { return served.is_idle(); }));
  const Answer answer = client.receive();
  EXPECT_TRUE(answer.complete);  // It hears why.
  EXPECT_NE(answer.body.find("being stopped"), std::string::npos) << answer.body;
}

TEST(ServerEnd, MayFollowItsBeginningAtOnce) {
  for (int i = 0; i < 10; ++i) {
    Served served;
    Client client = served.connect();
    client.send(request_text("POST", "/v1/responses", R"({"input":"Hi","background":true})"));
  }
}

// A client's kind, by its number.
std::string mixed_request(int number) {
  switch (number % 8) {
    case 0:
      return request_text("POST", "/v1/completions", completion(R"(,"stream":true)", 20));
    case 1:
      return request_text("POST", "/v1/completions", completion(R"(,"n":2)", 10));
    case 2:
      return request_text("POST", "/v1/chat/completions",
                          R"({"messages":[{"role":"user","content":"Hi"}],"stream":true,"n":2,)"
                          R"("max_tokens":12,"service_tier":"priority"})");
    case 3:
      return request_text("POST", "/v1/responses",
                          R"({"input":"Hi","stream":true,"max_output_tokens":16})");
    case 4:
      return request_text("POST", "/v1/embeddings", R"({"input":["a","b","c"]})");
    case 5:
      return request_text("POST", "/v1/responses",
                          R"({"input":"Hi","background":true,"max_output_tokens":16})");
    case 6:
      return request_text("POST", "/v1/completions",
                          completion(R"(,"deadline":{"first_ms":40,"on_miss":"finish"})", 20),
                          "Idempotency-Key: key-" + std::to_string(number % 3) + "\r\n");
    default:
      return number % 16 == 7 ? request_text("GET", "/metrics")
                              : request_text("POST", "/v1/completions", "{\"prompt\":");
  }
}

TEST(ServerLoad, TwoHundredMixedRequestsWithHangUps) {
  Served served({.turns_max = 100});
  std::atomic<int> answered = 0, refused = 0, hung_up = 0, broken = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread)
    threads.emplace_back([&, thread] {
      std::minstd_rand random(static_cast<unsigned>(thread) + 1);
      std::vector<std::pair<Client, bool>> clients;
      for (int i = 0; i < 25; ++i) {
        clients.emplace_back(served.connect(), random() % 3 == 0);
        clients.back().first.send(mixed_request(thread * 25 + i));
        if (random() % 4 == 0) std::this_thread::sleep_for(1ms);
      }
      for (auto& [client, hangs_up] : clients) {
        if (hangs_up) {
          if (random() % 2 == 0) client.receive_some(20ms);
          client.close();
          ++hung_up;
          continue;
        }
        const Answer answer = client.receive();
        if (!answer.complete) ++broken;
        (answer.status == 429 ? refused : answered) += 1;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(broken, 0);
  EXPECT_EQ(answered + refused + hung_up, 200);
  EXPECT_GT(answered, 50);
  EXPECT_TRUE(eventually([&] { return served.is_idle(); }));
  EXPECT_EQ(served.ask("POST", "/v1/completions", completion({}, 3)).status, 200);
}

}  // namespace
}  // namespace byeol::server
