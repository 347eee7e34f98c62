#include "store/store_lock.h"

#include <gtest/gtest.h>

#include <optional>
#include <thread>

#include "store/temporary_file.h"

namespace byeol::store {
namespace {

using std::chrono::milliseconds;

TEST(StoreLock, IsHeldByOne) {
  const TemporaryFile file("store_lock");
  {
    Result<StoreLock> first = StoreLock::take(file.path(), milliseconds(0));
    ASSERT_TRUE(first) << first.error().message;
    const StoreLock moved = *std::move(first);
    const auto second = StoreLock::take(file.path(), milliseconds(30));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::kOverloaded);
    EXPECT_EQ(second.error().message, "database " + file.path() +
                                          ": another process owns it (it holds " + file.path() +
                                          ".lock); end that one, or give this one a file of its "
                                          "own");
  }
  EXPECT_TRUE(StoreLock::take(file.path(), milliseconds(0)));
}

TEST(StoreLock, WaitsForAPredecessorThatEnds) {
  const TemporaryFile file("store_lock_wait");
  std::optional<StoreLock> first = *StoreLock::take(file.path(), milliseconds(0));
  std::thread ends([&] {
    std::this_thread::sleep_for(milliseconds(50));
    first.reset();
  });
  EXPECT_TRUE(StoreLock::take(file.path(), std::chrono::seconds(60)));
  ends.join();
}

TEST(StoreLock, SaysWhereItCannotBe) {
  const auto lock = StoreLock::take("/nowhere/at/all.db", milliseconds(0));
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().code, ErrorCode::kIo);
  EXPECT_EQ(lock.error().message,
            "database /nowhere/at/all.db: its lock /nowhere/at/all.db.lock cannot be opened: No "
            "such file or directory");
}

}  // namespace
}  // namespace byeol::store
