#include "bench/load/load_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "bench/load/goodput.h"
#include "bench/statistics.h"

namespace byeol::bench {
namespace {

using Json = nlohmann::ordered_json;

// Microseconds are what a reader of streams can trust.
double rounded(double value) {
  return std::round(value * 1e3) / 1e3;
}

Json rounded(const std::vector<double>& values) {
  Json json = Json::array();
  for (const double value : values) json.push_back(rounded(value));
  return json;
}

Json time_or_null(double ms) {
  return ms < 0 ? Json() : Json(rounded(ms));
}

Json count_or_null(std::int32_t count) {
  return count < 0 ? Json() : Json(count);
}

Json deadline_json(const LoadDeadline& deadline) {
  Json json = Json::object();
  if (deadline.first_ms) json["first_ms"] = *deadline.first_ms;
  if (deadline.gap_ms) json["gap_ms"] = *deadline.gap_ms;
  if (deadline.total_ms) json["total_ms"] = *deadline.total_ms;
  if (!deadline.on_miss.empty()) json["on_miss"] = deadline.on_miss;
  return json;
}

Json counts_json(const OutcomeCounts& counts) {
  return {{"requests", counts.requests}, {"good", counts.good},
          {"late", counts.late},         {"refused", counts.refused},
          {"failed", counts.failed},     {"good_share", rounded(counts.good_share())}};
}

Json record_json(const LoadRecord& record, const LoadDeadline& promise) {
  Json json = {{"scheduled_ms", rounded(record.scheduled_ms)},
               {"sent_ms", time_or_null(record.sent_ms)},
               {"end_ms", time_or_null(record.end_ms)},
               {"outcome", name_of(judge(record, promise))},
               {"status", record.status},
               {"attempts", record.attempts},
               {"max_tokens", record.max_tokens},
               {"finish_reason", record.finish_reason},
               {"prompt_tokens", count_or_null(record.prompt_tokens)},
               {"cached_tokens", count_or_null(record.cached_tokens)},
               {"completion_tokens", count_or_null(record.completion_tokens)},
               {"retry_after_ms", time_or_null(record.retry_after_ms)},
               {"token_ms", rounded(record.token_ms)}};
  if (record.is_complete) json["first_token_ms"] = rounded(first_token_ms(record));
  if (record.is_complete) json["mean_gap_ms"] = rounded(mean_gap_ms(record));
  if (!record.class_name.empty()) json["class"] = record.class_name;
  if (!record.error.empty()) json["error"] = record.error;
  return json;
}

Json run_json(const LoadRun& run, const LoadDeadline& promise) {
  const LoadSummary& summary = run.summary;
  Json json = {{"name", run.name}, {"rate", rounded(run.rate)}};
  json.update(counts_json(summary.counts));
  json["seconds"] = rounded(summary.seconds);
  json["good_per_s"] = rounded(summary.good_per_s);
  json["tokens_per_s"] = rounded(summary.tokens_per_s);
  json["completion_tokens"] = summary.completion_tokens;
  json["prompt_tokens"] = rounded(summary.prompt_tokens);
  json["cached_tokens"] = rounded(summary.cached_tokens);
  json["first_token_ms"] = load_json(summary.first_token_ms);
  json["mean_gap_ms"] = load_json(summary.mean_gap_ms);
  json["worst_gap_ms"] = load_json(summary.worst_gap_ms);
  json["gap_ms"] = load_json(summary.gap_ms);
  json["total_ms"] = load_json(summary.total_ms);
  json["send_delay_ms"] = load_json(summary.send_delay_ms);
  if (!summary.first_error.empty()) json["first_error"] = summary.first_error;
  Json classes = Json::object();
  for (const auto& [name, counts] : summary.classes)
    if (!name.empty()) classes[name] = counts_json(counts);
  if (!classes.empty()) json["classes"] = std::move(classes);
  Json records = Json::array();
  for (const LoadRecord& record : run.records) records.push_back(record_json(record, promise));
  json["records"] = std::move(records);
  return json;
}

}  // namespace

Json load_json(const Percentiles& percentiles) {
  if (percentiles.samples == 0) return {};
  return {{"samples", percentiles.samples},  {"p50", rounded(percentiles.p50)},
          {"p90", rounded(percentiles.p90)}, {"p95", rounded(percentiles.p95)},
          {"p99", rounded(percentiles.p99)}, {"max", rounded(percentiles.max)}};
}

Json load_json(const LoadReport& report) {
  Json runs = Json::array();
  for (const LoadRun& run : report.runs) runs.push_back(run_json(run, report.promise));
  const bool chat = report.target.endpoint == LoadEndpoint::kChat;
  return {{"url", report.target.url},
          {"model", report.target.model},
          {"endpoint", chat ? "chat" : "completions"},
          {"prompts", report.prompts},
          {"promise", deadline_json(report.promise)},
          {"runs", std::move(runs)},
          {"highest_rate_99", highest_rate(report.runs, 0.99)},
          {"highest_rate_90", highest_rate(report.runs, 0.90)}};
}

Json load_json(const LongPrompt& measured) {
  return {{"prompt_tokens", count_or_null(measured.prompt_tokens)},
          {"first_token_ms", rounded(median(measured.first_token_ms))},
          {"gap_before_ms", load_json(percentiles(measured.gaps_before_ms))},
          {"gap_during_ms", load_json(percentiles(measured.gaps_during_ms))},
          {"first_token_samples_ms", rounded(measured.first_token_ms)},
          {"gaps_during_ms", rounded(measured.gaps_during_ms)}};
}

Json load_json(const WarmPrefix& measured) {
  return {{"prompt_tokens", count_or_null(measured.prompt_tokens)},
          {"cached_tokens", count_or_null(measured.cached_tokens)},
          {"computed_ms", rounded(median(measured.computed_ms))},
          {"cached_ms", rounded(median(measured.cached_ms))},
          {"ratio", rounded(median(measured.ratios))},
          {"computed_samples_ms", rounded(measured.computed_ms)},
          {"cached_samples_ms", rounded(measured.cached_ms)}};
}

}  // namespace byeol::bench
