// A response of one tenant is not there for another; and one that was begun is finished once.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "store/response_store.h"

namespace byeol::store {
namespace {

ResponseStore open_store() {
  Result<ResponseStore> store = ResponseStore::open(":memory:");
  EXPECT_TRUE(store) << store.error().message;
  return *std::move(store);
}

StoredResponse response_of(const std::string& id, const std::string& tenant,
                           const std::string& previous_id = "") {
  return {.id = id,
          .tenant = tenant,
          .created_at_s = 1'800'000'000,
          .previous_id = previous_id,
          .json = R"({"of":")" + tenant + R"("})",
          .input = {{"in_" + id, "{}"}},
          .output = {{"out_" + id, "{}"}},
          .events = {"e"}};
}

TEST(ResponseTenant, SeesItsOwn) {
  ResponseStore store = open_store();
  ASSERT_TRUE(store.put(response_of("a", "ann")));
  ASSERT_TRUE(store.put(response_of("b", "ann", "a")));
  EXPECT_EQ(*store.get("a", "ann"), R"({"of":"ann"})");
  EXPECT_EQ(store.chain("b", "ann")->size(), 4U);
  EXPECT_EQ(store.events("a", -1, "ann")->size(), 1U);
  EXPECT_EQ(store.input_items("a", "", 20, ItemOrder::kAscending, "ann")->items.size(), 1U);
  EXPECT_TRUE(store.item("out_a", "ann"));
  EXPECT_TRUE(store.remove("b", "ann"));
}

TEST(ResponseTenant, AnothersIsAsOneThatNeverWas) {
  ResponseStore store = open_store();
  ASSERT_TRUE(store.put(response_of("a", "ann")));
  for (const char* tenant : {"bob", "", "anna", "an"}) {
    const std::string sentence = "no response with the id 'a' is stored";
    EXPECT_EQ(store.get("a", tenant).error().message, sentence);
    EXPECT_EQ(store.remove("a", tenant).error().message, sentence);
    EXPECT_EQ(store.events("a", -1, tenant).error().message, sentence);
    EXPECT_EQ(store.chain("a", tenant).error().message, sentence);
    EXPECT_EQ(store.input_items("a", "", 20, ItemOrder::kAscending, tenant).error().message,
              sentence);
    EXPECT_EQ(store.item("in_a", tenant).error().code, ErrorCode::kNotFound);
  }
  EXPECT_TRUE(store.get("a", "ann")) << "no remove() of another's took it";
}

TEST(ResponseTenant, AChainDoesNotLeadToAnother) {
  ResponseStore store = open_store();
  ASSERT_TRUE(store.put(response_of("a", "ann")));
  ASSERT_TRUE(store.put(response_of("b", "bob", "a")));
  EXPECT_EQ(store.chain("b", "bob").error().message,
            "response 'a', which 'b' goes on from, is no longer stored");
}

TEST(ResponseTenant, PutDoesNotReplaceAnothers) {
  ResponseStore store = open_store();
  ASSERT_TRUE(store.put(response_of("a", "ann")));
  const Status put = store.put(response_of("a", "bob"));
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().message, "the id 'a' is that of another tenant's response");
  EXPECT_EQ(*store.get("a", "ann"), R"({"of":"ann"})");
  EXPECT_EQ(store.events("a", -1, "ann")->size(), 1U);
}

TEST(ResponseUnfinished, IsFinishedByPutOrFinish) {
  ResponseStore store = open_store();
  for (const char* id : {"a", "b", "c"}) {
    StoredResponse begun = response_of(id, "ann");
    begun.unfinished = true;
    ASSERT_TRUE(store.put(begun));
  }
  ASSERT_TRUE(store.put(response_of("a", "ann")));
  ASSERT_EQ(store.unfinished()->size(), 2U);
  EXPECT_EQ(store.unfinished()->front().id, "b");
  ASSERT_TRUE(store.finish({"b", "over"}));
  EXPECT_EQ(*store.get("b", "ann"), "over");
  EXPECT_EQ(store.events("b", -1, "ann")->size(), 1U) << "the rest stays";
  EXPECT_EQ(store.chain("b", "ann")->size(), 2U);
  ASSERT_EQ(store.unfinished()->size(), 1U);
  EXPECT_EQ(store.finish({"b", "again"}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(store.finish({"a", "again"}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(*store.get("b", "ann"), "over");
}

}  // namespace
}  // namespace byeol::store
