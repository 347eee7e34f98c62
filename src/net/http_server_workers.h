// The threads that run handlers: a queue and a few threads, first come, first served.
//
// Threads: any. The destructor waits for calls that have begun and drops those that have not.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace byeol::net {

class HttpServerWorkers {
 public:
  explicit HttpServerWorkers(int threads);
  HttpServerWorkers(const HttpServerWorkers&) = delete;
  HttpServerWorkers& operator=(const HttpServerWorkers&) = delete;
  ~HttpServerWorkers();

  // What `call` throws is logged.
  void post(std::function<void()> call);
  // Begins no more calls.
  void stop();
  // Waits for those that have begun, which may still post what never begins.
  void join();

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> calls_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace byeol::net
