#include "runtime/pace.h"

#include <algorithm>

namespace byeol::runtime {

using scheduler::kNever;

std::int64_t Pace::since_arrival_us(Time time) const {
  return std::chrono::duration_cast<std::chrono::microseconds>(time - arrived_).count();
}

std::int64_t Pace::judged_us(Time time) const {
  const std::int64_t pause_us =
      since_arrival_us(time) - since_arrival_us(paused_at_.value_or(time));
  return since_arrival_us(time) - std::min(paused_us_ + pause_us, scheduler::kStillMax);
}

void Pace::pause(Time now) {
  if (!paused_at_) paused_at_ = now;
}

void Pace::go_on(Time now) {
  if (!paused_at_) return;
  paused_us_ += std::chrono::duration_cast<std::chrono::microseconds>(now - *paused_at_).count();
  paused_at_.reset();
}

void Pace::miss(Missed limit) {
  if (missed_ == Missed::kNothing) missed_ = limit;
}

std::int64_t Pace::next_due_us() const {
  if (tokens_ == 0) return deadline_.first_us;
  if (deadline_.gap_us >= kNever / (tokens_ + 1)) return kNever;
  const std::int64_t from = deadline_.first_us < kNever
                                ? std::max(deadline_.first_us, first_judged_us_)
                                : first_judged_us_;
  return from + tokens_ * deadline_.gap_us;
}

void Pace::token(Time now) {
  const std::int64_t now_us = since_arrival_us(now);
  const std::int64_t counted_us = judged_us(now);
  if (tokens_ == 0) {
    first_us_ = now_us;
    first_judged_us_ = counted_us;
    if (counted_us > deadline_.first_us) miss(Missed::kFirst);
  } else {
    max_gap_us_ = std::max(max_gap_us_, now_us - last_us_);
    if (counted_us > next_due_us()) miss(Missed::kGap);
  }
  if (counted_us > deadline_.total_us) miss(Missed::kTotal);
  last_us_ = now_us;
  ++tokens_;
}

DeadlineReport Pace::report(Time now, bool complete) const {
  DeadlineReport report;
  report.missed = missed_;
  report.first_ms = static_cast<double>(first_us_) / 1e3;
  if (tokens_ > 1)
    report.mean_gap_ms =
        static_cast<double>(last_us_ - first_us_) / 1e3 / static_cast<double>(tokens_ - 1);
  report.max_gap_ms = static_cast<double>(max_gap_us_) / 1e3;
  report.total_ms = static_cast<double>(since_arrival_us(now)) / 1e3;
  if (report.missed != Missed::kNothing) return report;
  const std::int64_t counted_us = judged_us(now);
  if (!complete && counted_us > next_due_us())
    report.missed = tokens_ == 0 ? Missed::kFirst : Missed::kGap;
  else if (counted_us > deadline_.total_us)
    report.missed = Missed::kTotal;
  return report;
}

}  // namespace byeol::runtime
