#include "bench/load/load_text.h"

#include <cstdarg>
#include <cstdio>

#include "bench/statistics.h"

namespace byeol::bench {
namespace {

[[gnu::format(printf, 1, 2)]] std::string format(const char* pattern, ...) {
  char line[512];
  va_list arguments;
  va_start(arguments, pattern);
  std::vsnprintf(line, sizeof(line), pattern, arguments);
  va_end(arguments);
  return line;
}

std::string pair_of(const Percentiles& percentiles) {
  if (percentiles.samples == 0) return "-";
  return format("%.1f / %.1f", percentiles.p50, percentiles.p99);
}

std::string counts_row(const OutcomeCounts& counts) {
  return format("%zu of %zu (%.1f %%)", counts.good, counts.requests, 100 * counts.good_share());
}

std::string run_row(const LoadRun& run) {
  const LoadSummary& summary = run.summary;
  return format("%-16s %20s %18s %16s %16s %18s %9.1f %8zu %7zu\n", run.name.c_str(),
                counts_row(summary.counts).c_str(), pair_of(summary.first_token_ms).c_str(),
                pair_of(summary.mean_gap_ms).c_str(), pair_of(summary.worst_gap_ms).c_str(),
                pair_of(summary.total_ms).c_str(), summary.tokens_per_s, summary.counts.refused,
                summary.counts.failed);
}

std::string percentile_rows(const LoadSummary& summary) {
  std::string text = format("%-24s %9s %9s %9s %9s %9s\n", "ms", "p50", "p90", "p95", "p99", "max");
  const auto add = [&text](const char* name, const Percentiles& of) {
    if (of.samples > 0)
      text += format("%-24s %9.1f %9.1f %9.1f %9.1f %9.1f\n", name, of.p50, of.p90, of.p95, of.p99,
                     of.max);
  };
  add("first token", summary.first_token_ms);
  add("gap, mean of an answer", summary.mean_gap_ms);
  add("gap, worst of an answer", summary.worst_gap_ms);
  add("gap, all", summary.gap_ms);
  add("whole answer", summary.total_ms);
  add("sent late by us", summary.send_delay_ms);
  return text;
}

// What the table does not say of a run.
std::string remarks(const LoadRun& run) {
  std::string text;
  if (run.summary.classes.size() > 1)
    for (const auto& [name, counts] : run.summary.classes)
      text += "  " + run.name + ", class " + (name.empty() ? "(none)" : name) + ": " +
              counts_row(counts) +
              format(", %zu refused, %zu failed\n", counts.refused, counts.failed);
  if (!run.summary.first_error.empty())
    text += "  a failed request of " + run.name + " says: " + run.summary.first_error + "\n";
  return text;
}

}  // namespace

std::string promise_text(const LoadDeadline& promise) {
  std::string text;
  const auto add = [&text](const char* name, const std::optional<double>& limit) {
    if (limit) text += format("%s%s <= %.4g ms", text.empty() ? "" : ", ", name, *limit);
  };
  add("first token", promise.first_ms);
  add("mean gap", promise.gap_ms);
  add("whole answer", promise.total_ms);
  return text.empty() ? "complete" : text;
}

std::string load_text(const LoadReport& report) {
  std::string text = report.target.url + ", model " + report.target.model + "; " + report.prompts +
                     "\ngood: " + promise_text(report.promise) +
                     ", from the planned arrival; ms are median / p99\n";
  text += format("%-16s %20s %18s %16s %16s %18s %9s %8s %7s\n", "load", "good", "first token",
                 "mean gap", "worst gap", "whole answer", "tokens/s", "refused", "failed");
  for (const LoadRun& run : report.runs) text += run_row(run);
  for (const LoadRun& run : report.runs) text += remarks(run);
  if (report.runs.size() == 1) {
    const LoadSummary& summary = report.runs.front().summary;
    text += "\n" + percentile_rows(summary);
    if (summary.prompt_tokens > 0)
      text += format("prompts: %.0f tokens in the mean, %.0f of them cached\n",
                     summary.prompt_tokens, summary.cached_tokens);
  } else {
    text += format("highest rate with 99 %% good: %.4g/s, with 90 %%: %.4g/s\n",
                   highest_rate(report.runs, 0.99), highest_rate(report.runs, 0.90));
  }
  return text;
}

std::string load_text(const LongPrompt& measured, std::int32_t streams) {
  std::string text = format("a prompt of %d tokens beside %d streams, %zu rounds\n",
                            measured.prompt_tokens, streams, measured.first_token_ms.size());
  text += format("its first token, ms: median %.1f\n", median(measured.first_token_ms));
  const auto add = [&text](const char* name, const std::vector<double>& gaps) {
    const Percentiles of = percentiles(gaps);
    text += format("%-28s p50 %.1f  p99 %.1f  max %.1f  (%zu gaps)\n", name, of.p50, of.p99, of.max,
                   of.samples);
  };
  add("gaps of the streams before", measured.gaps_before_ms);
  add("gaps of the streams during", measured.gaps_during_ms);
  return text;
}

std::string load_text(const WarmPrefix& measured) {
  return format("time to the first token of a prompt of %d tokens, medians of %zu pairs\n",
                measured.prompt_tokens, measured.ratios.size()) +
         format("prefix computed  %9.1f ms\n", median(measured.computed_ms)) +
         format("prefix cached    %9.1f ms (%d tokens cached)\n", median(measured.cached_ms),
                measured.cached_tokens) +
         format("ratio            %9.1f\n", median(measured.ratios));
}

}  // namespace byeol::bench
