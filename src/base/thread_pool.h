// Fork and join over a fixed set of threads: run(tiles, body) calls body(tile, thread) once for
// every tile in [0, tiles) and returns when all have been computed. The caller works too, as
// thread 0. Which thread gets which tile is left open, so results must not depend on it.
//
// Invariants:
//   (1) A tile is taken exactly once, by a compare-and-swap on one word (job number, tiles left).
//       A thread that wakes up late finds another word and can never take part in a finished job.
//   (2) run() waits for the tiles that were taken, never for a thread that took none: a thread that
//       the system has put aside between jobs stalls nobody. (One put aside inside a tile does:
//       make tiles small against what you can afford to wait.)
//   (3) What a tile writes is visible to the caller after run(); what the caller wrote before run()
//       is visible in every tile.
// Idle threads spin for kSpin, then sleep in the kernel. run() neither allocates nor locks.
//
// Threads: one run() at a time, from any thread; a body must not call run() on its own pool.
// Cost, measured: 0.5 us for two tiles on two awake threads; some 5 us when one has to be woken.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>
#include <type_traits>
#include <vector>

namespace byeol {

class ThreadPool {
 public:
  // `threads` counts the caller; values below 1 mean 1.
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  template <typename Body>
  void run(int tiles, Body&& body) {
    using Callable = std::remove_reference_t<Body>;
    run_job(
        tiles,
        [](const void* context, int tile, int thread) {
          (*static_cast<Callable*>(const_cast<void*>(context)))(tile, thread);
        },
        std::addressof(body));
  }

  static constexpr std::chrono::microseconds kSpin{50};

 private:
  using Function = void (*)(const void* context, int tile, int thread);

  void run_job(int tiles, Function function, const void* context);
  std::uint32_t take_tiles(int thread);
  void work(int thread);
  bool has_work() const;

  // Job number << 32 | tiles left. Everything about a job hangs on this word, see the .cc file.
  alignas(64) std::atomic<std::uint64_t> ticket_{0};
  alignas(64) std::atomic<std::uint32_t> done_{0};  // Tiles of this job that were computed.
  alignas(64) std::atomic<Function> function_{nullptr};
  std::atomic<const void*> context_{nullptr};
  std::atomic<std::uint32_t> tiles_{0};
  alignas(64) std::atomic<std::uint32_t> sleepers_{0};
  std::atomic<std::uint32_t> wake_{0};  // Sleepers wait until this changes.
  std::atomic<bool> stop_{false};
  std::vector<std::thread> workers_;
};

}  // namespace byeol
