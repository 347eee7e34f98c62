#include "bench/load/goodput.h"

namespace byeol::bench {

const char* name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::kGood:
      return "good";
    case Outcome::kLate:
      return "late";
    case Outcome::kRefused:
      return "refused";
    case Outcome::kFailed:
      return "failed";
  }
  return "failed";
}

double first_token_ms(const LoadRecord& record) {
  return (record.token_ms.empty() ? record.end_ms : record.token_ms.front()) - record.scheduled_ms;
}

double mean_gap_ms(const LoadRecord& record) {
  if (record.token_ms.size() < 2) return 0;
  const auto parts = static_cast<std::int32_t>(record.token_ms.size());
  const std::int32_t tokens = record.completion_tokens > 1 ? record.completion_tokens : parts;
  return (record.token_ms.back() - record.token_ms.front()) / (tokens - 1);
}

double total_ms(const LoadRecord& record) {
  return record.end_ms - record.scheduled_ms;
}

std::vector<double> gaps_ms(const LoadRecord& record) {
  std::vector<double> gaps;
  for (std::size_t i = 1; i < record.token_ms.size(); ++i)
    gaps.push_back(record.token_ms[i] - record.token_ms[i - 1]);
  return gaps;
}

Outcome judge(const LoadRecord& record, const LoadDeadline& promise) {
  if (record.status == 429 || record.status == 503) return Outcome::kRefused;
  if (!record.is_complete) return Outcome::kFailed;
  const auto keeps = [](double value, std::optional<double> own, std::optional<double> general) {
    const std::optional<double> limit = own ? own : general;
    return !limit || value <= *limit;
  };
  const bool good = keeps(first_token_ms(record), record.deadline.first_ms, promise.first_ms) &&
                    keeps(mean_gap_ms(record), record.deadline.gap_ms, promise.gap_ms) &&
                    keeps(total_ms(record), record.deadline.total_ms, promise.total_ms);
  return good ? Outcome::kGood : Outcome::kLate;
}

}  // namespace byeol::bench
