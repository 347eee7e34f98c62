#include <gtest/gtest.h>

#include <string>

#include "store/response_store.h"

namespace byeol::store {
namespace {

ResponseStore open_store(std::int64_t responses_max, std::int64_t age_max_s = 0) {
  Result<ResponseStore> store =
      ResponseStore::open(":memory:", {.responses_max = responses_max, .age_max_s = age_max_s});
  EXPECT_TRUE(store) << store.error().message;
  return *std::move(store);
}

void put(ResponseStore& store, const std::string& id, std::int64_t created_at_s = 0,
         const std::string& previous_id = "", const std::string& tenant = "") {
  const Status stored = store.put({.id = id,
                                   .tenant = tenant,
                                   .created_at_s = created_at_s,
                                   .previous_id = previous_id,
                                   .json = "{}",
                                   .input = {{"in_" + id, "{}"}},
                                   .output = {},
                                   .events = {}});
  EXPECT_TRUE(stored) << stored.error().message;
}

TEST(ResponseRetention, TheOldestGoesFirst) {
  ResponseStore store = open_store(3);
  for (const char* id : {"a", "b", "c", "d", "e"}) put(store, id);
  EXPECT_EQ(*store.size(), 3);
  EXPECT_FALSE(store.get("b"));
  EXPECT_TRUE(store.get("c"));
  EXPECT_FALSE(store.item("in_a")) << "its items go with it";
}

TEST(ResponseRetention, ALivingConversationKeepsItsBeginning) {
  ResponseStore store = open_store(4);
  put(store, "first");
  put(store, "x");
  put(store, "y");
  put(store, "second", 0, "first");
  put(store, "z");
  put(store, "third", 0, "second");
  EXPECT_EQ(store.chain("third")->size(), 3U);
  EXPECT_FALSE(store.get("x"));
  EXPECT_FALSE(store.get("y"));
  EXPECT_TRUE(store.get("z"));
}

TEST(ResponseRetention, AConversationLongerThanTheStoreLosesItsBeginning) {
  ResponseStore store = open_store(2);
  put(store, "first");
  put(store, "second", 0, "first");
  put(store, "third", 0, "second");
  EXPECT_EQ(store.chain("third").error().message,
            "response 'first', which 'second' goes on from, is no longer stored");
}

TEST(ResponseRetention, WhoHasTheMostLosesFirst) {
  ResponseStore store = open_store(4);
  put(store, "a1", 0, "", "ann");
  put(store, "b1", 0, "", "bob");
  for (const char* id : {"c1", "c2", "c3", "c4", "c5"}) put(store, id, 0, "", "cal");
  EXPECT_EQ(*store.size(), 4);
  EXPECT_TRUE(store.get("a1", "ann")) << "the oldest of all";
  EXPECT_TRUE(store.get("b1", "bob"));
  EXPECT_FALSE(store.get("c3", "cal"));
  EXPECT_TRUE(store.get("c4", "cal"));
  EXPECT_TRUE(store.get("c5", "cal"));
  // Where they have as many, the oldest goes; never the one that was just stored.
  put(store, "d1", 0, "", "dan");
  EXPECT_FALSE(store.get("c4", "cal"));
  put(store, "e1", 0, "", "eve");
  EXPECT_FALSE(store.get("a1", "ann"));
  EXPECT_TRUE(store.get("e1", "eve"));
}

TEST(ResponseRetention, WhatIsTooOldGoes) {
  ResponseStore store = open_store(100, 60);
  put(store, "a", 1000);
  put(store, "b", 1060);
  EXPECT_TRUE(store.get("a")) << "exactly as old as allowed";
  put(store, "c", 1061);
  EXPECT_FALSE(store.get("a"));
  EXPECT_TRUE(store.get("b"));
  put(store, "from an earlier time", 900);
  EXPECT_EQ(*store.size(), 3);
}

TEST(ResponseRetention, NothingToKeepIsRefused) {
  EXPECT_EQ(ResponseStore::open(":memory:", {.responses_max = 0}).error().message,
            "store of responses: to keep 0 responses for 2592000 s, expected at least 1 and 0");
  EXPECT_FALSE(ResponseStore::open(":memory:", {.responses_max = 1, .age_max_s = -1}));
}

}  // namespace
}  // namespace byeol::store
