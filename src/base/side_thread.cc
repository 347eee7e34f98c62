#include "base/side_thread.h"

#include <utility>

namespace byeol {

SideThread::~SideThread() {
  wait();
  become(State::kStopped);
  thread_.join();
}

void SideThread::start(std::function<void()> job) {
  wait();
  job_ = std::move(job);
  become(State::kBusy);
}

void SideThread::become(State state) {
  state_.store(state);
  state_.notify_all();
}

void SideThread::work() {
  while (true) {
    state_.wait(State::kIdle);
    if (state_.load() == State::kStopped) return;
    job_();
    become(State::kIdle);
  }
}

}  // namespace byeol
