#include "server/idempotency.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "server/recorded_exchange.h"
#include "server/test_support.h"

namespace byeol::server {
namespace {

using testing::FakeCall;
using testing::make_request;

FakeCall keyed(const std::string& key, const std::string& body = "{}", std::uint32_t tenant = 0) {
  FakeCall made =
      testing::make_call(make_request("POST", "/v1/completions", body, {{"Idempotency-Key", key}}));
  made.call.tenant = tenant;
  return made;
}

TEST(Idempotency, LeavesRequestsWithoutAKeyAlone) {
  Idempotency idempotency;
  FakeCall post = testing::make_call(make_request("POST", "/v1/completions", "{}"));
  EXPECT_TRUE(idempotency.admit(post.call));
  EXPECT_EQ(post.call.exchange, post.exchange);
  FakeCall get =
      testing::make_call(make_request("GET", "/v1/models", {}, {{"Idempotency-Key", "a"}}));
  EXPECT_TRUE(idempotency.admit(get.call));
  EXPECT_EQ(get.call.exchange, get.exchange);
}

TEST(Idempotency, GivesAWholeAnswerAgain) {
  Idempotency idempotency;
  FakeCall first = keyed("a"), second = keyed("a");
  ASSERT_TRUE(idempotency.admit(first.call));
  respond_json(first.call, 200, "answer", {{"x-deadline-met", "true"}});
  EXPECT_EQ(first.exchange->answer().body, "answer");
  EXPECT_FALSE(idempotency.admit(second.call));
  EXPECT_EQ(second.exchange->answer().status, 200);
  EXPECT_EQ(second.exchange->answer().body, "answer");
  EXPECT_EQ(second.exchange->answer().header("x-deadline-met"), "true");
}

int count_of(const net::HttpHeaders& headers, const std::string& name) {
  return static_cast<int>(
      std::ranges::count_if(headers, [&](const auto& header) { return header.first == name; }));
}

// Of a page that asks after a program, and of a program that asks after a page.
TEST(Idempotency, GivesEachItsOwnHeaders) {
  constexpr const char* kOrigin = "Access-Control-Allow-Origin";
  for (const bool streams : {false, true}) {
    Idempotency idempotency;
    FakeCall page = keyed("a"), program = keyed("a"), other = keyed("a"), late = keyed("a");
    page.call.headers = {{kOrigin, "http://localhost:1"}, {"x-request-id", "req_page"}};
    program.call.headers = {{"x-request-id", "req_program"}};
    other.call.headers = {{kOrigin, "http://localhost:2"}, {"x-request-id", "req_other"}};
    late.call.headers = {{"x-request-id", "req_late"}};
    ASSERT_TRUE(idempotency.admit(page.call));
    EXPECT_FALSE(idempotency.admit(program.call));  // They join,
    EXPECT_FALSE(idempotency.admit(other.call));
    if (streams) {
      begin_events(page.call);
      page.call.exchange->write("data: [DONE]\n\n");
      page.call.exchange->end();
    } else {
      respond_json(page.call, 200, "{}");
    }
    EXPECT_FALSE(idempotency.admit(late.call));  // and this one comes when it is over.
    const auto expect = [&](const FakeCall& call, const char* id, const char* origin) {
      const auto answer = call.exchange->answer();
      EXPECT_EQ(answer.header("x-request-id"), id);
      EXPECT_EQ(answer.header(kOrigin), origin);
      EXPECT_EQ(count_of(answer.headers, "x-request-id"), 1);
      EXPECT_EQ(count_of(answer.headers, "Content-Type"), 1);
    };
    expect(page, "req_page", "http://localhost:1");
    expect(program, "req_program", "");
    expect(other, "req_other", "http://localhost:2");
    expect(late, "req_late", "");
  }
}

TEST(Idempotency, JoinsOneThatIsUnderWay) {
  Idempotency idempotency;
  FakeCall first = keyed("a"), second = keyed("a");
  ASSERT_TRUE(idempotency.admit(first.call));
  EXPECT_FALSE(idempotency.admit(second.call));
  EXPECT_EQ(second.exchange->answer().status, 0);
  first.call.exchange->respond(400, {}, "wrong");  // A client's mistake stays one.
  EXPECT_EQ(second.exchange->answer().status, 400);
  EXPECT_EQ(second.exchange->answer().body, "wrong");
}

TEST(Idempotency, TellsAStreamFromItsBeginning) {
  Idempotency idempotency;
  FakeCall first = keyed("a"), second = keyed("a"), third = keyed("a");
  ASSERT_TRUE(idempotency.admit(first.call));
  first.call.exchange->begin(200, {{"Content-Type", "text/event-stream"}});
  first.call.exchange->write("one ");
  first.exchange->hang_up();  // Nothing is cancelled by that.
  EXPECT_FALSE(idempotency.admit(second.call));
  EXPECT_EQ(second.exchange->answer().body, "one ");
  first.call.exchange->write("two ");
  first.call.exchange->end();
  first.call.exchange->write("never");
  for (const FakeCall* call : {&first, &second}) {
    EXPECT_EQ(call->exchange->answer().body, "one two ");
    EXPECT_TRUE(call->exchange->answer().over);
  }
  EXPECT_FALSE(idempotency.admit(third.call));
  EXPECT_EQ(third.exchange->answer().body, "one two ");
  EXPECT_EQ(third.exchange->answer().header("Content-Type"), "text/event-stream");
  EXPECT_TRUE(third.exchange->answer().over);
}

TEST(Idempotency, DoesNotLetAHangUpCancel) {
  Idempotency idempotency;
  FakeCall first = keyed("a");
  ASSERT_TRUE(idempotency.admit(first.call));
  first.call.exchange->on_hang_up([] { FAIL(); });
  first.exchange->hang_up();
}

TEST(Idempotency, WaitsForTheSlowestReader) {
  Idempotency idempotency;
  FakeCall first = keyed("a"), second = keyed("a");
  ASSERT_TRUE(idempotency.admit(first.call));
  EXPECT_FALSE(idempotency.admit(second.call));
  second.exchange->set_pending(500);
  EXPECT_EQ(first.call.exchange->pending_bytes(), 500u);
  bool drained = false;
  first.call.exchange->on_drained(100, [&] { drained = true; });
  EXPECT_FALSE(drained);
  second.exchange->set_pending(50);
  EXPECT_TRUE(drained);
}

TEST(Idempotency, RefusesAnotherRequestUnderTheSameKey) {
  Idempotency idempotency;
  FakeCall first = keyed("a", "{\"prompt\":1}"), other = keyed("a", "{\"prompt\":2}");
  ASSERT_TRUE(idempotency.admit(first.call));
  EXPECT_FALSE(idempotency.admit(other.call));
  EXPECT_EQ(other.exchange->answer().status, 422);
  EXPECT_EQ(testing::json_of(other.exchange->answer().body)["error"]["code"],
            "idempotency_key_reused");
  FakeCall path = keyed("a", "{\"prompt\":1}");
  FakeCall moved = testing::make_call(
      make_request("POST", "/v1/chat/completions", "{\"prompt\":1}", {{"Idempotency-Key", "a"}}));
  EXPECT_FALSE(idempotency.admit(moved.call));
  EXPECT_EQ(moved.exchange->answer().status, 422);
}

TEST(Idempotency, TellsRequestsByTheirDeadlinesToo) {
  const auto with = [](const char* name, const char* value) {
    return testing::make_call(
        make_request("POST", "/v1/completions", "{}", {{"Idempotency-Key", "a"}, {name, value}}));
  };
  for (const char* name :
       {"x-deadline-first-ms", "X-Deadline-Gap-Ms", "x-deadline-total-ms", "x-deadline-on-miss"}) {
    Idempotency idempotency;
    FakeCall first = with(name, "100"), same = with(name, "100"), other = with(name, "200"),
             none = keyed("a");
    ASSERT_TRUE(idempotency.admit(first.call));
    first.call.exchange->respond(200, {}, "answer");
    EXPECT_FALSE(idempotency.admit(same.call));
    EXPECT_EQ(same.exchange->answer().status, 200) << name;
    EXPECT_FALSE(idempotency.admit(other.call));
    EXPECT_EQ(other.exchange->answer().status, 422) << name;
    EXPECT_FALSE(idempotency.admit(none.call));
    EXPECT_EQ(none.exchange->answer().status, 422) << name;
  }
}

TEST(Idempotency, KeepsTenantsApart) {
  Idempotency idempotency;
  FakeCall first = keyed("a", "{}", 1), other = keyed("a", "{}", 2);
  ASSERT_TRUE(idempotency.admit(first.call));
  first.call.exchange->respond(200, {}, "first tenant's");
  EXPECT_TRUE(idempotency.admit(other.call));
  // Also where a key looks like another's number and key.
  FakeCall trick = keyed("1 a", "{}", 0);
  EXPECT_TRUE(idempotency.admit(trick.call));
}

TEST(Idempotency, DoesNotKeepWhatClientsTryAgain) {
  for (const int status : {429, 500, 503}) {
    Idempotency idempotency;
    FakeCall first = keyed("a"), second = keyed("a");
    ASSERT_TRUE(idempotency.admit(first.call));
    first.call.exchange->respond(status, {}, "not now");
    EXPECT_TRUE(idempotency.admit(second.call)) << status;
    second.call.exchange->respond(200, {}, "now");
    EXPECT_EQ(second.exchange->answer().body, "now");
  }
}

TEST(Idempotency, DoesNotKeepAStreamThatEndedInAnError) {
  const auto is_kept = [](const std::vector<const char*>& parts) {
    Idempotency idempotency;
    FakeCall first = keyed("a"), second = keyed("a");
    EXPECT_TRUE(idempotency.admit(first.call));
    begin_events(first.call);
    for (const char* part : parts) first.call.exchange->write(part);
    first.call.exchange->end();
    EXPECT_EQ(first.exchange->answer().status, 200);
    return !idempotency.admit(second.call);
  };
  constexpr const char* kDelta = "data: {\"choices\":[]}\n\n";
  constexpr const char* kDone = "data: [DONE]\n\n";
  constexpr const char* kComment = ": keep-alive\n\n";
  EXPECT_FALSE(is_kept({kDelta, "data: {\"error\":{\"message\":\"no\"}}\n\n"}));
  EXPECT_FALSE(is_kept({kDelta, "data: {\"err", "or\":{}}\n\n", kComment}));
  EXPECT_FALSE(is_kept({"event: error\ndata: {}\n\n", kDone}));
  EXPECT_FALSE(is_kept({kDelta, "event: response.failed\ndata: {}\n\n", kComment, kDone}));
  EXPECT_TRUE(is_kept({kDelta, kDone}));
  EXPECT_TRUE(is_kept({"event: response.completed\ndata: {\"error\":null}\n\n", kDone}));
  // What the model says of errors is none.
  EXPECT_TRUE(is_kept({"data: {\"delta\":\"event: error\\n\"}\n\n", kDone}));
  EXPECT_TRUE(is_kept({kDone}));
  EXPECT_TRUE(is_kept({}));
}

TEST(Idempotency, DoesNotKeepWhatIsTooLong) {
  Idempotency idempotency;
  FakeCall first = keyed("a"), second = keyed("a");
  ASSERT_TRUE(idempotency.admit(first.call));
  first.call.exchange->begin(200, {});
  const std::string part(RecordedExchange::kBytesMax, 'x');
  first.call.exchange->write(part);
  first.call.exchange->write(part);
  first.call.exchange->end();
  EXPECT_EQ(first.exchange->answer().body.size(), 2 * part.size());
  EXPECT_TRUE(idempotency.admit(second.call));
}

TEST(Idempotency, LetsGoOfWhatWasNeverAnswered) {
  Idempotency idempotency;
  FakeCall first = keyed("a"), joined = keyed("a"), again = keyed("a");
  const std::weak_ptr<testing::FakeExchange> first_exchange = first.exchange;
  ASSERT_TRUE(idempotency.admit(first.call));
  EXPECT_FALSE(idempotency.admit(joined.call));
  first = {};  // Whoever should have answered is gone: the exchange says so itself.
  EXPECT_TRUE(first_exchange.expired());
  EXPECT_EQ(joined.exchange.use_count(), 2);  // Ours and the call's.
  EXPECT_TRUE(idempotency.admit(again.call));
}

TEST(Idempotency, LetsGoOfTheExchangeWhenItIsAnswered) {
  Idempotency idempotency;
  FakeCall first = keyed("a"), second = keyed("a");
  const std::weak_ptr<testing::FakeExchange> first_exchange = first.exchange;
  ASSERT_TRUE(idempotency.admit(first.call));
  first.call.exchange->respond(200, {}, "answer");
  first = {};
  EXPECT_TRUE(first_exchange.expired());
  EXPECT_FALSE(idempotency.admit(second.call));
  EXPECT_EQ(second.exchange->answer().body, "answer");
}

TEST(Idempotency, RefusesAKeyThatIsTooLong) {
  Idempotency idempotency;
  FakeCall longest = keyed(std::string(255, 'k')), too_long = keyed(std::string(256, 'k'));
  EXPECT_TRUE(idempotency.admit(longest.call));
  EXPECT_FALSE(idempotency.admit(too_long.call));
  EXPECT_EQ(too_long.exchange->answer().status, 400);
}

bool is_remembered(Idempotency& idempotency, const std::string& key, const std::string& body) {
  FakeCall again = keyed(key, body);
  return !idempotency.admit(again.call);
}

void remember(Idempotency& idempotency, const std::string& key, const std::string& body) {
  FakeCall call = keyed(key, body);
  ASSERT_TRUE(idempotency.admit(call.call));
  call.call.exchange->respond(200, {}, "answer");
}

TEST(Idempotency, ForgetsTheOldestOfAThousand) {
  Idempotency idempotency;
  for (int i = 0; i < 1000; ++i) remember(idempotency, std::to_string(i), "{}");
  EXPECT_TRUE(is_remembered(idempotency, "1", "{}"));
  remember(idempotency, "one more", "{}");
  EXPECT_TRUE(is_remembered(idempotency, "one more", "{}"));
  EXPECT_TRUE(is_remembered(idempotency, "999", "{}"));
  EXPECT_FALSE(is_remembered(idempotency, "0", "{}"));
}

TEST(Idempotency, ForgetsTheOldestBeyond64Megabytes) {
  Idempotency idempotency;
  const std::string body(std::size_t{8} << 20, 'x');
  for (int i = 0; i < 9; ++i) remember(idempotency, std::to_string(i), body);
  EXPECT_TRUE(is_remembered(idempotency, "8", body));
  EXPECT_FALSE(is_remembered(idempotency, "0", body));
}

}  // namespace
}  // namespace byeol::server
