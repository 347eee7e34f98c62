#include "net/wake_batch.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

namespace byeol::net {
namespace {

struct Fixture : testing::Test {
  void post(boost::asio::io_context& context, char name) {
    WakeBatch::post(context.get_executor(), [this, name] { woken += name; });
  }

  // The number of calls that were ready.
  static std::size_t run(boost::asio::io_context& context) {
    context.restart();
    return context.poll();
  }

  boost::asio::io_context io, other;
  std::string woken;
};
using WakeBatchTest = Fixture;

TEST_F(WakeBatchTest, KeepsWakesBackUntilItEnds) {
  {
    const WakeBatch batch;
    for (const char name : {'a', 'b', 'c'}) post(io, name);
    EXPECT_EQ(run(io), 0u);
  }
  EXPECT_EQ(run(io), 1u);  // One call for all three.
  EXPECT_EQ(woken, "abc");
}

TEST_F(WakeBatchTest, EachServerIsWokenOnce) {
  {
    const WakeBatch batch;
    post(io, 'a');
    post(other, 'x');
    post(io, 'b');
  }
  EXPECT_EQ(run(other), 1u);
  EXPECT_EQ(run(io), 1u);
  EXPECT_EQ(woken, "xab");
}

TEST_F(WakeBatchTest, WithoutOneEachWakeGoesByItself) {
  post(io, 'a');
  post(io, 'b');
  EXPECT_EQ(run(io), 2u);
  {
    const WakeBatch outer;
    {
      const WakeBatch inner;
    }
    post(io, 'c');
    EXPECT_EQ(run(io), 0u);  // The outer one is in force again.
  }
  EXPECT_EQ(run(io), 1u);
  EXPECT_EQ(woken, "abc");
}

}  // namespace
}  // namespace byeol::net
