// The three ways to show the same measurements.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "bench/load/html_report.h"
#include "bench/load/load_json.h"
#include "bench/load/load_text.h"

namespace byeol::bench {
namespace {

LoadReport a_report() {
  LoadReport report;
  report.target.url = "http://127.0.0.1:1";
  report.target.model = "<small>";
  report.promise = {.first_ms = 500, .gap_ms = 120};
  report.prompts = "8 shared and 4 own words";
  for (const double rate : {1.0, 2.0}) {
    LoadRun run;
    run.name = rate == 1 ? "1/s" : "2/s";
    run.rate = rate;
    run.records = {{.scheduled_ms = 10,
                    .max_tokens = 3,
                    .class_name = "voice",
                    .attempts = 1,
                    .sent_ms = 11,
                    .token_ms = {100 * rate, 200 * rate, 300 * rate},
                    .end_ms = 301 * rate,
                    .status = 200,
                    .is_complete = true,
                    .finish_reason = "length",
                    .prompt_tokens = 12,
                    .cached_tokens = 8,
                    .completion_tokens = 3},
                   {.scheduled_ms = 20,
                    .attempts = 1,
                    .end_ms = 25,
                    .status = 429,
                    .retry_after_ms = 40,
                    .error = "full"},
                   {.scheduled_ms = 30, .attempts = 1, .end_ms = 35, .error = "cut <here>"}};
    run.summary = summarize(run.records, report.promise);
    report.runs.push_back(run);
  }
  return report;
}

void expect_holds(const std::string& text, const std::vector<const char*>& parts) {
  for (const char* part : parts)
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

TEST(LoadReport, JsonHoldsEveryRecord) {
  const nlohmann::ordered_json json = load_json(a_report());
  EXPECT_EQ(json["url"], "http://127.0.0.1:1");
  EXPECT_EQ(json["endpoint"], "chat");
  EXPECT_EQ(json["promise"].dump(), R"({"first_ms":500.0,"gap_ms":120.0})");
  ASSERT_EQ(json["runs"].size(), 2u);
  const auto& run = json["runs"][0];
  EXPECT_EQ(run["rate"], 1);
  EXPECT_EQ(run["requests"], 3);
  EXPECT_EQ(run["good"], 1);
  EXPECT_EQ(run["refused"], 1);
  EXPECT_EQ(run["failed"], 1);
  EXPECT_EQ(run["first_token_ms"]["p99"], 90);
  EXPECT_EQ(run["mean_gap_ms"]["p50"], 100);
  EXPECT_EQ(run["first_error"], "cut <here>");
  EXPECT_EQ(run["classes"]["voice"]["good"], 1);
  ASSERT_EQ(run["records"].size(), 3u);
  EXPECT_EQ(run["records"][0]["outcome"], "good");
  EXPECT_EQ(run["records"][0]["token_ms"], (std::vector<double>{100, 200, 300}));
  EXPECT_EQ(run["records"][0]["cached_tokens"], 8);
  EXPECT_EQ(run["records"][1]["outcome"], "refused");
  EXPECT_EQ(run["records"][1]["retry_after_ms"], 40);
  EXPECT_EQ(run["records"][1]["prompt_tokens"], nullptr);
  EXPECT_EQ(run["records"][2]["outcome"], "failed");
  EXPECT_EQ(json["runs"][1]["late"], 1);
  EXPECT_EQ(json["highest_rate_90"], 0);
  EXPECT_EQ(load_json(Percentiles{}), nullptr);
}

TEST(LoadReport, TextHasARowForEachRun) {
  LoadReport report = a_report();
  expect_holds(load_text(report),
               {"http://127.0.0.1:1, model <small>; 8 shared and 4 own words",
                "good: first token <= 500 ms, mean gap <= 120 ms, from the planned arrival",
                "1/s                   1 of 3 (33.3 %)", "2/s                    0 of 3 (0.0 %)",
                "1/s, class voice: 1 of 1 (100.0 %), 0 refused, 0 failed",
                "a failed request of 1/s says: cut <here>", "highest rate with 99 % good: 0/s"});
  report.runs.pop_back();
  expect_holds(load_text(report), {"p95", "gap, worst of an answer", "sent late by us",
                                   "prompts: 12 tokens in the mean, 8 of them cached"});
  EXPECT_EQ(promise_text({}), "complete");
  EXPECT_EQ(promise_text({.total_ms = 9000}), "whole answer <= 9000 ms");
}

TEST(LoadReport, PageStandsAlone) {
  const std::string page = html_report(a_report());
  expect_holds(page, {"<!doctype html>", "Load on http://127.0.0.1:1", "Model &lt;small&gt;",
                      "Time to the first token", "Gaps between tokens", "Goodput over the rate",
                      "What happened when", "rect class=\"good wait\"", "rect class=\"late\"",
                      "rect class=\"refused\"", "rect class=\"failed\"",
                      "<td>1/s</td><td>1</td><td>3</td><td>0</td><td>1</td><td>1</td>"
                      "<td>90.0</td>"});
  for (const char* foreign : {"<script", "<link", "src=", "href=", "@import", "url("})
    EXPECT_EQ(page.find(foreign), std::string::npos) << foreign;
  EXPECT_EQ(page.find("nan"), std::string::npos);
}

TEST(LoadReport, PageOfAnEmptyRunIsAPage) {
  LoadReport report;
  report.runs.emplace_back();
  EXPECT_TRUE(html_report(report).ends_with("</body></html>\n"));
}

TEST(LoadReport, ShowsTheScenarios) {
  const LongPrompt long_prompt = {.gaps_before_ms = {10, 12},
                                  .gaps_during_ms = {30, 50},
                                  .first_token_ms = {900},
                                  .prompt_tokens = 2000};
  expect_holds(load_text(long_prompt, 4),
               {"a prompt of 2000 tokens beside 4 streams, 1 rounds", "median 900.0",
                "gaps of the streams during   p50 40.0  p99 49.8  max 50.0  (2 gaps)"});
  EXPECT_EQ(load_json(long_prompt)["gap_during_ms"]["max"], 50);
  EXPECT_EQ(load_json(long_prompt)["first_token_ms"], 900);
  const WarmPrefix warm_prefix = {.computed_ms = {300, 500},
                                  .cached_ms = {50, 50},
                                  .ratios = {6, 10},
                                  .prompt_tokens = 1020,
                                  .cached_tokens = 1000};
  expect_holds(load_text(warm_prefix),
               {"a prompt of 1020 tokens, medians of 2 pairs", "computed      400.0 ms",
                "50.0 ms (1000 tokens cached)", "ratio                  8.0"});
  EXPECT_EQ(load_json(warm_prefix)["ratio"], 8);
}

}  // namespace
}  // namespace byeol::bench
