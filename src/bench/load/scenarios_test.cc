#include <gtest/gtest.h>

#include "bench/load/long_prompt.h"
#include "bench/load/stub_server.h"
#include "bench/load/warm_prefix.h"
#include "net/scripted_server.h"

namespace byeol::bench {
namespace {

class Scenarios : public testing::Test {
 protected:
  void start(const StubSchedule& schedule) {
    stub_ = *StubServer::start(schedule);
    target_.url = stub_->url();
  }

  LoadTarget target_;
  std::unique_ptr<StubServer> stub_;
  std::unique_ptr<net::HttpClient> client_ = *net::HttpClient::start();
};

TEST_F(Scenarios, CountTheGapsBesideALongPrompt) {
  start({.first_ms = 60, .gap_ms = 4});
  Sender sender(*client_, target_);
  std::int32_t rounds = 0;
  const Result<LongPrompt> measured = measure_long_prompt(
      sender, {.words = 50, .streams = 3, .repeat = 2}, [&rounds](std::int32_t n) { rounds = n; });
  ASSERT_TRUE(measured) << measured.error().message;
  EXPECT_EQ(rounds, 2);
  ASSERT_EQ((*measured).first_token_ms.size(), 2u);
  EXPECT_GE((*measured).first_token_ms[0], 60);
  EXPECT_GE((*measured).gaps_before_ms.size(), 2u * 3 * 14);
  // 60 ms of 4 ms gaps, on a machine that is not too busy.
  EXPECT_GE((*measured).gaps_during_ms.size(), 2u * 3 * 4);
  EXPECT_EQ((*measured).prompt_tokens, 1);  // The stub says so of every prompt.
}

TEST_F(Scenarios, SayThatAStreamEndedTooEarly) {
  start({.first_ms = 300, .gap_ms = 4});
  Sender sender(*client_, target_);
  for (const auto& [tokens, when] : {std::pair{5, "before the long prompt arrived"},
                                     std::pair{40, "before the long prompt was answered"}}) {
    const Result<LongPrompt> measured = measure_long_prompt(
        sender, {.words = 50, .streams = 2, .stream_tokens = tokens, .repeat = 1}, {});
    ASSERT_FALSE(measured);
    EXPECT_EQ(measured.error().message.find(std::string("a stream ended ") + when), 0u)
        << measured.error().message;
    EXPECT_NE(measured.error().message.find("--stream-tokens"), std::string::npos)
        << measured.error().message;
  }
}

TEST_F(Scenarios, TimePrefixesInPairs) {
  start({.first_ms = 10, .gap_ms = 1});
  Sender sender(*client_, target_);
  const Result<WarmPrefix> measured =
      measure_warm_prefix(sender, {.prefix_words = 20, .repeat = 3}, {});
  ASSERT_TRUE(measured) << measured.error().message;
  EXPECT_EQ((*measured).computed_ms.size(), 3u);
  EXPECT_EQ((*measured).cached_ms.size(), 3u);
  EXPECT_EQ((*measured).ratios.size(), 3u);
  EXPECT_GE((*measured).cached_ms[0], 10);
}

TEST_F(Scenarios, HandOnWhatTheServerComplainsOf) {
  net::ScriptedServer server([](net::Peer& peer) {
    peer.read_request();
    peer.send(
        "HTTP/1.1 400 Bad\r\nContent-Length: 32\r\n\r\n{\"error\":{\"message\":\"too long\"}}");
  });
  target_.url = server.url();
  Sender sender(*client_, target_);
  const Result<WarmPrefix> prefix = measure_warm_prefix(sender, {}, {});
  ASSERT_FALSE(prefix);
  EXPECT_NE(prefix.error().message.find("too long"), std::string::npos) << prefix.error().message;
  const Result<LongPrompt> measured = measure_long_prompt(sender, {}, {});
  ASSERT_FALSE(measured);
  EXPECT_NE(measured.error().message.find("too long"), std::string::npos)
      << measured.error().message;
}

}  // namespace
}  // namespace byeol::bench
