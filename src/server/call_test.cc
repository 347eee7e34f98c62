#include "server/call.h"

#include <gtest/gtest.h>

#include "server/test_support.h"
#include "server/turn_end.h"

namespace byeol::server {
namespace {

using testing::FakeExchange;
using testing::make_call;
using testing::make_request;

FakeExchange::Answer refused(double retry_after_ms) {
  const auto [exchange, call] = make_call(make_request("POST", "/v1/completions"));
  respond_refused(call, wire::overloaded("No room."), retry_after_ms);
  return exchange->answer();
}

TEST(Call, SaysWhenToComeAgain) {
  const auto later = refused(1200.4);
  EXPECT_EQ(later.status, 429);
  EXPECT_EQ(later.header("retry-after-ms"), "1201");
  EXPECT_EQ(later.header("retry-after"), "2");
  EXPECT_EQ(later.header("x-should-retry"), "true");
  EXPECT_EQ(later.header("x-request-id"), "req_test");
  const auto soon = refused(0.2);
  EXPECT_EQ(soon.header("retry-after-ms"), "1");
  EXPECT_EQ(soon.header("retry-after"), "1");
  const auto never = refused(0);
  EXPECT_EQ(never.header("x-should-retry"), "false");
  EXPECT_EQ(never.header("retry-after-ms"), "");
}

TEST(Call, TellsHowTheDeadlineFaredInHeaders) {
  EXPECT_TRUE(deadline_headers({}).empty());
  const net::HttpHeaders headers =
      deadline_headers(wire::DeadlineReport{.met = false, .first_ms = 12.6, .total_ms = 100.2});
  EXPECT_EQ(net::find_header(headers, "x-deadline-met"), "false");
  EXPECT_EQ(net::find_header(headers, "x-deadline-first-ms"), "13");
  EXPECT_EQ(net::find_header(headers, "x-deadline-total-ms"), "100");
  EXPECT_EQ(net::find_header(headers, "x-deadline-gap-ms"), "");
}

TEST(Call, BeginsAStreamThatNoProxyHoldsBack) {
  const auto [exchange, call] = make_call(make_request("POST", "/v1/completions"));
  begin_events(call);
  const auto answer = exchange->answer();
  EXPECT_TRUE(answer.streams);
  EXPECT_EQ(answer.header("content-type"), "text/event-stream; charset=utf-8");
  EXPECT_EQ(answer.header("cache-control"), "no-cache");
  EXPECT_EQ(answer.header("x-accel-buffering"), "no");
}

TEST(TurnEnd, BecomesTheErrorThatClientsKnow) {
  const auto error = [](runtime::FinishReason reason, double retry_after_ms = 0) {
    runtime::TurnEnd end{reason, {}, -1, "because", {}};
    end.retry_after_ms = retry_after_ms;
    return error_of(end);
  };
  EXPECT_EQ(error(runtime::FinishReason::kDeadline).status, 408);
  EXPECT_EQ(error(runtime::FinishReason::kDeadline).code, "deadline_exceeded");
  EXPECT_EQ(error(runtime::FinishReason::kRefused).status, 429);
  EXPECT_EQ(error(runtime::FinishReason::kRefused).code, "deadline_impossible");
  EXPECT_EQ(error(runtime::FinishReason::kRefused, 5).code, "deadline_unavailable");
  EXPECT_EQ(error(runtime::FinishReason::kCancelled).status, 503);
  EXPECT_EQ(error(runtime::FinishReason::kError).status, 500);
  EXPECT_EQ(error(runtime::FinishReason::kError).message, "The answer failed: because.");
}

}  // namespace
}  // namespace byeol::server
