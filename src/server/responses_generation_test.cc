#include "server/responses_generation.h"

#include <gtest/gtest.h>

#include "server/live_responses.h"
#include "server/test_context.h"

namespace byeol::server {
namespace {

using testing::eventually;
using testing::FakeCall;
using testing::Gate;
using testing::json_of;
using testing::TestContext;

// One in the background, of 20 tokens.
FakeCall begin(TestContext& test, const std::string& id) {
  FakeCall made = testing::make_call(testing::make_request("POST", "/v1/responses", "{}"));
  PreparedResponse prepared{.request = {}, .id = id, .created_at_s = 1};
  prepared.request.background = true;
  std::make_shared<ResponsesGeneration>(test.get(), made.call, std::move(prepared))
      ->begin(runtime::make_turn(test.runtime(), 1, 8, 20));
  return made;
}

TEST(ResponsesGeneration, LeavesNothingWhereTheServerIsStopped) {
  TestContext test;
  test.under_way().stop();
  const FakeCall made = begin(test, "resp_1");
  EXPECT_EQ(made.exchange->answer().status, 503);
  EXPECT_EQ(made.exchange->answer().ignored, 0);
  EXPECT_EQ(*test.get().responses.size(), 0);
  EXPECT_FALSE(test.get().live.find("resp_1", ""));
  EXPECT_TRUE(test.under_way().wait(std::chrono::milliseconds(0)));
}

// What is in the store says queued; where the whole does not go in, that at least becomes failed.
TEST(ResponsesGeneration, FailsInTheStoreToo) {
  Gate gate;
  TestContext test({.on_step = [&] { gate.pass(); }});
  store::ResponseStore& responses = test.get().responses;
  gate.close();
  const FakeCall made = begin(test, "resp_1");
  EXPECT_EQ(json_of(*responses.get("resp_1"))["status"], "queued");
  // No tenant can put what is another one's: a write that fails.
  const std::string begun = *responses.get("resp_1");
  ASSERT_TRUE(responses.remove("resp_1"));
  ASSERT_TRUE(responses.put({.id = "resp_1",
                             .tenant = "somebody else",
                             .created_at_s = 1,
                             .previous_id = {},
                             .json = begun,
                             .input = {},
                             .output = {},
                             .events = {},
                             .unfinished = true}));
  gate.open();
  EXPECT_TRUE(eventually([&] { return !test.get().live.find("resp_1", ""); }));
  const auto failed = json_of(*responses.get("resp_1", "somebody else"));
  EXPECT_EQ(failed["status"], "failed");
  EXPECT_NE(std::string(failed["error"]["message"]).find("another tenant's"), std::string::npos);
  EXPECT_TRUE(responses.unfinished()->empty());
}

}  // namespace
}  // namespace byeol::server
