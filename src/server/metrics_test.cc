#include "server/metrics.h"

#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <sstream>
#include <thread>
#include <vector>

namespace byeol::server {
namespace {

// Series → value, as Prometheus reads them; a line of another form fails.
std::map<std::string, double> parse(const std::string& text) {
  static const std::regex kComment(R"(# (HELP|TYPE) [a-zA-Z_:][a-zA-Z0-9_:]* .+)");
  static const std::regex kSample(
      R"re(([a-zA-Z_:][a-zA-Z0-9_:]*(?:\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*\})?) (\S+))re");
  std::map<std::string, double> series;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_match(line, kComment)) continue;
    if (!std::regex_match(line, match, kSample)) {
      ADD_FAILURE() << "no line of Prometheus: " << line;
      continue;
    }
    const auto [place, is_new] = series.emplace(match[1], std::strtod(match[2].str().c_str(), {}));
    EXPECT_TRUE(is_new) << "twice: " << place->first;
  }
  return series;
}

ServedTurn a_turn() {
  ServedTurn turn{};
  turn.turn_class = runtime::TurnClass::kPriority;
  turn.reason = runtime::FinishReason::kLength;
  turn.had_deadline = true;
  turn.timings = {.prompt_tokens = 100,
                  .reused_tokens = 60,
                  .generated_tokens = 20,
                  .drafted_tokens = 8,
                  .accepted_tokens = 5,
                  .first_token_s = 0.03,
                  .prefill_s = 0.02,
                  .decode_s = 0.4};
  turn.deadline.first_ms = 50;  // Of which 20 were before it was submitted.
  turn.queue_s = 0.01;
  turn.total_s = 0.43;
  turn.max_tokens = 20;
  return turn;
}

constexpr const char* kModel = R"({engine="0",model_name="tiny"})";

double value(const std::map<std::string, double>& series, const std::string& name) {
  const auto found = series.find(name);
  if (found == series.end()) {
    ADD_FAILURE() << "no series " << name;
    return -1;
  }
  return found->second;
}

TEST(Metrics, CountsWhatWasServed) {
  Metrics metrics("tiny");
  metrics.served(a_turn());
  ServedTurn late = a_turn();
  late.reason = runtime::FinishReason::kStop;
  late.deadline.missed = runtime::Missed::kGap;
  late.deadline.finished_early = true;
  metrics.served(late);
  const auto series = parse(metrics.text({}, 3));
  const auto of_model = [&](const std::string& name) { return value(series, name + kModel); };
  EXPECT_EQ(value(series, R"(byeol_turns_total{class="priority",outcome="length"})"), 1);
  EXPECT_EQ(value(series, R"(byeol_turns_total{class="priority",outcome="stop"})"), 1);
  EXPECT_EQ(value(series, R"(byeol_deadline_met_total{class="priority"})"), 1);
  EXPECT_EQ(value(series, R"(byeol_deadline_missed_total{class="priority",limit="gap"})"), 1);
  EXPECT_EQ(of_model("byeol_finished_early_total"), 1);
  EXPECT_EQ(of_model("vllm:prompt_tokens_total"), 200);
  EXPECT_EQ(of_model("vllm:generation_tokens_total"), 40);
  EXPECT_EQ(of_model("vllm:prefix_cache_queries_total"), 200);
  EXPECT_EQ(of_model("vllm:prefix_cache_hits_total"), 120);
  EXPECT_EQ(of_model("vllm:spec_decode_num_draft_tokens_total"), 16);
  EXPECT_EQ(of_model("vllm:spec_decode_num_accepted_tokens_total"), 10);
  EXPECT_EQ(of_model("vllm:time_to_first_token_seconds_count"), 2);
  EXPECT_NEAR(of_model("vllm:time_to_first_token_seconds_sum"), 0.1, 1e-9);
  EXPECT_NEAR(of_model("vllm:e2e_request_latency_seconds_sum"), 0.86, 1e-9);
  EXPECT_EQ(of_model("byeol_connections"), 3);
  const std::string with_reason = R"({engine="0",finished_reason="length",model_name="tiny"})";
  EXPECT_EQ(value(series, "vllm:request_success_total" + with_reason), 1);
}

TEST(Metrics, CountsARefusalAsNothingElse) {
  Metrics metrics("tiny");
  ServedTurn turn = a_turn();
  turn.reason = runtime::FinishReason::kRefused;
  metrics.served(turn);
  const auto series = parse(metrics.text({}, 0));
  EXPECT_EQ(value(series, R"(byeol_turns_total{class="priority",outcome="refused"})"), 1);
  EXPECT_EQ(value(series, std::string("vllm:prompt_tokens_total") + kModel), 0);
  EXPECT_EQ(value(series, std::string("vllm:time_to_first_token_seconds_count") + kModel), 0);
}

