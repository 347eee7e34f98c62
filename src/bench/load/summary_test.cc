#include "bench/load/summary.h"

#include <gtest/gtest.h>

#include "bench/load/run.h"

namespace byeol::bench {
namespace {

TEST(Summary, PercentilesLieBetweenTheirNeighbours) {
  std::vector<double> samples;
  for (int i = 100; i >= 0; --i) samples.push_back(i);
  const Percentiles of = percentiles(samples);
  EXPECT_EQ(of.samples, 101u);
  EXPECT_DOUBLE_EQ(of.p50, 50);
  EXPECT_DOUBLE_EQ(of.p90, 90);
  EXPECT_DOUBLE_EQ(of.p95, 95);
  EXPECT_DOUBLE_EQ(of.p99, 99);
  EXPECT_DOUBLE_EQ(of.max, 100);
  EXPECT_EQ(percentiles({}).samples, 0u);
}

LoadRecord answered(double scheduled_ms, double first_ms, const char* class_name) {
  return {.scheduled_ms = scheduled_ms,
          .class_name = class_name,
          .attempts = 1,
          .sent_ms = scheduled_ms + 1,
          .token_ms = {scheduled_ms + first_ms, scheduled_ms + first_ms + 10,
                       scheduled_ms + first_ms + 40},
          .end_ms = scheduled_ms + first_ms + 50,
          .status = 200,
          .is_complete = true,
          .prompt_tokens = 10,
          .cached_tokens = 4,
          .completion_tokens = 3};
}

TEST(Summary, CountsOutcomesAndMeasuresCompleteAnswers) {
  LoadRecord refused = {.scheduled_ms = 300, .end_ms = 301, .status = 429};
  LoadRecord failed = {.scheduled_ms = 400, .end_ms = 1100, .error = "cut"};
  const LoadSummary summary = summarize(
      {answered(100, 20, "voice"), answered(200, 80, "chat"), refused, failed}, {.first_ms = 50});
  EXPECT_EQ(summary.counts.requests, 4u);
  EXPECT_EQ(summary.counts.good, 1u);
  EXPECT_EQ(summary.counts.late, 1u);
  EXPECT_EQ(summary.counts.refused, 1u);
  EXPECT_EQ(summary.counts.failed, 1u);
  EXPECT_DOUBLE_EQ(summary.counts.good_share(), 0.25);
  EXPECT_EQ(summary.classes.at("voice").good, 1u);
  EXPECT_EQ(summary.classes.at("chat").late, 1u);
  EXPECT_EQ(summary.classes.at("").requests, 2u);
  EXPECT_EQ(summary.first_error, "cut");
  EXPECT_EQ(summary.first_token_ms.samples, 2u);
  EXPECT_DOUBLE_EQ(summary.first_token_ms.p50, 50);
  EXPECT_DOUBLE_EQ(summary.mean_gap_ms.max, 20);
  EXPECT_DOUBLE_EQ(summary.worst_gap_ms.p50, 30);
  EXPECT_EQ(summary.gap_ms.samples, 4u);
  EXPECT_DOUBLE_EQ(summary.gap_ms.p50, 20);
  EXPECT_DOUBLE_EQ(summary.total_ms.max, 130);
  EXPECT_DOUBLE_EQ(summary.send_delay_ms.max, 1);
  EXPECT_DOUBLE_EQ(summary.seconds, 1);
  EXPECT_DOUBLE_EQ(summary.tokens_per_s, 6);
  EXPECT_DOUBLE_EQ(summary.good_per_s, 1);
  EXPECT_DOUBLE_EQ(summary.prompt_tokens, 10);
  EXPECT_DOUBLE_EQ(summary.cached_tokens, 4);
}

TEST(Summary, OfNothingIsNothing) {
  const LoadSummary summary = summarize({}, {});
  EXPECT_EQ(summary.counts.requests, 0u);
  EXPECT_EQ(summary.counts.good_share(), 0);
  EXPECT_EQ(summary.tokens_per_s, 0);
}

LoadRun run_with(double rate, std::size_t good) {
  LoadRun run;
  run.rate = rate;
  run.summary.counts = {.requests = 100, .good = good};
  return run;
}

TEST(HighestRate, EndsWhereALowerRateFailed) {
  const std::vector<LoadRun> runs = {run_with(4, 95), run_with(1, 100), run_with(2, 99),
                                     run_with(8, 80), run_with(16, 99)};
  EXPECT_EQ(highest_rate(runs, 0.99), 2);
  EXPECT_EQ(highest_rate(runs, 0.90), 4);
  EXPECT_EQ(highest_rate({run_with(1, 10)}, 0.90), 0);
  EXPECT_EQ(highest_rate({run_with(0, 100)}, 0.90), 0);  // A trace has no rate.
}

}  // namespace
}  // namespace byeol::bench
