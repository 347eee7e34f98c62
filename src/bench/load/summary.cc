#include "bench/load/summary.h"

#include <algorithm>

#include "bench/load/goodput.h"
#include "bench/statistics.h"

namespace byeol::bench {
namespace {

void count(OutcomeCounts& counts, Outcome outcome) {
  ++counts.requests;
  if (outcome == Outcome::kGood) ++counts.good;
  if (outcome == Outcome::kLate) ++counts.late;
  if (outcome == Outcome::kRefused) ++counts.refused;
  if (outcome == Outcome::kFailed) ++counts.failed;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

}  // namespace

Percentiles percentiles(std::span<const double> samples) {
  if (samples.empty()) return {};
  return {.samples = samples.size(),
          .p50 = quantile(samples, 0.5),
          .p90 = quantile(samples, 0.9),
          .p95 = quantile(samples, 0.95),
          .p99 = quantile(samples, 0.99),
          .max = *std::ranges::max_element(samples)};
}

LoadSummary summarize(const std::vector<LoadRecord>& records, const LoadDeadline& promise) {
  LoadSummary summary;
  std::vector<double> first_token, mean_gap, worst_gap, gaps, total, send_delay;
  std::vector<double> prompt_tokens, cached_tokens;
  double begin_ms = 0;
  double end_ms = 0;
  for (const LoadRecord& record : records) {
    const Outcome outcome = judge(record, promise);
    count(summary.counts, outcome);
    count(summary.classes[record.class_name], outcome);
    if (outcome == Outcome::kFailed && summary.first_error.empty())
      summary.first_error = record.error;
    begin_ms = summary.counts.requests == 1 ? record.scheduled_ms
                                            : std::min(begin_ms, record.scheduled_ms);
    end_ms = std::max(end_ms, record.end_ms);
    if (record.sent_ms >= 0 && record.attempts == 1)
      send_delay.push_back(record.sent_ms - record.scheduled_ms);
    if (!record.is_complete) continue;
    first_token.push_back(first_token_ms(record));
    mean_gap.push_back(mean_gap_ms(record));
    total.push_back(total_ms(record));
    const std::vector<double> own_gaps = gaps_ms(record);
    if (!own_gaps.empty()) worst_gap.push_back(*std::ranges::max_element(own_gaps));
    gaps.insert(gaps.end(), own_gaps.begin(), own_gaps.end());
    if (record.prompt_tokens >= 0) prompt_tokens.push_back(record.prompt_tokens);
    if (record.cached_tokens >= 0) cached_tokens.push_back(record.cached_tokens);
    summary.completion_tokens += record.completion_tokens >= 0
                                     ? record.completion_tokens
                                     : static_cast<std::int64_t>(record.token_ms.size());
  }
  summary.first_token_ms = percentiles(first_token);
  summary.mean_gap_ms = percentiles(mean_gap);
  summary.worst_gap_ms = percentiles(worst_gap);
  summary.gap_ms = percentiles(gaps);
  summary.total_ms = percentiles(total);
  summary.send_delay_ms = percentiles(send_delay);
  summary.prompt_tokens = mean(prompt_tokens);
  summary.cached_tokens = mean(cached_tokens);
  summary.seconds = std::max(0.0, end_ms - begin_ms) / 1000;
  if (summary.seconds > 0) {
    summary.good_per_s = static_cast<double>(summary.counts.good) / summary.seconds;
    summary.tokens_per_s = static_cast<double>(summary.completion_tokens) / summary.seconds;
  }
  return summary;
}

}  // namespace byeol::bench
