#include "wire/answer_parser_test.h"

namespace byeol::wire {
namespace {

TEST(Llama3Parser, ReadsBareCalls) {
  EXPECT_EQ(
      parsed(Family::kLlama3, "{\"name\": \"get_weather\", \"parameters\": {\"city\": \"Oslo\"}}"),
      (RecordedAnswer{.calls = {{"get_weather", "{\"city\": \"Oslo\"}"}}}));
  EXPECT_EQ(
      parsed(Family::kLlama3,
             "<|python_tag|>{\"type\": \"function\", \"name\": \"get_weather\", "
             "\"parameters\": {\"city\": \"Oslo\"}}; "
             "{\"name\": \"get_time\", \"parameters\": {}}"),
      (RecordedAnswer{.calls = {{"get_weather", "{\"city\":\"Oslo\"}"}, {"get_time", "{}"}}}));
}

TEST(Llama3Parser, ReadsFunctionTags) {
  EXPECT_EQ(
      parsed(Family::kLlama3,
             "Sure.\n<function=get_weather>{\"city\": \"a < b\"}</function>\n"
             "<function=get_time>{}</function>"),
      (RecordedAnswer{.content = "Sure.",
                      .calls = {{"get_weather", "{\"city\": \"a < b\"}"}, {"get_time", "{}"}}}));
}

TEST(Llama3Parser, JsonThatNamesNoFunctionIsContent) {
  for (const char* text :
       {"{\"name\": \"Ada\", \"parameters\": {\"born\": 1815}}", "{\"answer\": 42} and more",
        "{\"answer\": ", "{not json", "[1, 2]", "a {\"name\": \"get_time\", \"parameters\": {}}",
        "<function=two words>{}", "<function=get_time>()", "<function=get_time>", "<function="})
    EXPECT_EQ(parsed(Family::kLlama3, text), (RecordedAnswer{.content = text}));
  EXPECT_EQ(parsed(Family::kLlama3, "<|python_tag|>print(1)").content, "print(1)");
}

}  // namespace
}  // namespace byeol::wire
