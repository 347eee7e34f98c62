#include "net/http_server_workers.h"

#include <exception>
#include <string>
#include <utility>

#include "base/log.h"

namespace byeol::net {

HttpServerWorkers::HttpServerWorkers(int threads) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

HttpServerWorkers::~HttpServerWorkers() {
  stop();
  join();
}

void HttpServerWorkers::join() {
  for (std::thread& thread : threads_)
    if (thread.joinable()) thread.join();
}

void HttpServerWorkers::post(std::function<void()> call) {
  {
    const std::lock_guard lock(mutex_);
    calls_.push_back(std::move(call));
  }
  changed_.notify_one();
}

void HttpServerWorkers::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
}

void HttpServerWorkers::work() {
  while (true) {
    std::function<void()> call;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !calls_.empty(); });
      if (stopping_) return;
      call = std::move(calls_.front());
      calls_.pop_front();
    }
    try {
      call();
    } catch (const std::exception& failure) {
      log(LogLevel::kError, std::string("an HTTP handler threw: ") + failure.what());
    } catch (...) {
      log(LogLevel::kError, "an HTTP handler threw");
    }
  }
}

}  // namespace byeol::net
