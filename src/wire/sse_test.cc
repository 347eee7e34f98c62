#include "wire/sse.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace byeol::wire {
namespace {

// All events of a stream that comes in pieces of `piece` bytes.
std::vector<SseEvent> decode(std::string_view stream, std::size_t piece = 1 << 20) {
  SseDecoder decoder;
  std::vector<SseEvent> events;
  for (; !stream.empty(); stream.remove_prefix(std::min(piece, stream.size()))) {
    const Status fed = decoder.feed(stream.substr(0, piece),
                                    [&](SseEvent event) { events.push_back(std::move(event)); });
    EXPECT_TRUE(fed);
  }
  return events;
}

TEST(Sse, WritesWhatTheReferenceShows) {
  std::string stream;
  append_event(stream, R"({"id":"chatcmpl-1"})");
  append_event(stream, "[DONE]");
  append_event(stream, "a\nb\r\nc\rd", "response.created", "7");
  append_comment(stream, "keep-alive");
  EXPECT_EQ(stream,
            "data: {\"id\":\"chatcmpl-1\"}\n\n"
            "data: [DONE]\n\n"
            "event: response.created\nid: 7\ndata: a\ndata: b\ndata: c\ndata: d\n\n"
            ": keep-alive\n\n");
}

// The examples of the standard, part 9.2.6.
TEST(Sse, ReadsTheExamplesOfTheStandard) {
  EXPECT_EQ(decode("data: YHOO\ndata: +2\ndata: 10\n\n"),
            (std::vector<SseEvent>{{"", "YHOO\n+2\n10", ""}}));
  EXPECT_EQ(decode(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\n"
                   "data:  third event\n\n"),
            (std::vector<SseEvent>{
                {"", "first event", "1"}, {"", "second event", ""}, {"", " third event", ""}}));
  EXPECT_EQ(decode("data\n\ndata\ndata\n\ndata:"),
            (std::vector<SseEvent>{{"", "", ""}, {"", "\n", ""}}));
  EXPECT_EQ(decode("data:test\n\ndata: test\n\n"),
            (std::vector<SseEvent>{{"", "test", ""}, {"", "test", ""}}));
}

TEST(Sse, KnowsAllLineEndsAndAByteOrderMark) {
  EXPECT_EQ(decode("\xEF\xBB\xBF"
                   "event: a\r\ndata: 1\r\n\r\ndata: 2\r\rdata: 3\n\n"),
            (std::vector<SseEvent>{{"a", "1", ""}, {"", "2", ""}, {"", "3", ""}}));
}

TEST(Sse, AnEventWithoutDataIsNone) {
  EXPECT_EQ(decode("event: a\n\ndata: 1\n\nretry: 5\nunknown: x\n\n"),
            (std::vector<SseEvent>{{"", "1", ""}}));
}

TEST(Sse, WhatIsCutOffAtTheEndIsNoEvent) {
  EXPECT_TRUE(decode("data: 1\n").empty());
}

TEST(Sse, AnIdStaysUntilTheNextAndMayNotHoldZero) {
  const std::string zero("id: 2\0\n", 7);
  EXPECT_EQ(decode("id: 1\ndata: a\n\n" + zero + "data: b\n\n"),
            (std::vector<SseEvent>{{"", "a", "1"}, {"", "b", "1"}}));
}

TEST(Sse, ComesOutAsItWentInHoweverItIsCut) {
  std::mt19937 random(1);
  constexpr std::string_view kLetters = "a:\n \xED\x95\x9C{}\"\r";
  for (int round = 0; round < 300; ++round) {
    std::vector<SseEvent> events;
    std::string stream;
    for (std::uint32_t i = 0; i < 1 + random() % 5; ++i) {
      std::string data;
      for (std::uint_fast32_t n = random() % 20; n > 0; --n)
        data.push_back(kLetters[random() % kLetters.size()]);
      append_event(stream, data, i % 2 == 1 ? "named" : "");
      if (random() % 3 == 0) append_comment(stream, "quiet");
      std::string joined;  // Line breaks arrive as line feeds.
      for (std::size_t at = 0; at < data.size(); ++at) {
        if (data[at] == '\r' && at + 1 < data.size() && data[at + 1] == '\n') continue;
        joined.push_back(data[at] == '\r' ? '\n' : data[at]);
      }
      events.push_back({i % 2 == 1 ? "named" : "", joined, ""});
    }
    for (const std::size_t piece : {1u, 2u, 3u, 7u, 1000u})
      ASSERT_EQ(decode(stream, piece), events);
  }
}

TEST(Sse, TooLongIsAnErrorWithASentence) {
  const auto ignore = [](const SseEvent&) {};
  SseDecoder lines(8);
  const Status line = lines.feed("data: 12345", ignore);
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().message, "event stream: a line of more than 8 bytes");
  SseDecoder events(16);
  ASSERT_TRUE(events.feed("data: 1234567\n", ignore));
  const Status event = events.feed("data: 1234567\ndata: 1234567\n", ignore);
  ASSERT_FALSE(event);
  EXPECT_EQ(event.error().message, "event stream: an event of more than 16 bytes");
}

}  // namespace
}  // namespace byeol::wire
