// A thread that does one job while its owner does something else, and sleeps between two jobs.
//
// Threads: one owner. What it wrote before start() is visible in the job; what the job wrote is
// visible after wait().
#pragma once

#include <atomic>
#include <functional>
#include <thread>

#include "base/silent_thread.h"

namespace byeol {

class SideThread {
 public:
  SideThread() : thread_(silent_thread([this] { work(); })) {}
  ~SideThread();  // Waits for the job.
  SideThread(const SideThread&) = delete;
  SideThread& operator=(const SideThread&) = delete;

  // Waits for the job before, if there is one under way.
  void start(std::function<void()> job);
  // Returns when the job is done; at once where there is none.
  void wait() const { state_.wait(State::kBusy); }

 private:
  enum class State : int { kIdle, kBusy, kStopped };

  void become(State state);
  void work();

  std::atomic<State> state_{State::kIdle};
  std::function<void()> job_;
  std::thread thread_;  // Last: it uses all of the above.
};

}  // namespace byeol
