#include "wire/deadline_report.h"

#include <cmath>
#include <string_view>

#include "wire/json_text.h"

namespace byeol::wire {
namespace {

void append_time(std::string& to, std::string_view name, const std::optional<double>& ms) {
  to.append(",\"").append(name).append("\":");
  if (ms)
    append_json_number(to, std::round(*ms * 1000) / 1000);
  else
    to.append("null");
}

}  // namespace

void append_json(std::string& to, const DeadlineReport& report) {
  to.append("{\"met\":").append(report.met ? "true" : "false");
  append_time(to, "first_ms", report.first_ms);
  append_time(to, "mean_gap_ms", report.mean_gap_ms);
  append_time(to, "max_gap_ms", report.max_gap_ms);
  append_time(to, "total_ms", report.total_ms);
  to.append(",\"missed\":");
  if (report.missed.empty())
    to.append("null");
  else
    append_json_string(to, report.missed);
  to.append(",\"finished_early\":").append(report.finished_early ? "true}" : "false}");
}

void append_deadline(std::string& to, const std::optional<DeadlineReport>& report) {
  if (!report) return;
  to.append(",\"deadline\":");
  append_json(to, *report);
}

}  // namespace byeol::wire
