// What is on the disk: it lasts, and whatever else is found there is an error and no crash.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "store/response_store.h"
#include "store/sqlite.h"
#include "store/temporary_file.h"

namespace byeol::store {
namespace {

StoredResponse response_of(const std::string& id, const std::string& previous_id = "") {
  return {.id = id,
          .created_at_s = 1,
          .previous_id = previous_id,
          .json = std::string(300, 'j'),
          .input = {{"in_" + id, std::string(300, 'i')}},
          .output = {{"out_" + id, std::string(300, 'o')}},
          .events = {std::string(300, 'e')}};
}

void fill(const std::string& path) {
  Result<ResponseStore> store = ResponseStore::open(path);
  ASSERT_TRUE(store) << store.error().message;
  std::string previous;
  for (int i = 0; i < 50; ++i) {
    const std::string id = "resp_" + std::to_string(i);
    ASSERT_TRUE(store->put(response_of(id, previous)));
    previous = id;
  }
}

TEST(ResponseStoreFile, LastsBeyondTheProcess) {
  const TemporaryFile file("store_lasts");
  fill(file.path());
  Result<ResponseStore> store = ResponseStore::open(file.path());
  ASSERT_TRUE(store);
  EXPECT_EQ(*store->size(), 50);
  EXPECT_EQ(store->chain("resp_49")->size(), 100U);
}

TEST(ResponseStoreFile, TwoMayUseOneFile) {
  const TemporaryFile file("store_shared");
  ResponseStore one = *ResponseStore::open(file.path());
  ResponseStore other = *ResponseStore::open(file.path());
  ASSERT_TRUE(one.put(response_of("a")));
  ASSERT_TRUE(other.put(response_of("b", "a")));
  EXPECT_EQ(one.chain("b")->size(), 4U);
}

TEST(ResponseStoreFile, ALaterVersionIsNotTouched) {
  const TemporaryFile file("store_version");
  fill(file.path());
  ASSERT_TRUE(Database::open(file.path())->execute("PRAGMA user_version=3"));
  const Result<ResponseStore> store = ResponseStore::open(file.path());
  EXPECT_EQ(store.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(store.error().message,
            "database " + file.path() +
                ": is a store of responses of version 3, expected 2 (a later version of this "
                "program made it)");
}

TEST(ResponseStoreFile, AnotherDatabaseIsNotTouched) {
  const TemporaryFile file("store_other");
  ASSERT_TRUE(Database::open(file.path())->execute("CREATE TABLE mine (x)"));
  const Result<ResponseStore> store = ResponseStore::open(file.path());
  EXPECT_EQ(store.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(store.error().message,
            "database " + file.path() + ": holds something else, expected a store of responses");
}

TEST(ResponseStoreFile, TablesThatAreMissingAreAnError) {
  const TemporaryFile file("store_tables");
  fill(file.path());
  ASSERT_TRUE(Database::open(file.path())->execute("DROP TABLE event"));
  Result<ResponseStore> store = ResponseStore::open(file.path());
  ASSERT_TRUE(store);
  EXPECT_FALSE(store->put(response_of("new")));
  EXPECT_FALSE(store->get("new")) << "the put that failed left nothing";
  EXPECT_TRUE(store->get("resp_1"));
}

TEST(ResponseStoreFile, ADamagedFileGivesErrorsAndNoCrash) {
  const TemporaryFile whole("store_whole");
  const TemporaryFile file("store_damaged");
  fill(whole.path());
  std::mt19937 random(7);
  int refused = 0;
  for (int round = 0; round < 40; ++round) {
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file.path() + suffix);
    std::filesystem::copy_file(whole.path(), file.path());
    const auto size = static_cast<int>(std::filesystem::file_size(file.path()));
    if (round % 4 == 0) {
      std::filesystem::resize_file(file.path(), static_cast<std::size_t>(size) * 2 / 3);
    } else {
      std::fstream bytes(file.path(), std::ios::in | std::ios::out | std::ios::binary);
      for (int i = 0; i < 200; ++i) {
        bytes.seekp(100 + static_cast<int>(random() % static_cast<unsigned>(size - 100)));
        bytes.put(static_cast<char>(random()));
      }
    }
    Result<ResponseStore> store = ResponseStore::open(file.path());
    if (!store) {
      ++refused;
      EXPECT_FALSE(store.error().message.empty());
      continue;
    }
    for (int i = 0; i < 50; ++i) {
      const std::string id = "resp_" + std::to_string(i);
      if (const auto chain = store->chain(id); !chain) ++refused;
      if (const auto got = store->get(id); !got) ++refused;
    }
    if (const Status stored = store->put(response_of("new", "resp_1")); !stored) ++refused;
    if (const Status removed = store->remove("resp_2"); !removed) ++refused;
  }
  EXPECT_GT(refused, 40);
}

}  // namespace
}  // namespace byeol::store
