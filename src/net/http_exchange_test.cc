#include "net/http_exchange.h"

#include <gtest/gtest.h>

#include "net/http_exchange_head.h"

namespace byeol::net {
namespace {

using Next = HttpAnswer::Next;

struct Owner : HttpExchangeOwner {
  void wake() override { ++wakes; }
  void post(std::function<void()> call) override { posted.push_back(std::move(call)); }
  int wakes = 0;
  std::vector<std::function<void()>> posted;
};

struct Fixture {
  explicit Fixture(std::string method = "GET", bool http_1_0 = false) {
    HttpRequest request;
    request.method = std::move(method);
    answer = std::make_shared<HttpAnswer>(owner, std::move(request), http_1_0);
  }
  // What the socket would be given, head and all.
  std::string take(Next expected, bool may_keep_alive = true) {
    HttpOutput output;
    EXPECT_EQ(answer->next(may_keep_alive, output), expected);
    answer->sent(0, output.body.size());
    return output.head + output.body + std::string(output.tail);
  }
  std::string body_of(const std::string& sent) { return sent.substr(sent.find("\r\n\r\n") + 4); }

  std::shared_ptr<Owner> owner = std::make_shared<Owner>();
  std::shared_ptr<HttpAnswer> answer;
};

TEST(HttpAnswer, WakesOnceUntilTheBufferWasFoundEmpty) {
  Fixture stream;
  stream.answer->begin(200, {});
  for (int i = 0; i < 100; ++i) stream.answer->write("x");
  EXPECT_EQ(stream.owner->wakes, 1);
  EXPECT_EQ(stream.answer->pending_bytes(), 100u);
  EXPECT_EQ(stream.body_of(stream.take(Next::kPart)), "64\r\n" + std::string(100, 'x') + "\r\n");
  stream.answer->write("y");
  EXPECT_EQ(stream.owner->wakes, 1);
  EXPECT_EQ(stream.take(Next::kPart), "1\r\ny\r\n");
  stream.take(Next::kNothing);
  stream.answer->write("z");
  EXPECT_EQ(stream.owner->wakes, 2);
  stream.answer->end();
  EXPECT_EQ(stream.take(Next::kLast), "1\r\nz\r\n0\r\n\r\n");
  EXPECT_TRUE(stream.answer->keeps_alive());
}

TEST(HttpAnswer, FramesByWhatTheClientKnows) {
  Fixture whole;
  whole.answer->respond(200, {}, "body");
  EXPECT_EQ(whole.body_of(whole.take(Next::kLast, false)), "body");
  EXPECT_FALSE(whole.answer->keeps_alive());
  Fixture old("GET", true);
  old.answer->begin(200, {});
  old.answer->write("body");
  old.answer->end();
  EXPECT_EQ(old.body_of(old.take(Next::kLast)), "body");
  EXPECT_FALSE(old.answer->keeps_alive());
  for (const int status : {200, 204}) {
    Fixture none(status == 200 ? "HEAD" : "GET");
    none.answer->begin(status, {});
    none.answer->write("ignored");
    none.answer->end();
    EXPECT_EQ(none.body_of(none.take(Next::kLast)), "");
  }
}

TEST(HttpAnswer, OnDrainedWaitsForItsMark) {
  Fixture stream;
  stream.answer->begin(200, {});
  stream.answer->write("0123456789");
  int drained = 0;
  stream.answer->on_drained(5, [&] { ++drained; });
  stream.answer->on_drained(10, [&] { drained += 10; });
  ASSERT_EQ(stream.owner->posted.size(), 1u);  // The second holds already.
  stream.owner->posted.front()();
  HttpOutput output;
  EXPECT_EQ(stream.answer->next(true, output), Next::kPart);
  stream.answer->sent(6, 4);
  EXPECT_EQ(stream.answer->pending_bytes(), 6u);
  EXPECT_EQ(drained, 10);
  stream.answer->sent(5, 1);
  stream.answer->sent(0, 5);
  EXPECT_EQ(drained, 11);
}

TEST(HttpAnswer, FinishCallsWhoWaits) {
  for (const bool hung_up : {false, true}) {
    Fixture given;
    int calls = 0;
    given.answer->on_hang_up([&] { calls += 1; });
    given.answer->on_done([&](int status, std::uint64_t bytes) {
      EXPECT_EQ(status, 200);
      EXPECT_EQ(bytes, 4u);
      calls += 10;
    });
    given.answer->respond(200, {}, "body");
    given.take(Next::kLast);
    given.answer->finish(hung_up);
    given.answer->finish(!hung_up);
    EXPECT_EQ(calls, hung_up ? 11 : 10);
    given.answer->on_hang_up([&] { calls += 100; });
    given.answer->on_done([&](int, std::uint64_t) { calls += 1000; });
    given.answer->on_drained(0, [&] { calls += 10'000; });
    EXPECT_EQ(calls, hung_up ? 11'111 : 11'010);
  }
}

TEST(HttpAnswer, ADroppedExchangeIsSeen) {
  Fixture unanswered;
  make_http_exchange(unanswered.answer).reset();
  EXPECT_EQ(unanswered.owner->wakes, 1);
  unanswered.take(Next::kUnanswered);
  unanswered.answer->respond_unanswered({.headers = {}, .body = "why"});
  EXPECT_EQ(unanswered.body_of(unanswered.take(Next::kLast)), "why");
  Fixture begun;
  begun.answer->begin(200, {});
  begun.take(Next::kPart);
  make_http_exchange(begun.answer).reset();
  begun.take(Next::kBroken);
  Fixture given;
  given.answer->respond(200, {}, "all");
  make_http_exchange(given.answer).reset();
  EXPECT_EQ(given.body_of(given.take(Next::kLast)), "all");
}

TEST(HttpAnswer, AStatusThatIsNoneBecomes500) {
  for (const int status : {-1, 0, 100, 199, 1000}) {
    Fixture odd;
    odd.answer->respond(status, {}, "");
    EXPECT_TRUE(odd.take(Next::kLast).starts_with("HTTP/1.1 500 Internal Server Error\r\n"));
  }
  Fixture rare;
  rare.answer->respond(299, {}, "");
  EXPECT_TRUE(rare.take(Next::kLast).starts_with("HTTP/1.1 299 "));
}

TEST(HttpOutput, CountsTheBodyApart) {
  HttpOutput output{.head = "head", .body = "body!", .tail = "ta", .taken = 0};
  EXPECT_EQ(output.left(), 11u);
  EXPECT_EQ(output.advance(3), 0u);
  EXPECT_EQ(output.advance(3), 2u);
  EXPECT_EQ(output.advance(4), 3u);
  EXPECT_EQ(output.advance(1), 0u);
  EXPECT_EQ(output.left(), 0u);
}

TEST(HttpHead, WritesDates) {
  EXPECT_EQ(http_date(std::chrono::system_clock::from_time_t(784111777)),
            "Sun, 06 Nov 1994 08:49:37 GMT");  // The example of RFC 9110.
}

TEST(HttpHead, OwnsWhatDelimitsTheBody) {
  const std::string head = http_head(
      {.status = 429, .framing = HttpBodyFraming::kLength, .body_bytes = 5, .keep_alive = true},
      {{"transfer-ENCODING", "chunked"}, {"Retry-After", "3"}, {"Connection", "close"}});
  EXPECT_TRUE(head.starts_with("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3\r\nDate: "));
  EXPECT_TRUE(head.ends_with(" GMT\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\n"));
}

}  // namespace
}  // namespace byeol::net
