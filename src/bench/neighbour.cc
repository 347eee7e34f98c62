#include "bench/neighbour.h"

#include <pthread.h>
#include <sched.h>

#include <atomic>
#include <thread>
#include <utility>

namespace byeol::bench {
namespace {

// Keeps a core busy as long as it lives.
class BusyLoop {
 public:
  BusyLoop()
      : thread_([this] {
          while (!stop_.load(std::memory_order_relaxed)) {
          }
        }) {
    cpu_set_t usable, one;
    CPU_ZERO(&usable);
    CPU_ZERO(&one);
    ::sched_getaffinity(0, sizeof(usable), &usable);
    std::size_t core = 0;
    while (core < CPU_SETSIZE - 1 && !CPU_ISSET(core, &usable)) ++core;
    CPU_SET(core, &one);
    ::pthread_setaffinity_np(thread_.native_handle(), sizeof(one), &one);
  }
  ~BusyLoop() {
    stop_ = true;
    thread_.join();
  }
  BusyLoop(const BusyLoop&) = delete;
  BusyLoop& operator=(const BusyLoop&) = delete;

 private:
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

void append(Speed& to, Speed from) {
  to.isa = from.isa;
  to.prefill_tokens_per_s.push_back(from.prefill_tokens_per_s.front());
  to.decode_tokens_per_s.push_back(from.decode_tokens_per_s.front());
}

}  // namespace

Result<NeighbourSpeed> measure_neighbour_speed(std::shared_ptr<const model::Model> model,
                                               ThreadPool& pool, const SpeedOptions& options) {
  if (options.repeat < 1) return Error{ErrorCode::kInvalidArgument, "repeat must be at least 1"};
  SpeedOptions once = options;
  once.repeat = 1;
  ThreadPool one(1);
  NeighbourSpeed speed;
  for (std::int32_t round = 0; round < options.repeat; ++round) {
    BYEOL_TRY(Speed alone, measure_speed(model, one, once));
    append(speed.alone, std::move(alone));
    const BusyLoop neighbour;
    BYEOL_TRY(Speed disturbed, measure_speed(model, pool, once));
    append(speed.disturbed, std::move(disturbed));
  }
  return speed;
}

}  // namespace byeol::bench
