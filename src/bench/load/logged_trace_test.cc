// A request log of the server's as a trace.
#include <gtest/gtest.h>

#include <sstream>

#include "bench/load/plan.h"
#include "bench/load/request.h"

namespace byeol::bench {
namespace {

constexpr const char* kHeader = R"({"byeol_request_log":1,"model":"tiny","page_tokens":4})"
                                "\n";

// A line as the server writes it; `more` comes first.
std::string line(const std::string& more, int prompt_tokens, const std::string& prefix) {
  return "{" + more + R"(,"request":"r","choice":0,"endpoint":"chat","tenant":0,"prompt_tokens":)" +
         std::to_string(prompt_tokens) + R"(,"cached_tokens":0,"prefix":[)" + prefix +
         R"(],"max_tokens":500,"granted_tokens":90,"output_tokens":7,"first_ms":61.2,)"
         R"("mean_gap_ms":18.4,"max_gap_ms":44.0,"total_ms":926.1,"missed":"",)"
         R"("finished_early":false,"retry_after_ms":0.0})"
         "\n";
}

std::vector<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

TEST(LoggedTrace, PlaysTheDayAgain) {
  const std::string stop = R"("outcome":"stop","class":"realtime","deadline":null)";
  const auto plan = plan_trace(
      kHeader +
          line(R"("arrival_ms":1790000000500,)" + stop, 10,
               R"("00000000000000aa","00000000000000bb")") +
          line(
              R"("arrival_ms":1790000000100,"outcome":"refused","class":"default","deadline":)"
              R"({"first_ms":500.0,"gap_ms":null,"total_ms":9000,"on_miss":"finish","insists":true})",
              10, R"("00000000000000aa","00000000000000cc")") +
          kHeader +  // The server was started anew.
          line(
              R"("arrival_ms":1790000002100,"outcome":"length","class":"flex","deadline":)"
              R"({"first_ms":null,"gap_ms":120,"total_ms":null,"on_miss":"degrade","insists":false})",
              8, R"("00000000000000aa","00000000000000cc")"),
      {.system = "Not of the log", .max_tokens = 1}, 2);
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_EQ(plan->size(), 3u);
  const LoadRequest &refused = (*plan)[0], &stopped = (*plan)[1], &cut = (*plan)[2];
  EXPECT_EQ(refused.at_ms, 0);
  EXPECT_EQ(stopped.at_ms, 200);
  EXPECT_EQ(cut.at_ms, 1000);
  EXPECT_EQ(refused.max_tokens, 90);  // What it could have become.
  EXPECT_EQ(stopped.max_tokens, 7);
  EXPECT_EQ(stopped.system, "");
  EXPECT_EQ(refused.deadline.first_ms, 500);
  EXPECT_EQ(refused.deadline.gap_ms, std::nullopt);
  EXPECT_EQ(refused.deadline.on_miss, "finish");
  EXPECT_TRUE(refused.insists);
  EXPECT_FALSE(cut.insists);
  EXPECT_EQ(cut.deadline.gap_ms, 120);
  EXPECT_EQ(stopped.deadline.first_ms, std::nullopt);
  EXPECT_EQ(refused.service_tier, "");
  EXPECT_EQ(stopped.service_tier, "realtime");

  // As many words, and shared as far as the hashes are equal.
  EXPECT_EQ(words(cut.prompt).size(), 8u);
  const auto a = words(stopped.prompt), b = words(refused.prompt), c = words(cut.prompt);
  EXPECT_TRUE(std::equal(a.begin(), a.begin() + 4, b.begin()));
  EXPECT_FALSE(std::equal(a.begin() + 4, a.begin() + 8, b.begin() + 4));
  EXPECT_TRUE(std::equal(c.begin(), c.end(), b.begin()));
  EXPECT_GE(a.size(), 10u);
  EXPECT_NE(a.back() + a[a.size() - 2], b.back() + b[b.size() - 2]);  // The rest is its own.
}

TEST(LoggedTrace, SendsOnlyWhatARequestInsistedOn) {
  LoadTarget target;
  target.send_deadline = true;
  LoadRequest request{.deadline = {.first_ms = 500}, .service_tier = "flex"};
  EXPECT_NE(request_body(target, request).find(R"("deadline":{"first_ms":500)"), std::string::npos);
  EXPECT_NE(request_body(target, request).find(R"("service_tier":"flex")"), std::string::npos);
  request.insists = false;
  EXPECT_EQ(request_body(target, request).find("deadline"), std::string::npos);
}

TEST(LoggedTrace, PassesOverWhatIsNoText) {
  const std::string text =
      R"({"arrival_ms":5,"endpoint":"embeddings","prompt_tokens":3,"outcome":"stop"})"
      "\n"
      R"({"arrival_ms":9,"endpoint":"chat","prompt_tokens":0,"outcome":"refused"})"
      "\n";
  const auto plan = plan_trace(text, {});
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_EQ(plan->size(), 1u);
  EXPECT_EQ((*plan)[0].at_ms, 0);
  EXPECT_EQ((*plan)[0].max_tokens, 1);
}

TEST(LoggedTrace, SharesWhatWasCachedWhereALogHasNoHashes) {
  const auto plan =
      plan_trace(R"({"arrival_ms":5,"prompt_tokens":30,"cached_tokens":20,"output_tokens":3})"
                 "\n"
                 R"({"arrival_ms":6,"prompt_tokens":40,"cached_tokens":10,"output_tokens":3})",
                 {});
  ASSERT_TRUE(plan) << plan.error().message;
  const auto a = words((*plan)[0].prompt), b = words((*plan)[1].prompt);
  EXPECT_TRUE(std::equal(a.begin(), a.begin() + 10, b.begin()));
  EXPECT_FALSE(std::equal(a.begin(), a.begin() + 20, b.begin()));
}

TEST(LoggedTrace, SaysWhichLineIsWrongAndHow) {
  const auto message = [](const std::string& wrong) {
    const auto plan = plan_trace(R"({"arrival_ms":1,"prompt_tokens":9})"
                                 "\n" +
                                     wrong + "\n",
                                 {});
    return plan ? "good: " + wrong : plan.error().message;
  };
  EXPECT_EQ(message(R"({"at_ms":1})"), "trace, line 2: either at_ms or arrival_ms in all lines");
  EXPECT_EQ(message(R"({"arrival_ms":"1"})"),
            "trace, line 2: arrival_ms must be milliseconds since 1970");
  EXPECT_EQ(message(R"({"arrival_ms":1,"prefix":["xyz"]})"),
            "trace, line 2: prefix must be a list of texts of 16 hexadecimal digits");
  EXPECT_EQ(message(R"({"arrival_ms":1,"prompt_tokens":3,"prefix":["00000000000000aa"]})"),
            "trace, line 2: prefix is longer than prompt_tokens");
  EXPECT_EQ(message(R"({"arrival_ms":1,"output_tokens":-1})"),
            "trace, line 2: output_tokens must be a number of tokens, 0 to 16777216");
  EXPECT_EQ(message(R"({"arrival_ms":1,"deadline":{"gap":5}})"),
            "trace, line 2: unknown name 'gap'");
}

}  // namespace
}  // namespace byeol::bench
