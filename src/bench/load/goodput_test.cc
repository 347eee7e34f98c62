#include "bench/load/goodput.h"

#include <gtest/gtest.h>

namespace byeol::bench {
namespace {

LoadRecord complete() {
  return {.scheduled_ms = 100,
          .token_ms = {300, 320, 360, 400},
          .end_ms = 410,
          .status = 200,
          .is_complete = true};
}

TEST(Goodput, CountsFromThePlannedArrival) {
  const LoadRecord record = complete();
  EXPECT_EQ(first_token_ms(record), 200);
  EXPECT_EQ(total_ms(record), 310);
  EXPECT_EQ(gaps_ms(record), (std::vector<double>{20, 40, 40}));
  EXPECT_DOUBLE_EQ(mean_gap_ms(record), 100.0 / 3);
}

TEST(Goodput, TokensThatCameTogetherShareTheGap) {
  LoadRecord record = complete();
  record.completion_tokens = 11;
  EXPECT_DOUBLE_EQ(mean_gap_ms(record), 10);
}

TEST(Goodput, AnAnswerOfAWordOrNoneHasNoGap) {
  LoadRecord record = complete();
  record.token_ms = {300};
  EXPECT_EQ(mean_gap_ms(record), 0);
  record.token_ms = {};
  EXPECT_EQ(mean_gap_ms(record), 0);
  EXPECT_EQ(first_token_ms(record), 310);
  EXPECT_EQ(judge(record, {.first_ms = 310}), Outcome::kGood);
  EXPECT_EQ(judge(record, {.first_ms = 309}), Outcome::kLate);
}

TEST(Goodput, EachDeadlineCounts) {
  const LoadRecord record = complete();
  EXPECT_EQ(judge(record, {}), Outcome::kGood);
  EXPECT_EQ(judge(record, {.first_ms = 200, .gap_ms = 34, .total_ms = 310}), Outcome::kGood);
  EXPECT_EQ(judge(record, {.first_ms = 199}), Outcome::kLate);
  EXPECT_EQ(judge(record, {.gap_ms = 33}), Outcome::kLate);
  EXPECT_EQ(judge(record, {.total_ms = 309}), Outcome::kLate);
}

TEST(Goodput, ARequestsOwnDeadlineGoesBeforeTheGeneralOne) {
  LoadRecord record = complete();
  record.deadline.first_ms = 100;
  EXPECT_EQ(judge(record, {.first_ms = 500}), Outcome::kLate);
  record.deadline.first_ms = 300;
  EXPECT_EQ(judge(record, {.first_ms = 100}), Outcome::kGood);
}

TEST(Goodput, WhatIsNotCompleteIsNotGood) {
  LoadRecord record = complete();
  record.is_complete = false;
  EXPECT_EQ(judge(record, {}), Outcome::kFailed);
  record.status = 0;
  EXPECT_EQ(judge(record, {}), Outcome::kFailed);
  record.status = 500;
  EXPECT_EQ(judge(record, {}), Outcome::kFailed);
  record.status = 429;
  EXPECT_EQ(judge(record, {}), Outcome::kRefused);
  record.status = 503;
  EXPECT_EQ(judge(record, {}), Outcome::kRefused);
}

}  // namespace
}  // namespace byeol::bench
