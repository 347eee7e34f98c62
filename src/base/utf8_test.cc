#include "base/utf8.h"

#include <gtest/gtest.h>

namespace byeol {
namespace {

using namespace std::string_literals;

TEST(Utf8, EveryCodePointSurvivesARoundTrip) {
  for (char32_t code_point = 0; code_point <= 0x10ffff; ++code_point) {
    if (code_point == 0xd800) code_point = 0xe000;  // Surrogates are no characters.
    std::string text;
    utf8::append(text, code_point);
    const utf8::Decoded decoded = utf8::decode(text);
    ASSERT_TRUE(decoded.valid) << std::hex << static_cast<std::uint32_t>(code_point);
    ASSERT_EQ(decoded.code_point, code_point);
    ASSERT_EQ(decoded.bytes, text.size());
  }
}

TEST(Utf8, BrokenSequencesAreSeen) {
  for (const std::string& broken :
       {"\x80"s, "\xc0\xaf"s, "\xc1\xbf"s, "\xe0\x9f\xbf"s, "\xed\xa0\x80"s, "\xf0\x8f\xbf\xbf"s,
        "\xf4\x90\x80\x80"s, "\xf5\x80\x80\x80"s, "\xff"s, "\xe2\x82"s, "a\xe2\x82z"s})
    EXPECT_FALSE(utf8::is_valid(broken)) << broken;
  EXPECT_TRUE(utf8::is_valid("별이 빛나는 밤 🌌"));
  EXPECT_TRUE(utf8::is_valid("\0"s));
  EXPECT_TRUE(utf8::is_valid(""));
}

TEST(Utf8, TheTailOfAStreamIsKeptOnlyWhileItCanStillBecomeACharacter) {
  const std::string star = "별";  // 3 bytes.
  EXPECT_EQ(utf8::incomplete_tail(star.substr(0, 1)), 1u);
  EXPECT_EQ(utf8::incomplete_tail("별별"s.substr(0, 5)), 2u);
  EXPECT_EQ(utf8::incomplete_tail(star), 0u);
  EXPECT_EQ(utf8::incomplete_tail("\xf0\x9f\x8c"s), 3u);
  EXPECT_EQ(utf8::incomplete_tail("\xff"s), 0u);
  EXPECT_EQ(utf8::incomplete_tail("\xe0\x80"s), 0u);  // Overlong: it cannot be completed.
  EXPECT_EQ(utf8::incomplete_tail(""), 0u);
}

TEST(Utf8, RepairReplacesTheLongestSoundStartByOneMark) {
  EXPECT_EQ(utf8::repaired("a\xe2\x82z"), "a\xef\xbf\xbdz");
  EXPECT_EQ(utf8::repaired("\xff\xff"), "\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(utf8::repaired("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(utf8::repaired("별"), "별");
}

}  // namespace
}  // namespace byeol
