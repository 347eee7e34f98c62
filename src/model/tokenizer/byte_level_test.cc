#include <gtest/gtest.h>

#include "base/utf8.h"
#include "model/tokenizer/byte_alphabet.h"
#include "model/tokenizer/lenient_utf8.h"

namespace byeol::model {
namespace {

TEST(LenientUtf8, RepairReadsAsLlamaCppDoes) {
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
