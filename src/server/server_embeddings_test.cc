// Embeddings over HTTP: one request, one judgement of its deadline.
#include <gtest/gtest.h>

#include <atomic>

#include "server/test_server.h"
#include "store/temporary_file.h"

namespace byeol::server {
namespace {

using namespace std::chrono_literals;
using testing::Answer;
using testing::Served;

constexpr const char* kPath = "/v1/embeddings";

// So many inputs of so many tokens.
std::string inputs(int count, int tokens) {
  std::string text = "[";
  for (int input = 0; input < count; ++input) {
    text += input == 0 ? "[" : ",[";
    for (int i = 0; i < tokens; ++i) text += (i == 0 ? "" : ",") + std::to_string(1 + i % 50);
    text += "]";
  }
  return text + "]";
}

std::string request(const std::string& input, const std::string& deadline) {
  return R"({"input":)" + input + R"(,"deadline":)" + deadline + "}";
}

bool has(const std::string& metrics, const std::string& line) {
  return metrics.find(line + "\n") != std::string::npos;
}

TEST(ServerEmbeddings, KeepADeadlineOnce) {
  Served served;
  const Answer answer = served.ask("POST", kPath, request(inputs(20, 10), R"({"total_ms":50000})"));
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.header("x-deadline-met"), "true");
  EXPECT_NE(answer.header("x-deadline-first-ms"), "");
  EXPECT_EQ(answer.header("x-deadline-first-ms"), answer.header("x-deadline-total-ms"));
  EXPECT_EQ(answer.header("x-deadline-gap-ms"), "");
  const std::string metrics = served.ask("GET", "/metrics").body;
  EXPECT_TRUE(has(metrics, R"(byeol_deadline_met_total{class="default"} 1)")) << metrics;
  const Answer plain = served.ask("POST", kPath, R"({"input":"a"})");
  EXPECT_EQ(plain.status, 200);
  EXPECT_EQ(plain.header("x-deadline-met"), "");
}

// Two inputs are there in time and the third is not.
TEST(ServerEmbeddings, MissADeadlineOnceByTheirLastInput) {
  for (const char* on_miss : {"degrade", "finish"}) {
    std::atomic<bool> is_slow = false;
    Served served({.on_step = [&] {
      if (is_slow.exchange(false)) std::this_thread::sleep_for(600ms);
    }});
    served.gate().close();  // All three are let in before the first of them is computed.
    testing::Client other = served.connect(), client = served.connect();
    other.send(
        testing::request_text("POST", "/v1/completions", R"({"prompt":"a","max_tokens":1})"));
    std::this_thread::sleep_for(50ms);
    // More rows than one step has.
    client.send(testing::request_text(
        "POST", kPath,
        request(inputs(3, 200), R"({"total_ms":500,"on_miss":")" + std::string(on_miss) + "\"}")));
    std::this_thread::sleep_for(50ms);
    is_slow = true;
    served.gate().open();
    const Answer answer = client.receive();
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.header("x-deadline-met"), "false");
    EXPECT_GE(std::atoi(answer.header("x-deadline-total-ms").c_str()), 600);
    EXPECT_GE(std::atoi(answer.header("x-deadline-first-ms").c_str()), 600);
    const std::string metrics = served.ask("GET", "/metrics").body;
    EXPECT_TRUE(has(metrics, R"(byeol_deadline_missed_total{class="default",limit="total"} 1)"))
        << metrics;
    EXPECT_EQ(metrics.find("byeol_deadline_met_total{"), std::string::npos);
  }
}

}  // namespace
}  // namespace byeol::server
