#include "server/live_response.h"

#include <gtest/gtest.h>

#include "server/idempotency.h"
#include "server/live_responses.h"
#include "server/test_support.h"

namespace byeol::server {
namespace {

using testing::events_of;
using testing::FakeCall;
using testing::json_of;
using testing::names_of;

const std::vector<std::string> kAll = {"response.created",
                                       "response.in_progress",
                                       "response.output_item.added",
                                       "response.content_part.added",
                                       "response.output_text.delta",
                                       "response.output_text.delta",
                                       "response.output_text.done",
                                       "response.content_part.done",
                                       "response.output_item.done",
                                       "response.completed",
                                       "[DONE]"};

struct Making {
  Making() : response("resp_1", 1'790'000'000, {}) {}

  FakeCall follow(std::int64_t starting_after) {
    FakeCall follower = testing::make_call(testing::make_request("GET", "/v1/responses/resp_1"));
    begin_events(follower.call);
    response.follow(follower.call, starting_after);
    return follower;
  }
  FakeCall wait() {
    FakeCall waiting = testing::make_call(testing::make_request("POST", "/v1/responses"));
    response.answer_at_end(waiting.call);
    return waiting;
  }
  void say_all() {
    response.tell([](auto& events) { events.start(); });
    response.tell([](auto& events) { events.content("Hel", {}); });
    response.tell([](auto& events) { events.content("lo", {}); });
  }
  Status finish(const Status& kept = ok()) {
    return response.finish({.at_s = 1'790'000'001},
                           [&](const auto& json, const auto& output, const auto& events) {
                             stored_json = json;
                             stored_items = output.size();
                             stored_events = events.size();
                             return kept;
                           });
  }

  LiveResponse response;
  std::string stored_json;
  std::size_t stored_items = 0, stored_events = 0;
};

TEST(LiveResponse, TellsAllFollowersTheSame) {
  Making making;
  const FakeCall from_start = making.follow(-1);
  making.say_all();
  const FakeCall late = making.follow(-1);
  EXPECT_FALSE(late.exchange->answer().over);
  ASSERT_TRUE(making.finish());
  const FakeCall after_end = making.follow(-1);
  EXPECT_EQ(names_of(from_start.exchange->answer().body), kAll);
  for (const FakeCall* call : {&from_start, &late, &after_end}) {
    EXPECT_EQ(call->exchange->answer().body, from_start.exchange->answer().body);
    EXPECT_TRUE(call->exchange->answer().over);
  }
  std::int64_t number = 0;
  for (const wire::SseEvent& event : events_of(from_start.exchange->answer().body)) {
    if (event.data == "[DONE]") continue;
    EXPECT_EQ(json_of(event.data)["sequence_number"], number++);
  }
}

TEST(LiveResponse, GoesOnBehindAnEvent) {
  Making making;
  making.say_all();
  const FakeCall live = making.follow(4);
  ASSERT_TRUE(making.finish());
  const std::vector<std::string> rest(kAll.begin() + 5, kAll.end());
  EXPECT_EQ(names_of(live.exchange->answer().body), rest);
  const FakeCall beyond = making.follow(1000);
  EXPECT_EQ(names_of(beyond.exchange->answer().body), std::vector<std::string>{"[DONE]"});
  EXPECT_TRUE(beyond.exchange->answer().over);
}

TEST(LiveResponse, IsKeptBeforeAnybodyHearsOfItsEnd) {
  Making making;
  const FakeCall follower = making.follow(-1), waiting = making.wait();
  making.say_all();
  const Status finished = making.response.finish(
      {.at_s = 1'790'000'001},
      [&](const std::string& json, const auto& output, const auto& events) {
        EXPECT_EQ(json_of(json)["status"], "completed");
        EXPECT_EQ(output.size(), 1u);
        EXPECT_EQ(events.size(), kAll.size() - 1);
        EXPECT_EQ(names_of(follower.exchange->answer().body).back(), "response.output_text.delta");
        EXPECT_EQ(waiting.exchange->answer().status, 0);
        return ok();
      });
  EXPECT_TRUE(finished);
  EXPECT_EQ(json_of(waiting.exchange->answer().body)["output"][0]["content"][0]["text"], "Hello");
  const FakeCall later = making.wait();
  EXPECT_EQ(later.exchange->answer().body, waiting.exchange->answer().body);
}

TEST(LiveResponse, FailsWhereItCouldNotBeKept) {
  Making making;
  const FakeCall follower = making.follow(-1), waiting = making.wait();
  making.say_all();
  EXPECT_FALSE(making.finish(Error{ErrorCode::kIo, "the disk is full"}));
  const FakeCall late = making.follow(-1), late_wait = making.wait();
  std::vector<std::string> names = kAll;
  names[names.size() - 2] = "response.failed";
  for (const FakeCall* call : {&follower, &late}) {
    const std::string body = call->exchange->answer().body;
    EXPECT_EQ(names_of(body), names);
    const auto last = json_of(events_of(body)[kAll.size() - 2].data);
    EXPECT_EQ(last["sequence_number"], kAll.size() - 2);
    EXPECT_EQ(last["response"]["status"], "failed");
    EXPECT_EQ(last["response"]["error"]["message"], "The disk is full.");
    EXPECT_TRUE(call->exchange->answer().over);
  }
  for (const FakeCall* call : {&waiting, &late_wait})
    EXPECT_EQ(call->exchange->answer().status, 500);
  EXPECT_EQ(json_of(making.response.json())["status"], "failed");
}

// It is answered with 200, and still nothing to be given again under its Idempotency-Key.
TEST(LiveResponse, IsNotKeptForWhoTriesAgainWhereItFailed) {
  const auto keyed = [] {
    return testing::make_call(
        testing::make_request("POST", "/v1/responses", "{}", {{"Idempotency-Key", "a"}}));
  };
  using How = wire::ResponsesEnd::How;
  for (const How how : {How::kFailed, How::kCut, How::kDone}) {
    Idempotency idempotency;
    FakeCall first = keyed(), joined = keyed(), again = keyed();
    ASSERT_TRUE(idempotency.admit(first.call));
    EXPECT_FALSE(idempotency.admit(joined.call));
    Making making;
    making.response.answer_at_end(first.call);
    ASSERT_TRUE(making.response.finish(
        {.how = how, .at_s = 1'790'000'001, .error = wire::server_error("It was stopped.")},
        [](const auto&, const auto&, const auto&) { return ok(); }));
    for (const FakeCall* call : {&first, &joined}) EXPECT_EQ(call->exchange->answer().status, 200);
    EXPECT_EQ(json_of(first.exchange->answer().body)["status"] == "failed", how == How::kFailed);
    EXPECT_EQ(idempotency.admit(again.call), how == How::kFailed) << "it is made anew";
  }
}

TEST(LiveResponse, TellsInHeadersHowTheDeadlineFared) {
  Making making;
  const FakeCall waiting = making.wait();
  making.say_all();
  ASSERT_TRUE(making.response.finish(
      {.at_s = 1'790'000'001,
       .deadline = wire::DeadlineReport{.met = false, .first_ms = 12.2, .missed = "first"}},
      [](const auto&, const auto&, const auto&) { return ok(); }));
  const FakeCall late = making.wait();
  for (const FakeCall* call : {&waiting, &late}) {
    EXPECT_EQ(call->exchange->answer().header("x-deadline-met"), "false");
    EXPECT_EQ(call->exchange->answer().header("x-deadline-first-ms"), "12");
    EXPECT_EQ(json_of(call->exchange->answer().body)["deadline"]["missed"], "first");
  }
}

TEST(LiveResponse, SaysNothingAfterItsEnd) {
  Making making;
  making.say_all();
  ASSERT_TRUE(making.finish());
  const std::string json = making.response.json();
  making.response.tell([](auto& events) { events.content("more", {}); });
  EXPECT_EQ(making.response.json(), json);
  EXPECT_EQ(making.response.lag_bytes(), 0u);
}

TEST(LiveResponse, WaitsForNoFollowerButItsClient) {
  Making making;
  const FakeCall follower = making.follow(-1);
  follower.exchange->set_pending(1'000'000);
  EXPECT_EQ(making.response.lag_bytes(), 0u);
  FakeCall client = testing::make_call(testing::make_request("POST", "/v1/responses"));
  begin_events(client.call);
  making.response.follow(client.call, -1, ToldEvents::Pace::kModels);
  client.exchange->set_pending(1000);
  EXPECT_EQ(making.response.lag_bytes(), 1000u);
  making.say_all();
  ASSERT_TRUE(making.finish());
  EXPECT_EQ(names_of(client.exchange->answer().body), kAll);
  EXPECT_EQ(follower.exchange->answer().body, "");
  follower.exchange->set_pending(0);
  EXPECT_EQ(names_of(follower.exchange->answer().body), kAll);
  EXPECT_TRUE(follower.exchange->answer().over);
}

TEST(LiveResponses, AreTheirOwners) {
  LiveResponses live;
  live.add({.response = std::make_shared<LiveResponse>("resp_1", 0, wire::ResponsesRequest{}),
            .owner = "ann",
            .cancel = [] {}});
  EXPECT_TRUE(live.find("resp_1", "ann"));
  EXPECT_FALSE(live.find("resp_1", "bob"));
  EXPECT_FALSE(live.find("resp_1", ""));
}

TEST(LiveResponses, ForgetsWhatIsDeleted) {
  LiveResponses live;
  int cancelled = 0;
  live.add({.response = std::make_shared<LiveResponse>("resp_1", 0, wire::ResponsesRequest{}),
            .background = true,
            .cancel = [&] { ++cancelled; }});
  ASSERT_TRUE(live.find("resp_1", ""));
  live.find("resp_1", "")->cancel();
  EXPECT_EQ(cancelled, 1);
  EXPECT_FALSE(live.find("resp_2", ""));
  EXPECT_FALSE(live.is_forgotten("resp_1"));
  live.forget("resp_1");
  live.forget("resp_2");
  EXPECT_FALSE(live.find("resp_1", ""));
  EXPECT_TRUE(live.is_forgotten("resp_1"));
  live.remove("resp_1");
  live.remove("resp_1");
  EXPECT_FALSE(live.is_forgotten("resp_1"));
}

}  // namespace
}  // namespace byeol::server
