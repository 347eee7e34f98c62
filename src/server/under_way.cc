#include "server/under_way.h"

#include <utility>
#include <vector>

namespace byeol::server {

bool UnderWay::enter(const void* request, std::function<void()> cancel) {
  const std::lock_guard lock(mutex_);
  if (!stops_) requests_.emplace(request, std::move(cancel));
  return !stops_;
}

void UnderWay::leave(const void* request) {
  const std::lock_guard lock(mutex_);
  requests_.erase(request);
  if (requests_.empty()) left_.notify_all();
}

bool UnderWay::wait(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return left_.wait_for(lock, patience, [this] { return requests_.empty(); });
}

void UnderWay::stop() {
  // Called outside of the lock: what is cancelled may leave at once.
  std::vector<std::function<void()>> cancels;
  {
    const std::lock_guard lock(mutex_);
    stops_ = drains_ = true;
    for (const auto& [request, cancel] : requests_) cancels.push_back(cancel);
  }
  for (const auto& cancel : cancels) cancel();
  cancels.clear();
  std::unique_lock lock(mutex_);
  left_.wait(lock, [this] { return requests_.empty(); });
}

}  // namespace byeol::server
