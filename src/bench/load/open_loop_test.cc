#include "bench/load/open_loop.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "bench/load/goodput.h"
#include "bench/load/stub_server.h"
#include "bench/load/summary.h"

namespace byeol::bench {
namespace {

class OpenLoopTest : public testing::Test {
 protected:
  void start(const StubSchedule& schedule) {
    stub_ = *StubServer::start(schedule);
    client_ = *net::HttpClient::start();
    target_.url = stub_->url();
  }
  std::vector<LoadRecord> run(const std::vector<LoadRequest>& plan, OpenLoopOptions options = {}) {
    return run_open_loop(*client_, target_, plan, options);
  }

  LoadTarget target_;
  std::unique_ptr<StubServer> stub_;
  std::unique_ptr<net::HttpClient> client_;
};

TEST_F(OpenLoopTest, RecordsWhatTheServerDid) {
  start({.first_ms = 15, .gap_ms = 5});
  const auto records = run({{.at_ms = 0, .max_tokens = 4, .class_name = "a"},
                            {.at_ms = 10, .max_tokens = 2, .deadline = {.first_ms = 1}}});
  ASSERT_EQ(records.size(), 2u);
  EXPECT_TRUE(records[0].is_complete) << records[0].error;
  EXPECT_EQ(records[0].token_ms.size(), 4u);
  EXPECT_EQ(records[0].completion_tokens, 4);
  EXPECT_EQ(records[0].finish_reason, "length");
  EXPECT_EQ(records[0].class_name, "a");
  EXPECT_GE(first_token_ms(records[0]), 15);
  EXPECT_GE(records[0].sent_ms, records[0].scheduled_ms);
  EXPECT_DOUBLE_EQ(records[1].scheduled_ms - records[0].scheduled_ms, 10);
  EXPECT_EQ(judge(records[1], {}), Outcome::kLate);
  EXPECT_EQ(stub_->times("load-1").written.size(), 2u);
}

TEST_F(OpenLoopTest, KnowsCompletions) {
  start({});
  target_.endpoint = LoadEndpoint::kCompletions;
  const auto records = run({{.max_tokens = 3}});
  EXPECT_TRUE(records[0].is_complete) << records[0].error;
  EXPECT_EQ(records[0].token_ms.size(), 3u);
}

TEST_F(OpenLoopTest, ArrivalsDoNotWaitForAnswers) {
  start({.first_ms = 150, .gap_ms = 1});
  std::vector<LoadRequest> plan;
  for (int i = 0; i < 20; ++i) plan.push_back({.at_ms = i * 2.0, .max_tokens = 1});
  const auto records = run(plan);
  const double first_end = std::ranges::min_element(records, {}, &LoadRecord::end_ms)->end_ms;
  for (const LoadRecord& record : records) EXPECT_LT(record.called_ms, first_end);
}

TEST_F(OpenLoopTest, RefusalsAreKeptUnlessToldToRetry) {
  start({.first_ms = 5, .gap_ms = 1, .refuse_every = 2, .retry_after_ms = 25});
  const std::vector<LoadRequest> plan = {{.at_ms = 0, .max_tokens = 1},
                                         {.at_ms = 5, .max_tokens = 1}};
  const auto refused = run(plan);
  EXPECT_EQ(judge(refused[1], {}), Outcome::kRefused);
  EXPECT_EQ(refused[1].error, "no room now");
  EXPECT_EQ(refused[1].retry_after_ms, 25);
  EXPECT_EQ(refused[1].attempts, 1);

  const auto retried = run(plan, {.retries = 1});
  EXPECT_TRUE(retried[1].is_complete) << retried[1].error;
  EXPECT_EQ(retried[1].attempts, 2);
  EXPECT_EQ(retried[1].status, 200);
  EXPECT_GE(first_token_ms(retried[1]), 30);  // From the plan, the refusal included.
}

TEST_F(OpenLoopTest, TellsHowFarItIs) {
  start({.first_ms = 1, .gap_ms = 1});
  LoadProgress last;
  run({{.at_ms = 0}, {.at_ms = 1}}, {.progress = [&last](const LoadProgress& p) { last = p; }});
  EXPECT_EQ(last.sent, 2u);
  EXPECT_EQ(last.ended, 2u);
  EXPECT_EQ(last.requests, 2u);
}

TEST_F(OpenLoopTest, AServerThatIsGoneFailsEveryRequest) {
  start({});
  stub_.reset();
  const auto records = run({{.at_ms = 0}, {.at_ms = 1}});
  for (const LoadRecord& record : records) {
    EXPECT_EQ(judge(record, {}), Outcome::kFailed);
    EXPECT_NE(record.error.find("connect: "), std::string::npos) << record.error;
  }
}

TEST_F(OpenLoopTest, AnAddressThatIsNoneFailsEveryRequest) {
  start({});
  target_.url = "nowhere";
  const auto records = run({{.at_ms = 0}});
  EXPECT_EQ(records[0].error.find("address 'nowhere"), 0u) << records[0].error;
}

}  // namespace
}  // namespace byeol::bench
