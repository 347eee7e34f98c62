#include "server/interrupted_responses.h"

#include <gtest/gtest.h>

#include "server/test_support.h"

namespace byeol::server {
namespace {

using testing::json_of;

TEST(InterruptedResponses, BecomeFailed) {
  const auto failed = json_of(failed_response(
      R"({"id":"resp_1","status":"completed","completed_at":7,"error":null,"output":[1]})",
      "The disk is full."));
  EXPECT_EQ(failed["status"], "failed");
  EXPECT_EQ(failed["error"]["code"], "server_error");
  EXPECT_EQ(failed["error"]["message"], "The disk is full.");
  EXPECT_EQ(failed["completed_at"], nullptr);
  EXPECT_EQ(failed["id"], "resp_1");
  EXPECT_EQ(failed["output"][0], 1);
  EXPECT_FALSE(failed.contains("incomplete_details"));
  EXPECT_EQ(failed_response("no JSON", "why"), "no JSON");
}

TEST(InterruptedResponses, AreThoseThatAreUnderWay) {
  for (const char* status : {"queued", "in_progress"}) {
    const auto now = json_of(as_it_is_now(std::string(R"({"status":")") + status + "\"}"));
    EXPECT_EQ(now["status"], "failed");
    EXPECT_EQ(now["error"]["message"], kServerStopped);
  }
  for (const char* json : {R"({"status":"completed"})", R"({"status":"cancelled"})", "{}", "[]",
                           R"({"status":7})", "broken"})
    EXPECT_EQ(as_it_is_now(json), json);
}

TEST(InterruptedResponses, EndTheirStreams) {
  using Events = std::vector<std::string>;
  constexpr const char* kFailed = R"({"status":"failed"})";
  const std::string begin = R"({"type":"response.created"})", last = failed_event(kFailed, 1);
  EXPECT_EQ(json_of(last)["response"]["status"], "failed");
  EXPECT_EQ(rest_of_stored(kFailed, -1, {begin}), (Events{begin, last}));
  EXPECT_EQ(rest_of_stored(kFailed, 0, {begin}), Events{last});
  // Who had heard more of it than was stored hears the end, too, with the next number.
  const auto beyond = rest_of_stored(kFailed, 57, {begin});
  ASSERT_EQ(beyond.size(), 1U);
  EXPECT_EQ(json_of(beyond[0])["type"], "response.failed");
  EXPECT_EQ(json_of(beyond[0])["sequence_number"], 58);
}

TEST(InterruptedResponses, EndTheirStreamsOnce) {
  using Events = std::vector<std::string>;
  constexpr const char* kFailed = R"({"status":"failed"})";
  const std::string begin = R"({"type":"response.created"})", last = failed_event(kFailed, 1);
  EXPECT_EQ(rest_of_stored(kFailed, -1, {begin, last}), (Events{begin, last}));
  EXPECT_EQ(rest_of_stored(kFailed, 0, {begin, last}), Events{last});
  for (const int heard : {1, 57})
    EXPECT_EQ(rest_of_stored(kFailed, heard, {begin, last}), Events{}) << heard;
  for (const int heard : {0, 57})
    EXPECT_EQ(rest_of_stored(R"({"status":"completed"})", heard, {begin}), Events{}) << heard;
}

TEST(InterruptedResponses, AreEndedWhenTheServerStarts) {
  store::ResponseStore responses = *store::ResponseStore::open(":memory:");
  store::StoredResponse stored{.id = "resp_1",
                               .tenant = "ann",
                               .created_at_s = 1,
                               .previous_id = {},
                               .json = R"({"status":"queued"})",
                               .input = {},
                               .output = {},
                               .events = {},
                               .unfinished = true};
  ASSERT_TRUE(responses.put(stored));
  stored.id = "resp_2";
  stored.json = R"({"status":"completed"})";
  stored.unfinished = false;
  ASSERT_TRUE(responses.put(stored));
  ASSERT_TRUE(fail_interrupted(responses));
  EXPECT_EQ(json_of(*responses.get("resp_1", "ann"))["status"], "failed");
  EXPECT_EQ(json_of(*responses.get("resp_2", "ann"))["status"], "completed");
  EXPECT_TRUE(responses.unfinished()->empty());
}

}  // namespace
}  // namespace byeol::server
