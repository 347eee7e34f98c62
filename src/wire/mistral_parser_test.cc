#include "wire/answer_parser_test.h"

namespace byeol::wire {
namespace {

TEST(MistralParser, ReadsTheFormsOfAllVersions) {
  const Calls two = {{"get_weather", "{\"city\": \"Lyon\"}"}, {"get_time", "{}"}};
  EXPECT_EQ(
      parsed(Family::kMistral,
             "[TOOL_CALLS] [{\"name\": \"get_weather\", \"arguments\": {\"city\": "
             "\"Lyon\"}, \"id\": \"VvvODy9mT\"}, {\"name\": \"get_time\", \"arguments\": {}}]"),
      (RecordedAnswer{.calls = two}));
  EXPECT_EQ(parsed(Family::kMistral,
                   "[THINK]Two of them.[/THINK]I look.[TOOL_CALLS]get_weather{\"city\": \"Lyon\"}"
                   "[TOOL_CALLS]get_time{}"),
            (RecordedAnswer{.content = "I look.", .reasoning = "Two of them.", .calls = two}));
  EXPECT_EQ(parsed(Family::kMistral,
                   "[TOOL_CALLS]get_weather[CALL_ID]VvvODy9mT[ARGS]{\"city\": \"Lyon\"}"
                   "[TOOL_CALLS]get_time[ARGS]{}"),
            (RecordedAnswer{.calls = two}));
}

TEST(MistralParser, GivesBackWhatIsNoCall) {
  for (const char* text :
       {"[TOOL_CALLS]", "[TOOL_CALLS] [", "[TOOL_CALLS] [3]", "[TOOL_CALLS]two w{}",
        "[TOOL_CALLS]get_time", "[TOOL_CALLS][{\"name\": 3}]", "a [TOOL_"})
    EXPECT_EQ(parsed(Family::kMistral, text), (RecordedAnswer{.content = text}));
}

}  // namespace
}  // namespace byeol::wire
