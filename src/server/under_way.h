// The requests that the runtime still calls back. The server ends them and waits for them before it
// goes, because they use what it owns.
//
// Threads: any.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>

namespace byeol::server {

class UnderWay {
 public:
  // `request` counts until it leaves; `cancel` ends it early, from whatever thread stop() is called
  // on. False: the server is being stopped, and nothing may begin.
  bool enter(const void* request, std::function<void()> cancel);
  void leave(const void* request);  // Nothing happens where it did not enter.

  // What would go on for ever ends now.
  void drain() { drains_ = true; }
  bool drains() const { return drains_; }
  // Waits until all have left, or so long. True: all did.
  bool wait(std::chrono::milliseconds patience);
  // Cancels all and waits until they have left.
  void stop();

 private:
  std::mutex mutex_;
  std::condition_variable left_;
  std::map<const void*, std::function<void()>> requests_;
  bool stops_ = false;
  std::atomic<bool> drains_ = false;
};

}  // namespace byeol::server
