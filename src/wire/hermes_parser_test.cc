#include "wire/answer_parser_test.h"

namespace byeol::wire {
namespace {

TEST(HermesParser, TellsThoughtContentAndCallsApart) {
  EXPECT_EQ(parsed(Family::kHermes,
                   "<think>\nThe user asks for two cities.\n</think>\n\nLet me look.\n"
                   "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Paris\", "
                   "\"note\": \"a } and </tool_call> in a \\\"string\\\"\"}}\n</tool_call>\n"
                   "<tool_call>\n{\"name\": \"get_time\", \"arguments\": {}}\n</tool_call>"),
            (RecordedAnswer{.content = "Let me look.",
                            .reasoning = "The user asks for two cities.",
                            .calls = Calls{{"get_weather",
                                            "{\"city\": \"Paris\", \"note\": \"a } and "
                                            "</tool_call> in a \\\"string\\\"\"}"},
                                           {"get_time", "{}"}}}));
}

TEST(HermesParser, KeepsWhiteSpaceThatIsTheAnswersOwn) {
  EXPECT_EQ(parsed(Family::kHermes, "\n a <b \n\n c\n").content, "\n a <b \n\n c\n");
  EXPECT_EQ(parsed(Family::kHermes, "<think>\n\n</think>\n\nHi\n"),
            (RecordedAnswer{.content = "Hi\n"}));
}

TEST(HermesParser, GoesOnInAThoughtThatThePromptOpened) {
  const AnswerOptions options{.family = Family::kHermes, .opens_in_thought = true};
  EXPECT_EQ(parsed(options, "Hm.\n</think>\n\nYes."),
            (RecordedAnswer{.content = "Yes.", .reasoning = "Hm."}));
  EXPECT_EQ(parsed(options, "Hm, and cut o"), (RecordedAnswer{.reasoning = "Hm, and cut o"}));
}

TEST(HermesParser, ThinksFirstOrNotAtAll) {
  EXPECT_EQ(parsed(Family::kHermes, "Write <think> first.").content, "Write <think> first.");
}

TEST(HermesParser, ReadsWhatModelsGetWrong) {
  const RecordedAnswer expected{.calls = {{"get_time", "{\"zone\": \"CET\"}"}}};
  for (const char* text :
       {"<tool_call>{\"name\": \"get_time\", \"arguments\": {\"zone\": \"CET\"}</tool_call>",
        "<tool_call>{\"name\": \"get_time\", \"arguments\": {\"zone\": \"CET\"}}}</tool_call>",
        "<tool_call>{\"name\": \"get_time\", \"arguments\": {\"zone\": \"CET\"}}",
        "<tool_call>{\"name\": \"get_time\", \"arguments\": {\"zone\": \"CET\"}, \"id\": 7}\n"
        "</tool_call>"})
    EXPECT_EQ(parsed(Family::kHermes, text), expected) << text;
}

TEST(HermesParser, ReadsACallInAnyOrderOfKeys) {
  EXPECT_EQ(parsed(Family::kHermes,
                   "<tool_call>{\"arguments\": {\"b\": 1, \"a\": \"é\"}, \"name\": \"get_time\"}"
                   "</tool_call>")
                .calls,
            (Calls{{"get_time", "{\"b\":1,\"a\":\"é\"}"}}));
  EXPECT_EQ(parsed(Family::kHermes,
                   "<tool_call>{\"name\": \"get_time\", \"arguments\": \"{\\\"a\\\": 1}\"}"
                   "</tool_call>")
                .calls,
            (Calls{{"get_time", "{\"a\": 1}"}}));
  EXPECT_EQ(parsed(Family::kHermes, "<tool_call>{\"name\": \"get_time\"}</tool_call>").calls,
            (Calls{{"get_time", "{}"}}));
}

TEST(HermesParser, WhatLooksLikeACallAndIsNoneIsContent) {
  for (const char* text :
       {"<tool_call>get_weather Paris</tool_call>", "<tool_call>{\"name\": get_weather}",
        "<tool_call>{\"name\": \"get_weather\", \"arguments\": 3}</tool_call>",
        "<tool_call>{\"name\": \"get_wea", "<tool_call>", "<tool_ca", "a<tool_call>[1]",
        "<tool_call>{\"name\": \"\", \"arguments\": {}}</tool_call>"})
    EXPECT_EQ(parsed(Family::kHermes, text), (RecordedAnswer{.content = text}));
}

TEST(HermesParser, ArgumentsComeWhileTheyAreWritten) {
  const auto parser = AnswerParser::make({.family = Family::kHermes, .functions = {"f"}});
  std::string arguments;
  bool ended = false;
  const OnPiece on_piece = [&](const AnswerPiece& piece) {
    if (piece.kind == PieceKind::kCallArguments) arguments += piece.text;
    ended = ended || piece.kind == PieceKind::kCallEnd;
  };
  parser->feed("<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": [1, ", on_piece);
  EXPECT_EQ(arguments, "{\"a\": [1, ");
  parser->feed("2", on_piece);
  EXPECT_EQ(arguments, "{\"a\": [1, 2");
  EXPECT_FALSE(ended);
  parser->finish(on_piece);  // Cut off: the call ends, and what was given stays.
  EXPECT_TRUE(ended);
  EXPECT_EQ(arguments, "{\"a\": [1, 2");
}

}  // namespace
}  // namespace byeol::wire
