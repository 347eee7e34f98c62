#include "model/tokenizer/utf8.h"

#include <gtest/gtest.h>

#include "model/tokenizer/byte_alphabet.h"

namespace byeol::model {
namespace {

TEST(Utf8, AcceptsWhatUnicodeAllowsAndNothingElse) {
  for (const char* good : {"", "abcdefgh", "é", "한글 텍스트", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF"})
    EXPECT_TRUE(is_valid_utf8(good)) << good;
  for (const char* bad :
       {"\x80", "\xC0\xAF", "\xC3", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF0\x80\x80\x80",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "abcdefgh\xFF", "\xE2\x82"})
    EXPECT_FALSE(is_valid_utf8(bad)) << bad;
}

TEST(Utf8, TellsBrokenFromUnfinished) {
  using Kind = Utf8Step::Kind;
  EXPECT_EQ(next_utf8("\xF0\x9F\x98").kind, Kind::kUnfinished);
  EXPECT_EQ(next_utf8("\xF0\x9F\x98").bytes, 3u);
  EXPECT_EQ(next_utf8("\xF0\x9FX").kind, Kind::kBroken);
  EXPECT_EQ(next_utf8("\xF0\x9FX").bytes, 2u);
  EXPECT_EQ(next_utf8("\xED\xA0\x80").bytes, 1u);
}

TEST(Utf8, RepairReadsAsLlamaCppDoes) {
  EXPECT_EQ(repair_utf8("a\xFF\x80z"), "a\xEF\xBF\xBD\xEF\xBF\xBDz");
  EXPECT_EQ(repair_utf8("\xC0\xAF"), "/");                         // Overlong, written short.
  EXPECT_EQ(repair_utf8("\xED\xA0\x80"), "\xED\xA0\x80");          // A surrogate stays.
  EXPECT_EQ(repair_utf8("\xE2\x82"), "\xEF\xBF\xBD\xEF\xBF\xBD");  // One for each byte.
  EXPECT_EQ(repair_utf8("\xF7\xBF\xBF\xBF"), "\xEF\xBF\xBD");      // Beyond U+10FFFF.
}

TEST(ByteAlphabet, WritesEveryByteAsItsCharacterAndBack) {
  EXPECT_EQ(byte_character(' '), "Ġ");
  EXPECT_EQ(byte_character('\n'), "Ċ");
  EXPECT_EQ(byte_character('a'), "a");
  EXPECT_EQ(byte_character(0xAD), "Ń");
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  std::string written, back;
  append_written(bytes, written);
  append_bytes_of(written, back);
  EXPECT_EQ(back, bytes);
}

TEST(ByteAlphabet, LeavesOtherCharactersAsTheyAre) {
  std::string bytes;
  append_bytes_of("한 <|x|>\xE2", bytes);
  EXPECT_EQ(bytes, "한 <|x|>\xE2");
}

}  // namespace
}  // namespace byeol::model
