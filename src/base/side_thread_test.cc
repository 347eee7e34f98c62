#include "base/side_thread.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>

namespace byeol {
namespace {

TEST(SideThread, DoesOneJobAfterAnother) {
  SideThread side;
  side.wait();
  int sum = 0;  // Not atomic: start() and wait() order all of it.
  for (int i = 1; i <= 2000; ++i) {
    side.start([&sum, i] { sum += i; });
    if (i % 3 == 0) {
      side.wait();
      EXPECT_EQ(sum, i * (i + 1) / 2);
    }
  }
  side.wait();
  EXPECT_EQ(sum, 2000 * 2001 / 2);
}

TEST(SideThread, EndsWhenItsJobIsDone) {
  bool done = false;
  {
    SideThread side;
    side.start([&done] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      done = true;
    });
  }
  EXPECT_TRUE(done);
}

// A signal that it took would end the program, whatever others have arranged for it.
TEST(SideThread, LeavesSignalsToOthers) {
  SideThread side;
  sigset_t blocked;
  sigemptyset(&blocked);
  side.start([&blocked] { pthread_sigmask(SIG_SETMASK, nullptr, &blocked); });
  side.wait();
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGWINCH})
    EXPECT_EQ(sigismember(&blocked, signal), 1) << signal;
  pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
  EXPECT_EQ(sigismember(&blocked, SIGINT), 0);
}

}  // namespace
}  // namespace byeol
