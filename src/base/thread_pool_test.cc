#include "base/thread_pool.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <thread>

namespace byeol {
namespace {

using std::chrono::steady_clock;

TEST(ThreadPool, EveryTileRunsExactlyOnce) {
  for (int threads : {0, 1, 2, 3, 8}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.threads(), std::max(threads, 1));
    for (int tiles : {0, 1, 2, 3, 7, 64, 1000}) {
      std::vector<int> runs(static_cast<std::size_t>(tiles), 0);
      pool.run(tiles, [&](int tile, int thread) {
        EXPECT_LT(thread, pool.threads());
        ++runs[static_cast<std::size_t>(tile)];
      });
      for (int run : runs) EXPECT_EQ(run, 1);
    }
  }
}

// The state of a job lives on the caller's stack: a late thread that touched it, or that took a
// tile of the next job with the old function, shows up here (and under the thread sanitizer).
TEST(ThreadPool, ManyShortJobsNeverMix) {
  ThreadPool pool(4);
  for (int job = 0; job < 20000; ++job) {
    const int tiles = 2 + job % 5;
    std::vector<int> marks(static_cast<std::size_t>(tiles), -1);
    if (job % 2 == 0)
      pool.run(tiles, [&](int tile, int) { marks[static_cast<std::size_t>(tile)] = job; });
    else
      pool.run(tiles,
               [&marks, job](int tile, int) { marks[static_cast<std::size_t>(tile)] = job; });
    for (int mark : marks) ASSERT_EQ(mark, job);
  }
}

TEST(ThreadPool, WakesThreadsThatFellAsleep) {
  ThreadPool pool(2);
  for (int job = 0; job < 20; ++job) {
    std::this_thread::sleep_for(4 * ThreadPool::kSpin);
    // Tile 0 waits for tile 1, so this ends only if the second thread wakes up.
    std::atomic<int> arrived{0};
    pool.run(2, [&](int, int) {
      arrived.fetch_add(1);
      while (arrived.load() < 2) std::this_thread::yield();
    });
    EXPECT_EQ(arrived.load(), 2);
  }
}

TEST(ThreadPool, ThreadsThatTookNoTileAreNotWaitedFor) {
  ThreadPool pool(2);
  std::atomic<bool> release{false};
  std::atomic<bool> held{false};
  // Thread 1 is kept inside a tile of a job that another thread runs; it stands for a thread that
  // the system has put aside. While it is away, the calling thread does all the tiles itself.
  int by_caller = 0;
  pool.run(8, [&](int, int thread) {
    if (thread == 1) {
      held.store(true);
      while (!release.load()) std::this_thread::yield();
    } else {
      ++by_caller;
      if (by_caller + 1 >= 8) release.store(true);
    }
  });
  release.store(true);
  EXPECT_GE(by_caller, held.load() ? 7 : 8);
}

TEST(ThreadPool, MoreThreadsThanCoresStillMakeProgress) {
  ThreadPool pool(16);
  std::atomic<int> sum{0};
  const auto start = steady_clock::now();
  for (int job = 0; job < 200; ++job) pool.run(32, [&](int tile, int) { sum += tile; });
  EXPECT_EQ(sum.load(), 200 * 31 * 32 / 2);
  EXPECT_LT(steady_clock::now() - start, std::chrono::seconds(20));
}

// Two tiles of 5 us each, so that both threads take one; what the run takes beyond 5 us is ours.
TEST(ThreadPool, CostOfAForkAndJoinIsReported) {
  const auto tile_time = std::chrono::microseconds(5);
  ThreadPool pool(2);
  double best_us = 1e9;
  for (int round = 0; round < 200; ++round) {
    const auto start = steady_clock::now();
    for (int job = 0; job < 10; ++job)
      pool.run(2, [tile_time](int, int) {
        const auto end = steady_clock::now() + tile_time;
        while (steady_clock::now() < end) {
        }
      });
    const std::chrono::duration<double, std::micro> took = steady_clock::now() - start;
    best_us = std::min(best_us, took.count() / 10 - 5);
  }
  std::printf("fork and join of 2 tiles on 2 threads: %.2f us\n", best_us);
}

}  // namespace
}  // namespace byeol
