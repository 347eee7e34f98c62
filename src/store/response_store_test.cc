#include "store/response_store.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace byeol::store {
namespace {

ResponseStore open_store(const ChainLimits& limits = {}) {
  Result<ResponseStore> store = ResponseStore::open(":memory:", {}, limits);
  EXPECT_TRUE(store) << store.error().message;
  return *std::move(store);
}

StoredResponse response_of(const std::string& id, const std::string& previous_id = "") {
  return {.id = id,
          .created_at_s = 1'800'000'000,
          .previous_id = previous_id,
          .json = R"({"id":")" + id + R"("})",
          .input = {{"in_" + id, R"({"input":1})"}},
          .output = {{"out_" + id, R"({"output":1})"}},
          .events = {"{\"sequence_number\":0}", "{\"sequence_number\":1}"}};
}

StoredResponse with_inputs(int count) {
  StoredResponse response = response_of("resp_1");
  response.input.clear();
  for (int i = 0; i < count; ++i) response.input.push_back({"msg_" + std::to_string(i), "{}"});
  return response;
}

std::string ids_of(const std::vector<StoredItem>& items) {
  std::string ids;
  for (const StoredItem& item : items) ids += (ids.empty() ? "" : " ") + item.id;
  return ids;
}

TEST(ResponseStore, GivesBackWhatWasPut) {
  ResponseStore store = open_store();
  ASSERT_TRUE(store.put(response_of("resp_1")));
  EXPECT_EQ(*store.get("resp_1"), R"({"id":"resp_1"})");
  EXPECT_EQ(*store.item("out_resp_1"), (StoredItem{"out_resp_1", R"({"output":1})"}));
  EXPECT_EQ(*store.size(), 1);
}

TEST(ResponseStore, TextsAreKeptByteByByte) {
  ResponseStore store = open_store();
  StoredResponse response = response_of("resp_1");
  response.json = std::string("{\"a\":\"'\0\n\xED\x95\x9C\"}", 14);
  response.events = {"", "a\nb"};
  ASSERT_TRUE(store.put(response));
  EXPECT_EQ(*store.get("resp_1"), response.json);
  EXPECT_EQ(*store.events("resp_1", -1), response.events);
}

TEST(ResponseStore, WhatIsAbsentIsASentence) {
  ResponseStore store = open_store();
  const std::string sentence = "no response with the id 'resp_0' is stored";
  EXPECT_EQ(store.get("resp_0").error().message, sentence);
  EXPECT_EQ(store.remove("resp_0").error().message, sentence);
  EXPECT_EQ(store.events("resp_0", -1).error().message, sentence);
  EXPECT_EQ(store.input_items("resp_0", "", 20, ItemOrder::kAscending).error().message, sentence);
  EXPECT_EQ(store.chain("resp_0").error().message, sentence);
  EXPECT_EQ(store.item("msg_0").error().message, "no item with the id 'msg_0' is stored");
  EXPECT_EQ(store.get("").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(store.put(StoredResponse{}).error().code, ErrorCode::kInvalidArgument);
}

TEST(ResponseStore, PutAgainReplacesEverything) {
  ResponseStore store = open_store();
  ASSERT_TRUE(store.put(response_of("resp_1")));
  StoredResponse again = response_of("resp_1");
  again.json = "{}";
  again.input = {{"msg_new", "{}"}};
  again.output.clear();
  again.events = {"e"};
  ASSERT_TRUE(store.put(again));
  EXPECT_EQ(*store.size(), 1);
  EXPECT_EQ(*store.get("resp_1"), "{}");
  EXPECT_EQ(ids_of(*store.chain("resp_1")), "msg_new");
  EXPECT_EQ(*store.events("resp_1", -1), again.events);
}

TEST(ResponseStore, RemoveTakesItemsAndEvents) {
  ResponseStore store = open_store();
  ASSERT_TRUE(store.put(response_of("resp_1")));
  ASSERT_TRUE(store.remove("resp_1"));
  EXPECT_FALSE(store.get("resp_1"));
  EXPECT_FALSE(store.item("in_resp_1"));
  ASSERT_TRUE(store.put(response_of("resp_1")));
  EXPECT_EQ(store.events("resp_1", -1)->size(), 2U);
}

TEST(ResponseStore, EventsGoOnAfterASequenceNumber) {
  ResponseStore store = open_store();
  ASSERT_TRUE(store.put(response_of("resp_1")));
  EXPECT_EQ(store.events("resp_1", -1)->size(), 2U);
  EXPECT_EQ(*store.events("resp_1", 0), std::vector<std::string>{"{\"sequence_number\":1}"});
  EXPECT_TRUE(store.events("resp_1", 1)->empty());
  EXPECT_TRUE(store.events("resp_1", INT64_MAX)->empty());
}

TEST(ResponseStore, PagesOfInputItems) {
  ResponseStore store = open_store();
  ASSERT_TRUE(store.put(with_inputs(5)));
  const auto page = [&](const char* after, int limit, ItemOrder order) {
    const ItemPage found = *store.input_items("resp_1", after, limit, order);
    return ids_of(found.items) + (found.has_more ? " …" : "");
  };
  EXPECT_EQ(page("", 2, ItemOrder::kAscending), "msg_0 msg_1 …");
  EXPECT_EQ(page("msg_1", 2, ItemOrder::kAscending), "msg_2 msg_3 …");
  EXPECT_EQ(page("msg_3", 2, ItemOrder::kAscending), "msg_4");
  EXPECT_EQ(page("msg_4", 2, ItemOrder::kAscending), "");
  EXPECT_EQ(page("", 2, ItemOrder::kDescending), "msg_4 msg_3 …");
  EXPECT_EQ(page("msg_2", 2, ItemOrder::kDescending), "msg_1 msg_0");
  EXPECT_EQ(page("", 5, ItemOrder::kDescending), "msg_4 msg_3 msg_2 msg_1 msg_0");
  EXPECT_EQ(page("", 100, ItemOrder::kAscending), "msg_0 msg_1 msg_2 msg_3 msg_4");
}

TEST(ResponseStore, APageThatCannotBeIsASentence) {
  ResponseStore store = open_store();
  ASSERT_TRUE(store.put(with_inputs(1)));
  for (const int limit : {0, -1, 101})
    EXPECT_EQ(store.input_items("resp_1", "", limit, ItemOrder::kAscending).error().message,
              "limit: is " + std::to_string(limit) + ", expected 1 to 100");
  EXPECT_EQ(store.input_items("resp_1", "msg_9", 1, ItemOrder::kAscending).error().message,
            "after: no input item of this response has the id 'msg_9'");
}

TEST(ResponseStore, AChainIsAllItemsOldestFirst) {
  ResponseStore store = open_store();
  ASSERT_TRUE(store.put(response_of("a")));
  ASSERT_TRUE(store.put(response_of("b", "a")));
  ASSERT_TRUE(store.put(response_of("c", "b")));
  ASSERT_TRUE(store.put(response_of("other", "a")));
  EXPECT_EQ(ids_of(*store.chain("c")), "in_a out_a in_b out_b in_c out_c");
  EXPECT_EQ(ids_of(*store.chain("other")), "in_a out_a in_other out_other");
  EXPECT_EQ(ids_of(*store.chain("a")), "in_a out_a");
}

TEST(ResponseStore, AChainWithAGapIsNotFound) {
  ResponseStore store = open_store();
  ASSERT_TRUE(store.put(response_of("a")));
  ASSERT_TRUE(store.put(response_of("b", "a")));
  ASSERT_TRUE(store.remove("a"));
  EXPECT_EQ(store.chain("b").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(store.chain("b").error().message,
            "response 'a', which 'b' goes on from, is no longer stored");
}

TEST(ResponseStore, AChainIsBounded) {
  ResponseStore store = open_store({.responses_max = 3, .bytes_max = 1000});
  std::string previous;
  for (const char* id : {"a", "b", "c", "d"}) {
    ASSERT_TRUE(store.put(response_of(id, previous)));
    previous = id;
  }
  EXPECT_TRUE(store.chain("c"));
  EXPECT_EQ(store.chain("d").error().message,
            "response 'd' has more ancestors than the 3 responses that a conversation may have");
  StoredResponse large = response_of("large");
  large.input = {{"msg_1", std::string(600, 'x')}, {"msg_2", std::string(600, 'x')}};
  ASSERT_TRUE(store.put(large));
  EXPECT_EQ(store.chain("large").error().message,
            "the items of the conversation are more than 1000 bytes");
}

TEST(ResponseStore, ALoopEnds) {
  ResponseStore store = open_store();
  ASSERT_TRUE(store.put(response_of("a", "a")));
  EXPECT_EQ(store.chain("a").error().message,
            "response 'a' goes on from itself, expected an earlier one");
  ASSERT_TRUE(store.put(response_of("b", "c")));
  ASSERT_TRUE(store.put(response_of("c", "b")));
  EXPECT_EQ(store.chain("b").error().code, ErrorCode::kInvalidArgument);
}

TEST(ResponseStore, ManyThreadsMayUseIt) {
  ResponseStore store = open_store();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&store, t] {
      for (int i = 0; i < 50; ++i) {
        const std::string id = "resp_" + std::to_string(t) + "_" + std::to_string(i);
        EXPECT_TRUE(store.put(response_of(id)));
        EXPECT_EQ(store.chain(id)->size(), 2U);
        if (i % 2 == 1) {
          EXPECT_TRUE(store.remove(id));
        }
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(*store.size(), 100);
}

}  // namespace
}  // namespace byeol::store
