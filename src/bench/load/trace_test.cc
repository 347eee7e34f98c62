#include <gtest/gtest.h>

#include "bench/load/plan.h"

namespace byeol::bench {
namespace {

TEST(Trace, SaysWhenWhatIsAsked) {
  const auto good = plan_trace(
      R"({"at_ms": 500, "prompt": "Hi", "max_tokens": 3, "class": "voice"})"
      "\r\n\n"
      R"({"at_ms": 0.5, "prompt_tokens": 7,)"
      R"( "deadline": {"first_ms": 300, "total_ms": 9000, "on_miss": "finish"}})",
      {.system = "Be brief", .own_words = 64, .max_tokens = 32, .deadline = {.gap_ms = 50}});
  ASSERT_TRUE(good) << good.error().message;
  ASSERT_EQ((*good).size(), 2u);
  const LoadRequest& first = (*good)[0];  // In the order of time.
  EXPECT_EQ(first.at_ms, 0.5);
  EXPECT_EQ(first.system, "Be brief");
  EXPECT_TRUE(first.prompt.starts_with("Question 3: ")) << first.prompt;
  EXPECT_EQ(first.max_tokens, 32);
  EXPECT_EQ(first.deadline.first_ms, 300);
  EXPECT_EQ(first.deadline.gap_ms, std::nullopt);  // The line's own is the whole promise.
  EXPECT_EQ(first.deadline.total_ms, 9000);
  EXPECT_EQ(first.deadline.on_miss, "finish");
  const LoadRequest& second = (*good)[1];
  EXPECT_EQ(second.at_ms, 500);
  EXPECT_EQ(second.prompt, "Hi");
  EXPECT_EQ(second.max_tokens, 3);
  EXPECT_EQ(second.class_name, "voice");
  EXPECT_EQ(second.deadline.gap_ms, 50);
}

TEST(Trace, CanRunFaster) {
  const auto plan = plan_trace("{\"at_ms\":100}\n{\"at_ms\":900}\n", {}, 4);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ((*plan)[0].at_ms, 25);
  EXPECT_EQ((*plan)[1].at_ms, 225);
}

TEST(Trace, SaysWhichLineIsWrongAndHow) {
  const auto message = [](const std::string& line) {
    const auto plan = plan_trace("{\"at_ms\":1}\n" + line + "\n", {});
    if (plan) return "good: " + line;
    EXPECT_EQ(plan.error().code, ErrorCode::kInvalidArgument);
    return plan.error().message;
  };
  EXPECT_EQ(message("[1]"), "trace, line 2: not a JSON object");
  EXPECT_EQ(message("{\"at_ms\":1"), "trace, line 2: not a JSON object");
  EXPECT_EQ(message("{}"), "trace, line 2: at_ms is missing");
  EXPECT_EQ(message(R"({"at_ms":-1})"), "trace, line 2: at_ms must be milliseconds, 0 or more");
  EXPECT_EQ(message(R"({"at_ms":"1"})"), "trace, line 2: at_ms must be milliseconds, 0 or more");
  EXPECT_EQ(message(R"({"at_ms":1e300})"), "trace, line 2: at_ms must be milliseconds, 0 or more");
  EXPECT_EQ(message(R"({"at_ms":1,"max_tokens":0})"),
            "trace, line 2: max_tokens must be a number of tokens, 1 to 16777216");
  EXPECT_EQ(message(R"({"at_ms":1,"prompt_tokens":99999999999})"),
            "trace, line 2: prompt_tokens must be a number of tokens, 1 to 16777216");
  EXPECT_EQ(message(R"({"at_ms":1,"prompt_tokens":1.5})"),
            "trace, line 2: prompt_tokens must be a number of tokens, 1 to 16777216");
  EXPECT_EQ(message(R"({"at_ms":1,"prompt":5})"), "trace, line 2: prompt must be a text");
  EXPECT_EQ(message(R"({"at_ms":1,"prompt":"a","prompt_tokens":5})"),
            "trace, line 2: either prompt or prompt_tokens");
  EXPECT_EQ(message(R"({"at_ms":1,"deadline":5})"), "trace, line 2: deadline must be an object");
  EXPECT_EQ(message(R"({"at_ms":1,"deadline":{"gap_ms":-5}})"),
            "trace, line 2: gap_ms must be milliseconds, 0 or more");
  EXPECT_EQ(message(R"({"at_ms":1,"deadline":{"gap":5}})"), "trace, line 2: unknown name 'gap'");
  EXPECT_EQ(message(R"({"at_ms":1,"max_token":5})"), "trace, line 2: unknown name 'max_token'");
  for (const char* empty : {"", "\n \r\n"}) {
    const auto plan = plan_trace(empty, {});
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().message, "the trace has no line");
  }
}

}  // namespace
}  // namespace byeol::bench
