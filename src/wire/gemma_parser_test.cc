#include "wire/answer_parser_test.h"

namespace byeol::wire {
namespace {

TEST(GemmaParser, ReadsBlocksOfCode) {
  EXPECT_EQ(parsed(Family::kGemma,
                   "Okay.\n```tool_code\nget_weather(city=\"Köln\", days=3, detail=True, "
                   "at=[1, 2.5, None])\n```\n"),
            (RecordedAnswer{.content = "Okay.",
                            .calls = {{"get_weather",
                                       "{\"city\":\"Köln\",\"days\":3,\"detail\":true,"
                                       "\"at\":[1,2.5,null]}"}}}));
  EXPECT_EQ(
      parsed(Family::kGemma, "```tool_code\n[get_time(), get_weather(city='x\\'y')]\n```").calls,
      (Calls{{"get_time", "{}"}, {"get_weather", "{\"city\":\"x'y\"}"}}));
}

TEST(GemmaParser, ReadsJson) {
  const RecordedAnswer expected{.calls = {{"get_time", "{\"zone\":\"KST\"}"}}};
  EXPECT_EQ(parsed(Family::kGemma,
                   "```json\n{\"name\": \"get_time\", \"parameters\": {\"zone\": \"KST\"}}\n```"),
            expected);
  EXPECT_EQ(parsed(Family::kGemma, "{\"name\":\"get_time\",\"parameters\":{\"zone\":\"KST\"}}"),
            expected);
}

TEST(GemmaParser, ReadsFunctionGemma) {
  EXPECT_EQ(parsed(Family::kGemma,
                   "<start_function_call>call:get_weather{city:<escape>a, \"b\" {c}<escape>,"
                   "at:{lat:1.5,near:[true,<escape>x<escape>]}}<end_function_call>"
                   "<start_function_call>call:get_time{}<end_function_call>"),
            (RecordedAnswer{.calls = {{"get_weather",
                                       "{\"city\":\"a, \\\"b\\\" {c}\",\"at\":{\"lat\":1.5,"
                                       "\"near\":[true,\"x\"]}}"},
                                      {"get_time", "{}"}}}));
  // Generation stops at the end mark.
  EXPECT_EQ(parsed(Family::kGemma, "<start_function_call>call:get_time{}").calls,
            (Calls{{"get_time", "{}"}}));
}

TEST(GemmaParser, ABlocksEndInAStringIsNone) {
  EXPECT_EQ(parsed(Family::kGemma,
                   "```json\n{\"name\": \"get_time\", \"parameters\": {\"zone\": \"\\\"```\\n\"}}\n"
                   "```\nDone. ```json\n{}\n```"),
            (RecordedAnswer{.content = "Done. ```json\n{}\n```",
                            .calls = {{"get_time", "{\"zone\":\"\\\"```\\n\"}"}}}));
  // Unless the string has no end.
  EXPECT_EQ(parsed(Family::kGemma, "```json\n{\"a}\n``` Then ```tool_code\nget_time()\n```"),
            (RecordedAnswer{.content = "```json\n{\"a}\n``` Then", .calls = {{"get_time", "{}"}}}));
}

TEST(GemmaParser, OtherBlocksAreContent) {
  for (const char* text :
       {"```json\n{\"a\": 1}\n```\nDone.", "```tool_code\nprint(open('x').read())\n```",
        "```python\nget_time()\n```", "```tool_code\nget_time(", "```tool_code\nunknown()\n```",
        "{\"a\": 1}", "<start_function_call>get_time<end_function_call>", "``"})
    EXPECT_EQ(parsed(Family::kGemma, text), (RecordedAnswer{.content = text}));
}

}  // namespace
}  // namespace byeol::wire
