#include <algorithm>
#include <cmath>
#include <cstdio>

#include "bench/load/goodput.h"
#include "bench/load/html_report.h"
#include "bench/load/svg_plot.h"

namespace byeol::bench {
namespace {

constexpr double kWidth = 640;
constexpr double kTop = 24;
constexpr double kRow = 6;
constexpr std::size_t kRowsMax = 400;

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.6g", value);
  return text;
}

std::string bar(double x1, double x2, double y, const std::string& kind) {
  return "<rect class=\"" + kind + "\" x=\"" + number(x1) + "\" y=\"" + number(y) + "\" width=\"" +
         number(std::max(1.0, x2 - x1)) + "\" height=\"" + number(kRow - 1) + "\">";
}

}  // namespace

std::string svg_timeline(const LoadRun& run, const LoadDeadline& promise) {
  const std::size_t rows = std::min(kRowsMax, run.records.size());
  double end_ms = 1;
  for (const LoadRecord& record : run.records) end_ms = std::max(end_ms, record.end_ms);
  const auto at = [end_ms](double ms) { return std::max(0.0, ms) / end_ms * kWidth; };
  const double height = kTop + kRow * static_cast<double>(rows) + 24;
  std::string svg = "<svg viewBox=\"0 0 " + number(kWidth) + " " + number(height) +
                    "\" role=\"img\" aria-label=\"timeline\">\n";
  const double step_ms = tick_step(end_ms, 8);
  for (double ms = 0; ms <= end_ms; ms += step_ms) {
    svg += "<line class=\"grid\" x1=\"" + number(at(ms)) + "\" y1=\"" + number(kTop) + "\" x2=\"" +
           number(at(ms)) + "\" y2=\"" + number(height - 20) + "\"/>";
    svg += "<text x=\"" + number(at(ms)) + "\" y=\"" + number(height - 6) + "\">" +
           number(ms / 1000) + " s</text>\n";
  }
  for (std::size_t i = 0; i < rows; ++i) {
    const LoadRecord& record = run.records[i];
    const std::string kind = name_of(judge(record, promise));
    const double first_ms = record.token_ms.empty() ? record.end_ms : record.token_ms.front();
    const double y = kTop + kRow * static_cast<double>(i);
    const std::string title = "<title>request " + std::to_string(i) + ", " + kind +
                              ": first token " + number(std::round(first_token_ms(record))) +
                              " ms, whole " + number(std::round(total_ms(record))) +
                              " ms</title></rect>";
    svg += bar(at(record.scheduled_ms), at(first_ms), y, kind + " wait") + title;
    svg += bar(at(first_ms), at(record.end_ms), y, kind) + title + "\n";
  }
  return svg + "</svg>\n";
}

}  // namespace byeol::bench
