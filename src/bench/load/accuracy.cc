#include "bench/load/accuracy.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "bench/load/goodput.h"

namespace byeol::bench {
namespace {

using Clock = std::chrono::steady_clock;

double ms_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

std::size_t most_at_once(const std::vector<LoadRecord>& records) {
  std::vector<std::pair<double, int>> changes;
  for (const LoadRecord& record : records) {
    changes.emplace_back(record.called_ms, 1);
    changes.emplace_back(record.end_ms, -1);
  }
  std::ranges::sort(changes);
  std::ptrdiff_t now = 0;
  std::ptrdiff_t most = 0;
  for (const auto& [ms, change] : changes) most = std::max(most, now += change);
  return static_cast<std::size_t>(most);
}

}  // namespace

Result<Accuracy> measure_accuracy(const AccuracyOptions& options, const OpenLoopOptions& loop) {
  BYEOL_TRY(const auto stub, StubServer::start(options.schedule));
  BYEOL_TRY(const auto client, net::HttpClient::start());
  LoadTarget target;
  target.url = stub->url();
  const std::vector<LoadRequest> plan = plan_poisson({.rate = options.rate,
                                                      .requests = options.requests,
                                                      .seed = options.seed,
                                                      .max_tokens = options.tokens});
  const std::vector<LoadRecord> records = run_open_loop(*client, target, plan, loop);
  std::vector<double> send, first_token, gaps;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const LoadRecord& record = records[i];
    if (!record.is_complete)
      return Error{ErrorCode::kIo, "request " + std::to_string(i) + " failed: " + record.error};
    const StubTimes real = stub->times(loop.id_prefix + std::to_string(i));
    if (real.written.size() != record.token_ms.size())
      return Error{ErrorCode::kIo, "request " + std::to_string(i) + ": " +
                                       std::to_string(record.token_ms.size()) + " tokens came of " +
                                       std::to_string(real.written.size())};
    const double served_ms = ms_between(real.arrived, real.written.front());
    first_token.push_back(first_token_ms(record) - served_ms);
    send.push_back(record.sent_ms - record.scheduled_ms);
    const std::vector<double> measured = gaps_ms(record);
    for (std::size_t j = 0; j < measured.size(); ++j)
      gaps.push_back(std::abs(measured[j] - ms_between(real.written[j], real.written[j + 1])));
  }
  return Accuracy{.send_ms = percentiles(send),
                  .first_token_ms = percentiles(first_token),
                  .gap_ms = percentiles(gaps),
                  .under_way_max = most_at_once(records)};
}

}  // namespace byeol::bench
