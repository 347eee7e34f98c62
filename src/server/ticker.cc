#include "server/ticker.h"

#include <algorithm>
#include <utility>

namespace byeol::server {

Ticker::Ticker() : thread_([this] { work(); }) {}

Ticker::~Ticker() {
  stop();
}

void Ticker::stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Ticker::add(std::chrono::milliseconds pace, std::function<bool()> call) {
  {
    const std::lock_guard lock(mutex_);
    entries_.push_back({std::chrono::steady_clock::now() + pace, pace, std::move(call)});
  }
  wake_.notify_one();
}

void Ticker::work() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    const auto first = std::ranges::min_element(entries_, {}, &Entry::next);
    if (first == entries_.end()) {
      wake_.wait(lock);
      continue;
    }
    const Time next = first->next;
    if (wake_.wait_until(lock, next) == std::cv_status::no_timeout) continue;
    // Taken out, so that a call may add others.
    const Time now = std::chrono::steady_clock::now();
    const auto due = std::ranges::find_if(entries_, [&](const Entry& e) { return e.next <= now; });
    if (due == entries_.end()) continue;
    Entry entry = std::move(*due);
    entries_.erase(due);
    lock.unlock();
    const bool goes_on = entry.call();
    lock.lock();
    if (!goes_on) continue;
    entry.next = now + entry.pace;
    entries_.push_back(std::move(entry));
  }
}

}  // namespace byeol::server
