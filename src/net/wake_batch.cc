#include "net/wake_batch.h"

#include <algorithm>
#include <boost/asio/post.hpp>

namespace byeol::net {

thread_local WakeBatch* WakeBatch::current_ = nullptr;

WakeBatch::WakeBatch() : outer_(std::exchange(current_, this)) {}

WakeBatch::~WakeBatch() {
  current_ = outer_;
  for (auto& [executor, wakes] : waiting_)
    boost::asio::post(executor, [wakes = std::move(wakes)] {
      for (const std::function<void()>& wake : wakes) wake();
    });
}

void WakeBatch::post(const boost::asio::any_io_executor& executor, std::function<void()> wake) {
  if (current_ == nullptr) return boost::asio::post(executor, std::move(wake));
  auto& waiting = current_->waiting_;
  auto place = std::ranges::find_if(waiting, [&](const auto& of) { return of.first == executor; });
  if (place == waiting.end()) place = waiting.insert(place, {executor, Wakes()});
  place->second.push_back(std::move(wake));
}

}  // namespace byeol::net
