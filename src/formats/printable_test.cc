#include "formats/printable.h"

#include <gtest/gtest.h>

namespace byeol::formats {
namespace {

TEST(Printable, OrdinaryTextStaysAsItIs) {
  EXPECT_EQ(printable("blk.0.attn_q.weight"), "blk.0.attn_q.weight");
  EXPECT_EQ(printable("별 ★ 한글"), "별 ★ 한글");
  EXPECT_EQ(printable(""), "");
}

TEST(Printable, WhatWouldSteerATerminalIsEscaped) {
  EXPECT_EQ(printable("a\nb\tc\r"), "a\\nb\\tc\\r");
  EXPECT_EQ(printable("\x1b[31m"), "\\x1b[31m");
  EXPECT_EQ(printable(std::string_view("\0\x7f", 2)), "\\x00\\x7f");
  EXPECT_EQ(printable("\xc2\x9b"), "\\u{9b}");        // A one-character escape sequence.
  EXPECT_EQ(printable("\xe2\x80\xae"), "\\u{202e}");  // Right-to-left override.
}

TEST(Printable, BytesThatAreNoUtf8AreShownInHex) {
  EXPECT_EQ(printable("a\xff"), "a\\xff");
  EXPECT_EQ(printable("\xc0\x80"), "\\xc0\\x80");
  EXPECT_EQ(printable("\xeb\xb3"), "\\xeb\\xb3");
}

TEST(Printable, LongTextIsCutBetweenCharacters) {
  EXPECT_EQ(printable("abcdef", 4), "abcd...");
  EXPECT_EQ(printable("별별별", 4), "별별...");
  EXPECT_EQ(printable("abcd", 4), "abcd");
}

}  // namespace
}  // namespace byeol::formats
