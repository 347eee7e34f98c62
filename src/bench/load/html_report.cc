#include "bench/load/html_report.h"

#include <cstdio>

#include "bench/load/goodput.h"
#include "bench/load/load_text.h"
#include "bench/load/svg_plot.h"

namespace byeol::bench {
namespace {

constexpr const char* kStyle = R"(
:root { color-scheme: light dark; --ink: #1d2330; --faint: #d7dbe3; --paper: #ffffff;
  --good: #2a9d6f; --late: #d9902f; --refused: #7f8ba0; --failed: #c8434f;
  --series-0: #2563b8; --series-1: #d9772f; --series-2: #2a9d6f; --series-3: #a2489c;
  --series-4: #c8434f; --series-5: #5a6a86; --series-6: #9b8b1f; --series-7: #2aa3b5; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e8f0; --faint: #3a4152; --paper: #161a22; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 1340px; margin: 2em auto; padding: 0 1em; }
table { border-collapse: collapse; margin: 1em 0; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--faint); padding: .3em .8em; text-align: right; }
th:first-child, td:first-child { text-align: left; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); gap: 1.5em; }
svg { width: 100%; } svg text { font-size: 11px; fill: var(--ink); }
svg text.title { font-size: 13px; font-weight: 600; }
.grid { stroke: var(--faint); } .mark { stroke: var(--ink); stroke-dasharray: 4 4; }
.key { display: inline-block; width: .8em; height: .8em; margin: 0 .3em 0 1em; }
rect.good { fill: var(--good); } rect.late { fill: var(--late); }
rect.refused { fill: var(--refused); } rect.failed { fill: var(--failed); }
rect.wait { opacity: .4; }
)";

std::string fixed(double value, int digits) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.*f", digits, value);
  return text;
}

std::string cell(const std::string& text) {
  return "<td>" + escape_html(text) + "</td>";
}

std::string cells(const Percentiles& of) {
  if (of.samples == 0) return cell("-") + cell("-") + cell("-");
  return cell(fixed(of.p50, 1)) + cell(fixed(of.p99, 1)) + cell(fixed(of.max, 1));
}

std::string table(const LoadReport& report) {
  std::string html =
      "<table><tr><th>load</th><th>good</th><th>of</th><th>late</th><th>refused</th>"
      "<th>failed</th><th>first token p50, ms</th><th>p99</th><th>max</th><th>mean gap p50, ms</th>"
      "<th>p99</th><th>max</th><th>whole answer p50, ms</th><th>p99</th><th>max</th>"
      "<th>tokens/s</th></tr>\n";
  for (const LoadRun& run : report.runs) {
    const LoadSummary& summary = run.summary;
    html += "<tr>" + cell(run.name);
    for (const std::size_t count :
         {summary.counts.good, summary.counts.requests, summary.counts.late, summary.counts.refused,
          summary.counts.failed})
      html += cell(std::to_string(count));
    html += cells(summary.first_token_ms) + cells(summary.mean_gap_ms) + cells(summary.total_ms) +
            cell(fixed(summary.tokens_per_s, 1)) + "</tr>\n";
  }
  return html + "</table>\n";
}

// Which colour is which run.
std::string series_key(const LoadReport& report) {
  std::string html = "<p>";
  for (std::size_t i = 0; i < report.runs.size(); ++i)
    html += "<span class=\"key\" style=\"background: var(--series-" + std::to_string(i % 8) +
            ")\"></span>" + escape_html(report.runs[i].name);
  return html + "</p>\n";
}

Plot distribution(const LoadReport& report, const char* title, std::optional<double> limit,
                  std::vector<double> (*values_of)(const LoadRecord&)) {
  Plot plot = {.title = title,
               .x_label = "ms",
               .y_label = "share of at most so many",
               .curves = {},
               .log_x = true,
               .mark_x = limit,
               .y_max = 1};
  for (const LoadRun& run : report.runs) {
    std::vector<double> values;
    for (const LoadRecord& record : run.records) {
      if (!record.is_complete) continue;
      const std::vector<double> own = values_of(record);
      values.insert(values.end(), own.begin(), own.end());
    }
    plot.curves.push_back({run.name, cumulative(std::move(values))});
  }
  return plot;
}

Plot goodput(const LoadReport& report) {
  Plot plot = {.title = "Goodput over the rate",
               .x_label = "requests/s offered",
               .y_label = "share that was good",
               .curves = {{"good", {}}},
               .dots = true,
               .y_max = 1};
  for (const LoadRun& run : report.runs)
    plot.curves.front().points.emplace_back(run.rate, run.summary.counts.good_share());
  return plot;
}

}  // namespace

std::string html_report(const LoadReport& report) {
  std::string html =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>Load on " +
      escape_html(report.target.url) + "</title>\n<style>" + kStyle + "</style></head><body>\n";
  html += "<h1>Load on " + escape_html(report.target.url) + "</h1>\n<p>Model " +
          escape_html(report.target.model) + "; " + escape_html(report.prompts) +
          ". Good: " + escape_html(promise_text(report.promise)) +
          ", counted from the planned arrival. Requests arrive whether or not earlier ones are "
          "answered.</p>\n";
  html += table(report) + series_key(report) + "<div class=\"plots\">\n";
  html += svg_plot(distribution(
      report, "Time to the first token", report.promise.first_ms,
      [](const LoadRecord& record) { return std::vector<double>{first_token_ms(record)}; }));
  html += svg_plot(distribution(report, "Gaps between tokens", report.promise.gap_ms, gaps_ms));
  html += svg_plot(goodput(report)) + "</div>\n";
  html +=
      "<h2>What happened when</h2>\n<p><span class=\"key\" style=\"background: var(--good)\">"
      "</span>good<span class=\"key\" style=\"background: var(--late)\"></span>late"
      "<span class=\"key\" style=\"background: var(--refused)\"></span>refused"
      "<span class=\"key\" style=\"background: var(--failed)\"></span>failed; paler: until the "
      "first token</p>\n<div class=\"plots\">\n";
  for (const LoadRun& run : report.runs)
    html += "<div><h3>" + escape_html(run.name) + "</h3>\n" + svg_timeline(run, report.promise) +
            "</div>\n";
  return html + "</div>\n</body></html>\n";
}

}  // namespace byeol::bench
