// Deadlines and limits over HTTP: what cannot be promised is refused, with when to come again.
#include <gtest/gtest.h>

#include "server/test_server.h"

namespace byeol::server {
namespace {

using testing::Answer;
using testing::eventually;
using testing::json_of;
using testing::Served;

constexpr const char* kPath = "/v1/completions";

TEST(ServerDeadline, IsRefusedWhereItCanNeverBeMet) {
  const Served served;
  for (const char* stream : {"false", "true"}) {
    const Answer answer = served.ask(
        "POST", kPath,
        std::string(R"({"prompt":"a","max_tokens":200,"deadline":{"total_ms":0.01},"stream":)") +
            stream + "}");
    EXPECT_EQ(answer.status, 429) << answer.body;
    EXPECT_EQ(answer.header("x-should-retry"), "false");
    EXPECT_EQ(answer.header("retry-after-ms"), "");
    EXPECT_EQ(json_of(answer.body)["error"]["code"], "deadline_impossible");
  }
  EXPECT_TRUE(served.is_idle());
  const Answer embedding =
      served.ask("POST", "/v1/embeddings", R"({"input":["a","b"],"deadline":{"first_ms":0.001}})");
  EXPECT_EQ(embedding.status, 429);
}

TEST(ServerDeadline, SaysWhenToComeAgain) {
  Served served({.turns_max = 2});
  served.gate().close();
  const std::string body = R"({"prompt":"a","max_tokens":200,"ignore_eos":true,"stream":true})";
  testing::Client first = served.connect(), second = served.connect();
  first.send(testing::request_text("POST", kPath, body));
  second.send(testing::request_text("POST", kPath, body));
  testing::Client third = served.connect();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  third.send(testing::request_text("POST", kPath, body));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  served.gate().open();
  const Answer refused = third.receive();
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("x-should-retry"), "true");
  EXPECT_GT(std::atoi(refused.header("retry-after-ms").c_str()), 0);
  EXPECT_GT(std::atoi(refused.header("retry-after").c_str()), 0);
  EXPECT_EQ(first.receive().status, 200);
  EXPECT_EQ(second.receive().status, 200);
}

TEST(ServerDeadline, LeavesNothingOfARefusedResponse) {
  const Served served;
  const std::string body =
      R"({"input":"a","background":true,"max_output_tokens":200,"deadline":{"total_ms":0.01}})";
  const Answer refused = served.ask("POST", "/v1/responses", body);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(json_of(refused.body)["error"]["code"], "deadline_impossible");
}

TEST(ServerDeadline, StopsWhatIsLate) {
  Served served({.on_step = [] { std::this_thread::sleep_for(std::chrono::milliseconds(3)); }});
  const std::string body = R"({"prompt":"a","max_tokens":200,"ignore_eos":true,)"
                           R"("deadline":{"total_ms":100,"on_miss":"abort"})";
  // The first steps are quick only in the cost model's mind, which then learns.
  const Answer whole = served.ask("POST", kPath, body + "}");
  EXPECT_TRUE(whole.status == 408 || whole.status == 429) << whole.body;
  if (whole.status == 408) {
    EXPECT_EQ(whole.header("x-should-retry"), "false");
    EXPECT_EQ(json_of(whole.body)["error"]["code"], "deadline_exceeded");
  }
}

}  // namespace
}  // namespace byeol::server
