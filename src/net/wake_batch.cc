#include "net/wake_batch.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <exception>
#include <string>

#include "base/log.h"

namespace byeol::net {

thread_local WakeBatch* WakeBatch::current_ = nullptr;

WakeBatch::WakeBatch() : outer_(std::exchange(current_, this)) {}

WakeBatch::~WakeBatch() {
  current_ = outer_;
  for (auto& [executor, wakes] : waiting_) {
    // Out of memory: these answers wait until their clients give up, and all others go on.
    try {
      boost::asio::post(executor, [wakes = std::move(wakes)] {
        for (const std::function<void()>& wake : wakes) wake();
      });
    } catch (const std::exception& failure) {
      log(LogLevel::kError, std::string("cannot wake the network thread: ") + failure.what());
    } catch (...) {
      log(LogLevel::kError, "cannot wake the network thread");
    }
  }
}

void WakeBatch::post(const boost::asio::any_io_executor& executor, std::function<void()> wake) {
  if (current_ == nullptr) return boost::asio::post(executor, std::move(wake));
  auto& waiting = current_->waiting_;
  auto place = std::ranges::find_if(waiting, [&](const auto& of) { return of.first == executor; });
  if (place == waiting.end()) place = waiting.insert(place, {executor, Wakes()});
  place->second.push_back(std::move(wake));
}

}  // namespace byeol::net
