#include "server/told_events.h"

#include <gtest/gtest.h>

#include "server/test_support.h"

namespace byeol::server {
namespace {

using testing::events_of;
using testing::eventually;
using testing::FakeCall;
using testing::names_of;

constexpr std::size_t kMuch = ToldEvents::kAheadBytes;

std::string event(int number, std::size_t bytes = 0) {
  return R"({"type":"t)" + std::to_string(number) + R"(","x":")" + std::string(bytes, 'x') + "\"}";
}

struct Told {
  std::shared_ptr<ToldEvents> events = std::make_shared<ToldEvents>();

  FakeCall reader(std::size_t pending = 0) const {
    FakeCall made = testing::make_call(testing::make_request("GET", "/v1/responses/resp_1"));
    begin_events(made.call);
    made.exchange->set_pending(pending);
    return made;
  }
  FakeCall read(std::int64_t starting_after, std::size_t pending = 0,
                ToldEvents::Pace pace = ToldEvents::Pace::kReaders) const {
    const FakeCall made = reader(pending);
    events->read(made.call, starting_after, pace);
    return made;
  }
  void tell(int number) const {
    events->add(event(number));
    events->tell();
  }
};

std::vector<std::string> heard(const FakeCall& reader) {
  return names_of(reader.exchange->answer().body);
}

using Names = std::vector<std::string>;

TEST(ToldEvents, AreHeardFromWhereAReaderWantsThem) {
  const Told told;
  told.tell(0);
  told.tell(1);
  const FakeCall all = told.read(-1), rest = told.read(0), beyond = told.read(100);
  told.tell(2);
  told.events->end();
  const FakeCall late = told.read(1), after = told.read(2);
  EXPECT_EQ(heard(all), (Names{"t0", "t1", "t2", "[DONE]"}));
  EXPECT_EQ(heard(rest), (Names{"t1", "t2", "[DONE]"}));
  EXPECT_EQ(heard(beyond), Names{"[DONE]"}) << "it has heard those up to the hundredth";
  EXPECT_EQ(heard(late), (Names{"t2", "[DONE]"}));
  EXPECT_EQ(heard(after), Names{"[DONE]"});
  for (const FakeCall* reader : {&all, &rest, &beyond, &late, &after}) {
    EXPECT_TRUE(reader->exchange->answer().over);
    EXPECT_EQ(reader->exchange->answer().ignored, 0);
  }
}

TEST(ToldEvents, GoOnWhereAReaderSaysThatItIs) {
  const Told told;
  told.tell(0);
  const FakeCall ahead = told.read(1);  // Of what a server before this one told.
  told.tell(1);
  EXPECT_EQ(heard(ahead), Names{});
  told.tell(2);
  told.events->end();
  EXPECT_EQ(heard(ahead), (Names{"t2", "[DONE]"}));
}

TEST(ToldEvents, ForgetAReaderThatHangsUp) {
  const Told told;
  const FakeCall stays = told.read(-1), goes = told.read(-1, kMuch, ToldEvents::Pace::kModels);
  told.tell(0);
  EXPECT_EQ(told.events->lag_bytes(), kMuch);
  goes.exchange->hang_up();
  EXPECT_EQ(told.events->lag_bytes(), 0u);
  EXPECT_EQ(goes.exchange.use_count(), 2) << "ours and the call's";
  told.tell(1);
  EXPECT_EQ(heard(goes), Names{"t0"});
  EXPECT_EQ(heard(stays), (Names{"t0", "t1"}));
}

TEST(ToldEvents, AreNotHeardBeforeTheyAreTold) {
  const Told told;
  const FakeCall reader = told.read(-1);
  told.events->add(event(0));
  told.events->add(event(1));
  EXPECT_EQ(heard(reader), Names{});
  told.events->replace_last(event(7));
  told.events->end();
  EXPECT_EQ(heard(reader), (Names{"t0", "t7", "[DONE]"}));
  EXPECT_EQ(told.events->events(), (Names{event(0), event(7)}));
}

TEST(ToldEvents, WaitForAReaderThatIsSlowAndForNoOther) {
  const Told told;
  const FakeCall slow = told.read(-1, kMuch), quick = told.read(-1);
  told.tell(0);
  told.tell(1);
  EXPECT_EQ(heard(quick), (Names{"t0", "t1"}));
  EXPECT_EQ(heard(slow), Names{});
  EXPECT_EQ(slow.exchange->waits_for_drain(), 1u) << "once, however much is told";
  slow.exchange->set_pending(kMuch / 2);
  EXPECT_EQ(heard(slow), Names{}) << "not for each byte";
  slow.exchange->set_pending(0);
  EXPECT_EQ(heard(slow), (Names{"t0", "t1"}));
  // And once more, over the end.
  slow.exchange->set_pending(kMuch);
  told.tell(2);
  told.events->end();
  EXPECT_TRUE(quick.exchange->answer().over);
  EXPECT_FALSE(slow.exchange->answer().over);
  slow.exchange->set_pending(0);
  EXPECT_EQ(heard(slow), (Names{"t0", "t1", "t2", "[DONE]"}));
  EXPECT_TRUE(slow.exchange->answer().over);
  EXPECT_EQ(slow.exchange.use_count(), 2) << "ours and the call's";
}

// A reader whose buffer fills as it is written to: it is never sent more than a part ahead.
TEST(ToldEvents, ComeInParts) {
  class Filling final : public net::HttpExchange {
   public:
    const net::HttpRequest& request() const override { return request_; }
    void respond(int, net::HttpHeaders, std::string) override {}
    void begin(int, net::HttpHeaders) override {}
    void write(std::string bytes) override {
      pending += bytes.size();
      most = std::max(most, pending);
      body += bytes;
    }
    void end() override { over = true; }
    std::size_t pending_bytes() const override { return pending; }
    void on_drained(std::size_t, std::function<void()> call) override { drained = std::move(call); }
    void on_hang_up(std::function<void()>) override {}
    void on_done(std::function<void(int, std::uint64_t)>) override {}

    std::size_t pending = 0, most = 0;
    std::string body;
    bool over = false;
    std::function<void()> drained;

   private:
    net::HttpRequest request_;
  };
  const Told told;
  constexpr int kEvents = 200;
  for (int i = 0; i < kEvents; ++i) told.events->add(event(i, 4000));
  told.events->end();
  const auto exchange = std::make_shared<Filling>();
  told.events->read({.exchange = exchange, .id = {}, .headers = {}}, -1);
  int parts = 1;
  while (!exchange->over) {
    ASSERT_TRUE(exchange->drained);
    exchange->pending = 0;
    std::exchange(exchange->drained, nullptr)();
    ++parts;
  }
  EXPECT_EQ(events_of(exchange->body).size(), std::size_t{kEvents} + 1);
  EXPECT_LE(exchange->most, 2 * ToldEvents::kAheadBytes);
  EXPECT_GT(parts, 5);
}

TEST(ToldEvents, AreSentAtOnceToWhomTheModelWaitsFor) {
  const Told told;
  const FakeCall client = told.read(-1, kMuch, ToldEvents::Pace::kModels),
                 slow = told.read(-1, 500);
  told.tell(0);
  EXPECT_EQ(heard(client), Names{"t0"});
  EXPECT_EQ(told.events->lag_bytes(), kMuch);
  client.exchange->set_pending(100);
  EXPECT_EQ(told.events->lag_bytes(), 100u) << "and not what the other lags behind";
}

TEST(ToldEvents, PassOverWhatIsNone) {
  const Told told;
  for (const char* json : {"", "[]", "{}", "{\"type\":7}", "{ \"type\" : \"odd\" }"})
    told.events->add(json);
  told.events->end();
  EXPECT_EQ(heard(told.read(-1)), (Names{"odd", "[DONE]"}));
}

TEST(KeepOpen, SendsCommentsWhileSomebodyHoldsTheExchange) {
  Ticker ticker;
  const Told told;
  FakeCall quiet = told.reader(), busy = told.reader(1);
  const auto pace = std::chrono::milliseconds(1);
  keep_open(ticker, quiet.exchange, pace);
  keep_open(ticker, busy.exchange, pace);
  EXPECT_TRUE(eventually([&] {
    return quiet.exchange->answer().body.find(": keep-alive\n\n: keep-alive\n\n") !=
           std::string::npos;
  }));
  EXPECT_EQ(busy.exchange->answer().body, "");
  const std::weak_ptr<testing::FakeExchange> gone = quiet.exchange;
  quiet = {};
  EXPECT_TRUE(eventually([&] { return gone.expired(); }));
}

}  // namespace
}  // namespace byeol::server
