#include "wire/answer_parser_test.h"

namespace byeol::wire {
namespace {

TEST(HarmonyParser, TellsChannelsApart) {
  EXPECT_EQ(parsed(Family::kHarmony,
                   "<|channel|>analysis<|message|>Need the weather.<|end|><|start|>assistant"
                   "<|channel|>commentary<|message|>One moment.<|end|><|start|>assistant"
                   "<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>"
                   "{\"city\": \"Seoul\"}<|call|>"),
            (RecordedAnswer{.content = "One moment.",
                            .reasoning = "Need the weather.",
                            .calls = {{"get_weather", "{\"city\": \"Seoul\"}"}}}));
  EXPECT_EQ(parsed(Family::kHarmony,
                   "<|channel|>analysis<|message|>Easy.<|end|><|start|>assistant<|channel|>final"
                   "<|message|>4<|return|>"),
            (RecordedAnswer{.content = "4", .reasoning = "Easy."}));
}

TEST(HarmonyParser, TakesTheRecipientOnEitherSide) {
  EXPECT_EQ(
      parsed(Family::kHarmony, " to=functions.get_time<|channel|>commentary json<|message|>{}")
          .calls,
      (Calls{{"get_time", "{}"}}));
}

TEST(HarmonyParser, JoinsMessagesOfAKindAndForgivesAMissingEnd) {
  EXPECT_EQ(parsed(Family::kHarmony,
                   "<|channel|>analysis<|message|>One.<|channel|>analysis<|message|>Two.<|end|>"
                   "<|start|>assistant<|channel|>final<|message|>Three"),
            (RecordedAnswer{.content = "Three", .reasoning = "One.\n\nTwo."}));
}

TEST(HarmonyParser, AMarkInAStringOfACallIsText) {
  EXPECT_EQ(parsed(Family::kHarmony,
                   "<|channel|>commentary to=functions.get_time<|message|> {\"a\": \"<|end|> "
                   "\\\"<|call|>\"}<|call|><|start|>assistant<|channel|>final<|message|>4"),
            (RecordedAnswer{.content = "4",
                            .calls = {{"get_time", " {\"a\": \"<|end|> \\\"<|call|>\"}"}}}));
  EXPECT_EQ(parsed(Family::kHarmony,
                   "<|channel|>commentary to=functions.get_time<|message|>say \"<|call|>")
                .calls,
            (Calls{{"get_time", "say \""}}));
}

TEST(HarmonyParser, WithoutChannelsIsContent) {
  EXPECT_EQ(parsed(Family::kHarmony, "Hello <b>you</b>").content, "Hello <b>you</b>");
  EXPECT_EQ(parsed(Family::kHarmony, "assistant is a word").content, "assistant is a word");
  EXPECT_EQ(parsed(Family::kHarmony, "<|channel|>anal"), RecordedAnswer{});
}

}  // namespace
}  // namespace byeol::wire
