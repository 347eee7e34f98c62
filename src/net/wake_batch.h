// Answers that are written together leave together: while a WakeBatch lives, what its thread writes
// to exchanges is kept back, and the network thread is woken once for all of it when the batch
// ends. A step of 16 streams costs one switch of threads then, where it cost up to 16, each in the
// way of the next step's computing.
//
// Threads: a batch belongs to the thread that made it, and hears of that thread's writes alone.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <utility>
#include <vector>

namespace byeol::net {

class WakeBatch {
 public:
  WakeBatch();
  ~WakeBatch();
  WakeBatch(const WakeBatch&) = delete;
  WakeBatch& operator=(const WakeBatch&) = delete;

  // Runs `wake` on the executor: when this thread's batch ends, soon where it has none.
  static void post(const boost::asio::any_io_executor& executor, std::function<void()> wake);

 private:
  using Wakes = std::vector<std::function<void()>>;

  static thread_local WakeBatch* current_;

  WakeBatch* const outer_;
  std::vector<std::pair<boost::asio::any_io_executor, Wakes>> waiting_;  // One per server.
};

}  // namespace byeol::net