TEST(Metrics, LeavesOutTimesThatThereWereNot) {
  Metrics metrics("tiny");
  ServedTurn turn = a_turn();
  turn.reason = runtime::FinishReason::kCancelled;
  turn.timings.generated_tokens = 0;
  metrics.served(turn);
  const auto series = parse(metrics.text({}, 0));
  EXPECT_EQ(value(series, std::string("vllm:time_to_first_token_seconds_count") + kModel), 0);
  EXPECT_EQ(value(series, std::string("vllm:e2e_request_latency_seconds_count") + kModel), 1);
}

TEST(Metrics, TellsTheRuntimesState) {
  runtime::RuntimeState state;
  state.turns.resize(3);
  state.turns[0].phase = runtime::Phase::kWaiting;
  state.turns[1].phase = runtime::Phase::kPrefill;
  state.turns[2].phase = runtime::Phase::kDecode;
  state.kv_used_tokens = 256;
  state.kv_capacity_tokens = 1024;
  state.prefix_tokens = 77;
  state.error_share = 0.25;
  state.counters.missed = 4;
  Metrics metrics("tiny");
  metrics.step({.shape = {}, .rows = 12, .took_us = 5000});
  metrics.gap(0.02);
  const auto series = parse(metrics.text(state, 0));
  const auto of_model = [&](const std::string& name) { return value(series, name + kModel); };
  EXPECT_EQ(of_model("vllm:num_requests_waiting"), 1);
  EXPECT_EQ(of_model("vllm:num_requests_running"), 2);
  EXPECT_EQ(of_model("vllm:kv_cache_usage_perc"), 0.25);
  EXPECT_EQ(of_model("byeol_prefix_tokens"), 77);
  EXPECT_EQ(of_model("byeol_step_prediction_error_ratio"), 0.25);
  EXPECT_EQ(of_model("byeol_guarantees_missed"), 4);
  EXPECT_EQ(of_model("byeol_step_seconds_sum"), 0.005);
  EXPECT_EQ(of_model("vllm:iteration_tokens_total_sum"), 12);
  EXPECT_EQ(of_model("vllm:inter_token_latency_seconds_count"), 1);
}

TEST(Metrics, MakesNoSeriesOfWhatAClientInvents) {
  Metrics metrics("tiny");
  metrics.responded("/v1/models", "GET", 200, 0.01, 500);
  metrics.responded("other", "FROB", 404, 0.01, 100);
  metrics.responded("other", "\"}\n", 404, 0.01, 100);
  const auto series = parse(metrics.text({}, 0));
  EXPECT_EQ(value(series, R"(http_requests_total{handler="/v1/models",method="GET",status="200"})"),
            1);
  EXPECT_EQ(value(series, R"(http_requests_total{handler="other",method="other",status="404"})"),
            2);
  EXPECT_EQ(value(series, std::string("http_response_bytes_total") + kModel), 700);
}

TEST(Metrics, CountsWhatNeverBecameARequestWithoutATime) {
  Metrics metrics("tiny");
  metrics.turned_away(431, 100);
  const auto series = parse(metrics.text({}, 0));
  EXPECT_EQ(value(series, R"(http_requests_total{handler="",method="other",status="431"})"), 1);
  EXPECT_EQ(value(series, std::string("http_response_bytes_total") + kModel), 100);
  EXPECT_EQ(value(series, std::string("http_request_duration_seconds_count") + kModel), 0);
}

TEST(Metrics, EscapesTheModelsName) {
  Metrics metrics("a \"quoted\\\n name");
  EXPECT_FALSE(parse(metrics.text({}, 0)).empty());
}

TEST(Metrics, CountsFromManyThreads) {
  Metrics metrics("tiny");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int j = 0; j < 100; ++j) {
        metrics.served(a_turn());
        metrics.responded("/health", "GET", 200, 0.001, 10);
        if (j % 20 == 0) metrics.text({}, 0);
      }
    });
  for (std::thread& thread : threads) thread.join();
  const auto series = parse(metrics.text({}, 0));
  EXPECT_EQ(value(series, R"(byeol_turns_total{class="priority",outcome="length"})"), 400);
}

}  // namespace
}  // namespace byeol::server
