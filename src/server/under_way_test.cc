#include "server/under_way.h"

#include <gtest/gtest.h>

#include <thread>

namespace byeol::server {
namespace {

TEST(UnderWay, CancelsAllAndWaitsForThem) {
  UnderWay under_way;
  std::atomic<int> cancelled = 0;
  int first = 0, second = 0;
  ASSERT_TRUE(under_way.enter(&first, [&] { ++cancelled; }));
  ASSERT_TRUE(under_way.enter(&second, [&] {
    ++cancelled;
    under_way.leave(&second);  // At once, from inside.
  }));
  std::atomic<bool> left = false;
  std::thread other([&] {
    while (cancelled < 2) std::this_thread::yield();
    left = true;
    under_way.leave(&first);
  });
  EXPECT_FALSE(under_way.drains());
  under_way.stop();
  EXPECT_TRUE(left);
  EXPECT_TRUE(under_way.drains());
  other.join();
  EXPECT_FALSE(under_way.enter(&first, [] {}));
  under_way.stop();  // Nobody is there: at once.
}

TEST(UnderWay, WaitsWithPatienceAndCancelsNobody) {
  UnderWay under_way;
  EXPECT_TRUE(under_way.wait(std::chrono::milliseconds(0)));
  int request = 0;
  ASSERT_TRUE(under_way.enter(&request, [] { FAIL(); }));
  under_way.drain();
  EXPECT_FALSE(under_way.wait(std::chrono::milliseconds(5)));
  std::thread other([&] { under_way.leave(&request); });
  EXPECT_TRUE(under_way.wait(std::chrono::seconds(60)));
  other.join();
  EXPECT_TRUE(under_way.enter(&request, [] {}));  // It is not stopped.
  under_way.leave(&request);
}

TEST(UnderWay, ForgetsWhoLeft) {
  UnderWay under_way;
  int request = 0;
  under_way.leave(&request);  // Never entered.
  ASSERT_TRUE(under_way.enter(&request, [] { FAIL(); }));
  under_way.leave(&request);
  under_way.stop();
}

}  // namespace
}  // namespace byeol::server
