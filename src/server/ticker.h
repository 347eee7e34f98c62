// Calls back at a pace: comments that keep quiet streams open, the live view's pictures.
//
// Threads: one of its own, on which the calls are made; they must be quick. add() from any.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace byeol::server {

class Ticker {
 public:
  Ticker();
  ~Ticker();
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

  // Calls every `pace` until it returns false.
  void add(std::chrono::milliseconds pace, std::function<bool()> call);
  // Makes no call any more; waits for the one under way. For whoever owns what the calls use. Once,
  // and not from a call.
  void stop();

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Entry {
    Time next;
    std::chrono::milliseconds pace;
    std::function<bool()> call;
  };

  void work();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Entry> entries_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace byeol::server
