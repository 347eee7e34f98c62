#include "wire/answer_parser_test.h"

namespace byeol::wire {
namespace {

TEST(AnswerParser, PlainIsContentAsItStands) {
  const std::string_view text = " <think>a</think>\n<tool_call>{}</tool_call>\n";
  EXPECT_EQ(parsed(Family::kPlain, text), (RecordedAnswer{.content = std::string(text)}));
}

TEST(AnswerParser, WithoutFunctionsCallsAreContent) {
  for (const Family family : {Family::kHermes, Family::kLlama3, Family::kMistral, Family::kGemma}) {
    const std::string text =
        "<tool_call>{\"name\": \"f\", \"arguments\": {}}</tool_call><function=f>{}</function>"
        "[TOOL_CALLS]f{}```tool_code\nf()\n```";
    EXPECT_EQ(parsed({.family = family}, text), (RecordedAnswer{.content = text}));
  }
}

}  // namespace
}  // namespace byeol::wire
