#include "server/ticker.h"

#include <gtest/gtest.h>

#include <atomic>

#include "server/test_support.h"

namespace byeol::server {
namespace {

using namespace std::chrono_literals;
using testing::eventually;

TEST(Ticker, CallsUntilItIsToldOtherwise) {
  std::atomic<int> calls = 0;
  Ticker ticker;
  ticker.add(1ms, [&] { return ++calls < 3; });
  EXPECT_TRUE(eventually([&] { return calls == 3; }));
  std::this_thread::sleep_for(20ms);
  EXPECT_EQ(calls, 3);
}

TEST(Ticker, KeepsThePaceOfEach) {
  std::atomic<int> quick = 0, slow = 0;
  Ticker ticker;
  ticker.add(10min, [&] { return ++slow, true; });
  ticker.add(1ms, [&] { return ++quick, true; });
  EXPECT_TRUE(eventually([&] { return quick >= 10; }));
  EXPECT_EQ(slow, 0);
}

TEST(Ticker, TakesOthersFromACall) {
  std::atomic<bool> inner = false;
  Ticker ticker;
  ticker.add(1ms, [&] {
    ticker.add(1ms, [&] {
      inner = true;
      return false;
    });
    return false;
  });
  EXPECT_TRUE(eventually([&] { return inner.load(); }));
}

TEST(Ticker, CallsNobodyOnceItIsStopped) {
  Ticker ticker;
  std::atomic<int> calls = 0;
  ticker.add(1ms, [&] { return ++calls, true; });
  ASSERT_TRUE(eventually([&] { return calls > 0; }));
  ticker.stop();
  const int before = calls;
  ticker.add(0ms, [&] { return ++calls, true; });
  std::this_thread::sleep_for(20ms);
  EXPECT_EQ(calls, before);
}

TEST(Ticker, EndsAtOnceAndForgetsWhatItHeld) {
  const auto held = std::make_shared<int>(1);
  const auto began = std::chrono::steady_clock::now();
  {
    Ticker ticker;
    ticker.add(1h, [held] { return true; });
    std::atomic<int> calls = 0;
    ticker.add(1ms, [&, held] { return ++calls, true; });
    eventually([&] { return calls > 0; });
  }
  EXPECT_LT(std::chrono::steady_clock::now() - began, testing::kPatience);
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace byeol::server
