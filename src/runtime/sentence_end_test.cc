#include "runtime/sentence_end.h"

#include <gtest/gtest.h>

namespace byeol::runtime {
namespace {

TEST(SentenceEnd, KnowsTheMarksOfManyScripts) {
  for (const char* text :
       {"It rains.", "Really?", "Stop!", "비가 옵니다.", "雨です。", "本当？", "And so on…",
        "A line\n", "He said \"yes.\"", "(I think.)", "「はい。」", "It rains. ", "**Note.**"})
    EXPECT_TRUE(ends_sentence(text)) << text;
}

TEST(SentenceEnd, IsNotInTheMiddle) {
  for (const char* text : {"", "It", "It rains", "pi is 3.", ".", "a,", "\"", "비가"})
    EXPECT_FALSE(ends_sentence(text)) << text;
}

}  // namespace
}  // namespace byeol::runtime
