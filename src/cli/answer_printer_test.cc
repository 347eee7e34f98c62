#include "cli/answer_printer.h"

#include <gtest/gtest.h>

namespace byeol::cli {
namespace {

TEST(AnswerPrinter, NothingThatMovesTheCursorReachesATerminal) {
  EXPECT_EQ(without_controls("a\tb\nc"), "a\tb\nc");
  EXPECT_EQ(without_controls("\x1b]0;title\x07\x1b[2J!"), "]0;title[2J!");
  EXPECT_EQ(without_controls("x\r\b\x7f\u009by"), "xy");
  EXPECT_EQ(without_controls("한글 👨\u200d👩\u200d👧 e\u0301"), "한글 👨\u200d👩\u200d👧 e\u0301");
}

}  // namespace
}  // namespace byeol::cli
