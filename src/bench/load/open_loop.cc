#include "bench/load/open_loop.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <queue>
#include <string>
#include <utility>

#include "bench/load/sender.h"

namespace byeol::bench {
namespace {

constexpr double kFirstAfterMs = 5;  // So that the first request is not late already.
constexpr double kProgressEveryMs = 100;

class OpenLoop {
 public:
  OpenLoop(net::HttpClient& client, const LoadTarget& target, const std::vector<LoadRequest>& plan,
           const OpenLoopOptions& options)
      : options_(options),
        records_(plan.size()),
        bodies_(bodies(target, plan)),
        sender_(client, target) {
    for (std::size_t i = 0; i < plan.size(); ++i) {
      records_[i] = {.scheduled_ms = plan[i].at_ms + kFirstAfterMs,
                     .max_tokens = plan[i].max_tokens,
                     .deadline = plan[i].deadline,
                     .class_name = plan[i].class_name};
      due_.emplace(records_[i].scheduled_ms, i);
    }
  }

  std::vector<LoadRecord> run() {
    std::unique_lock lock(mutex_);
    double shown_ms = 0;
    while (ended_ < records_.size()) {
      const double now_ms = sender_.now_ms();
      if (!due_.empty() && due_.top().first <= now_ms) {
        const std::size_t index = due_.top().second;
        due_.pop();
        if (records_[index].attempts == 0) ++sent_;
        lock.unlock();
        send(index);
        lock.lock();
        continue;
      }
      if (now_ms >= shown_ms + kProgressEveryMs) {
        shown_ms = now_ms;
        show(now_ms);
      }
      const double until_ms = shown_ms + kProgressEveryMs;
      changed_.wait_until(
          lock, sender_.at(due_.empty() ? until_ms : std::min(until_ms, due_.top().first)));
    }
    show(sender_.now_ms());
    return std::move(records_);
  }

 private:
  using Due = std::pair<double, std::size_t>;  // When, which.

  static std::vector<std::string> bodies(const LoadTarget& target,
                                         const std::vector<LoadRequest>& plan) {
    std::vector<std::string> bodies;
    for (const LoadRequest& request : plan) bodies.push_back(request_body(target, request));
    return bodies;
  }

  void send(std::size_t index) {
    sender_.send(bodies_[index], options_.id_prefix + std::to_string(index), records_[index],
                 {.on_end = [this, index] { ended(index); }});
  }

  void ended(std::size_t index) {
    const LoadRecord& record = records_[index];
    const bool again = (record.status == 429 || record.status == 503) &&
                       record.retry_after_ms >= 0 && record.attempts <= options_.retries;
    const std::lock_guard lock(mutex_);
    if (again)
      due_.emplace(record.end_ms + record.retry_after_ms, index);
    else
      ++ended_;
    changed_.notify_one();
  }

  void show(double now_ms) const {
    if (options_.progress)
      options_.progress(
          {.sent = sent_, .ended = ended_, .requests = records_.size(), .seconds = now_ms / 1000});
  }

  const OpenLoopOptions& options_;
  std::vector<LoadRecord> records_;
  std::vector<std::string> bodies_;  // Made before the sender's clock begins.
  Sender sender_;
  std::mutex mutex_;  // Of all below.
  std::condition_variable changed_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  std::size_t sent_ = 0;
  std::size_t ended_ = 0;
};

}  // namespace

std::vector<LoadRecord> run_open_loop(net::HttpClient& client, const LoadTarget& target,
                                      const std::vector<LoadRequest>& plan,
                                      const OpenLoopOptions& options) {
  return OpenLoop(client, target, plan, options).run();
}

}  // namespace byeol::bench
