#include "cli/text_input.h"

#include <gtest/gtest.h>

namespace byeol::cli {
namespace {

TEST(TextInput, WhatIsNotUtf8IsRefusedWithItsPlace) {
  EXPECT_TRUE(check_utf8("the prompt", ""));
  EXPECT_TRUE(check_utf8("the prompt", "한글 👋"));
  for (const std::string& text : {std::string("한\xff!"), std::string("한\xc3")}) {
    const Status checked = check_utf8("the prompt", text);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(checked.error().message, std::string("the prompt is not UTF-8: byte 0x") +
                                           (text[3] == '\xff' ? "ff" : "c3") + " at offset 3");
  }
}

}  // namespace
}  // namespace byeol::cli
