#include "wire/responses_stream.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace byeol::wire {
namespace {

TEST(ResponsesStream, AnEventNamesItsType) {
  std::string stream;
  append_event(stream, ResponsesEvent{"response.created", R"({"type":"response.created"})"});
  EXPECT_EQ(stream, "event: response.created\ndata: {\"type\":\"response.created\"}\n\n");
}

TEST(ResponsesStream, AStoredEventIsTheSameAgain) {
  const std::string json = R"({"type":"response.output_text.delta","sequence_number":4})";
  std::string stream;
  ASSERT_TRUE(append_stored_event(stream, json));
  EXPECT_EQ(stream, "event: response.output_text.delta\ndata: " + json + "\n\n");
  for (const char* broken : {"", "[]", "{}", R"({"type":3})", "\xff"}) {
    const Status status = append_stored_event(stream, broken);
    EXPECT_EQ(status.error().code, ErrorCode::kCorrupt) << broken;
  }
}

TEST(ResponsesStream, ResumesAfterANumber) {
  const std::vector<std::string> events{"0", "1", "2"};
  const auto after = [&](std::int64_t number) {
    std::string joined;
    for (const std::string& event : events_after(events, number)) joined += event;
    return joined;
  };
  EXPECT_EQ(after(-1), "012");
  EXPECT_EQ(after(0), "12");
  EXPECT_EQ(after(1), "2");
  EXPECT_EQ(after(2), "");
  EXPECT_EQ(after(INT64_MAX), "");
  EXPECT_EQ(after(INT64_MIN), "012");
  EXPECT_TRUE(events_after({}, 0).empty());
}

TEST(ResponsesStream, AnErrorIsFlat) {
  std::string stream;
  append_error_event(stream, invalid_request("Too long.", "input", "context_length_exceeded"), 3);
  EXPECT_EQ(stream,
            "event: error\ndata: {\"type\":\"error\",\"sequence_number\":3,"
            "\"code\":\"context_length_exceeded\",\"message\":\"Too long.\",\"param\":\"input\"}"
            "\n\n");
}

}  // namespace
}  // namespace byeol::wire
