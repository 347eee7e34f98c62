#include "bench/load/accuracy.h"

#include <gtest/gtest.h>

namespace byeol::bench {
namespace {

// Bounds for a machine that compiles meanwhile; the command `byeol load --stub` tells the figures
// of a quiet one.
TEST(Accuracy, TheGeneratorReadsTheClockOfTheServer) {
  const Result<Accuracy> accuracy =
      measure_accuracy({.rate = 50, .requests = 50, .tokens = 20}, {});
  ASSERT_TRUE(accuracy) << accuracy.error().message;
  EXPECT_EQ((*accuracy).first_token_ms.samples, 50u);
  EXPECT_EQ((*accuracy).gap_ms.samples, 50u * 19);
  EXPECT_GE((*accuracy).send_ms.p50, 0);
  EXPECT_GT((*accuracy).first_token_ms.p50, 0);  // It cannot come before it was sent.
  EXPECT_LT((*accuracy).send_ms.p50, 10);
  EXPECT_LT((*accuracy).first_token_ms.p50, 10);
  EXPECT_LT((*accuracy).gap_ms.p50, 5);
  EXPECT_GT((*accuracy).under_way_max, 2u);
}

TEST(Accuracy, SaysThatARequestFailed) {
  const Result<Accuracy> accuracy =
      measure_accuracy({.rate = 500, .requests = 4, .schedule = {.refuse_every = 1}}, {});
  ASSERT_FALSE(accuracy);
  EXPECT_EQ(accuracy.error().message, "request 0 failed: no room now");
}

}  // namespace
}  // namespace byeol::bench
