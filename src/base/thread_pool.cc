#include "base/thread_pool.h"

#include <algorithm>

#include "base/check.h"
#include "base/silent_thread.h"

namespace byeol {
namespace {

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Spins until `ready`, for kSpin at most; says whether it became so.
template <typename Ready>
bool spin_until(Ready ready) {
  if (ready()) return true;
  const auto end = std::chrono::steady_clock::now() + ThreadPool::kSpin;
  do {
    for (int i = 0; i < 32; ++i) {
      if (ready()) return true;
      pause();
    }
  } while (std::chrono::steady_clock::now() < end);
  return ready();
}

}  // namespace

ThreadPool::ThreadPool(int threads) {
  workers_.reserve(static_cast<std::size_t>(std::max(threads, 1) - 1));
  for (int thread = 1; thread < threads; ++thread)
    workers_.push_back(silent_thread([this, thread] { work(thread); }));
}

ThreadPool::~ThreadPool() {
  stop_.store(true);
  wake_.fetch_add(1);
  wake_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::run_job(int tiles, Function function, const void* context) {
  if (tiles <= 0) return;
  if (tiles == 1 || workers_.empty()) {
    for (int tile = 0; tile < tiles; ++tile) function(context, tile, 0);
    return;
  }
  const auto count = static_cast<std::uint32_t>(tiles);
  const std::uint64_t last = ticket_.load(std::memory_order_relaxed);
  BYEOL_DCHECK(static_cast<std::uint32_t>(last) == 0);
  // No thread can take a tile now, so nobody acts upon these before the ticket is published.
  function_.store(function, std::memory_order_relaxed);
  context_.store(context, std::memory_order_relaxed);
  tiles_.store(count, std::memory_order_relaxed);
  done_.store(0, std::memory_order_relaxed);
  // Publish, then look for sleepers; work() announces sleep, then looks for work. In the single
  // order of these sequentially consistent steps one of the two sees the other.
  ticket_.store(((last >> 32) + 1) << 32 | count, std::memory_order_seq_cst);
  if (sleepers_.load(std::memory_order_seq_cst) != 0) {
    wake_.fetch_add(1, std::memory_order_release);
    wake_.notify_all();
  }

  const std::uint32_t own = take_tiles(0);
  if (done_.fetch_add(own, std::memory_order_acq_rel) + own == count) return;
  const auto all_done = [&] { return done_.load(std::memory_order_acquire) == count; };
  if (spin_until(all_done)) return;
  // A thread is inside a tile and does not run: sleep, and so offer it this core.
  for (;;) {
    const std::uint32_t done = done_.load(std::memory_order_acquire);
    if (done == count) return;
    done_.wait(done, std::memory_order_acquire);
  }
}

// Takes and computes tiles until none is left; returns how many.
//
// Function, context and tile count are read before the swap and used only if it succeeds. If it
// does, the job was still open, and the caller, who changes them, was still waiting for this tile.
// A finished job has no tiles left, so nothing that was read from it is ever used.
std::uint32_t ThreadPool::take_tiles(int thread) {
  std::uint32_t taken = 0;
  std::uint64_t ticket = ticket_.load(std::memory_order_acquire);
  while (const auto left = static_cast<std::uint32_t>(ticket)) {
    const Function function = function_.load(std::memory_order_relaxed);
    const void* context = context_.load(std::memory_order_relaxed);
    const std::uint32_t tiles = tiles_.load(std::memory_order_relaxed);
    if (!ticket_.compare_exchange_weak(ticket, ticket - 1, std::memory_order_acq_rel,
                                       std::memory_order_acquire))
      continue;
    function(context, static_cast<int>(tiles - left), thread);
    ++taken;
    // Between two tiles of one job the ticket cannot move on to the next job: `done_` still lacks
    // the tiles of this thread.
    ticket = ticket_.load(std::memory_order_acquire);
  }
  return taken;
}

bool ThreadPool::has_work() const {
  return static_cast<std::uint32_t>(ticket_.load(std::memory_order_seq_cst)) != 0 ||
         stop_.load(std::memory_order_relaxed);
}

void ThreadPool::work(int thread) {
  for (;;) {
    if (!spin_until([this] { return has_work(); })) {
      const std::uint32_t seen = wake_.load(std::memory_order_acquire);
      sleepers_.fetch_add(1, std::memory_order_seq_cst);
      if (!has_work()) wake_.wait(seen, std::memory_order_acquire);
      sleepers_.fetch_sub(1, std::memory_order_relaxed);
      continue;
    }
    if (stop_.load(std::memory_order_acquire)) return;
    if (const std::uint32_t taken = take_tiles(thread)) {
      done_.fetch_add(taken, std::memory_order_acq_rel);
      done_.notify_one();
    }
  }
}

}  // namespace byeol
