#include "cli/editor/edit_buffer.h"

#include <gtest/gtest.h>

namespace byeol::cli {
namespace {

// The text with '|' at the cursor.
std::string shown(const EditBuffer& buffer) {
  std::string text = buffer.text();
  return text.insert(buffer.cursor(), "|");
}

EditBuffer typed(const std::string& text) {
  EditBuffer buffer;
  buffer.insert(text);
  return buffer;
}

TEST(EditBuffer, BackspaceTakesOneCharacterHoweverManyCodePointsItHas) {
  EditBuffer buffer = typed("한글👨\u200d👩\u200d👧e\u0301");
  buffer.erase_before();
  EXPECT_EQ(shown(buffer), "한글👨\u200d👩\u200d👧|");
  buffer.erase_before();
  EXPECT_EQ(shown(buffer), "한글|");
  buffer.erase_before();
  EXPECT_EQ(shown(buffer), "한|");
  buffer.erase_before();
  buffer.erase_before();
  EXPECT_EQ(shown(buffer), "|");
}

TEST(EditBuffer, TheCursorGoesByCharactersAndTextEntersThere) {
  EditBuffer buffer = typed("가👋🏽b");
  buffer.move_left();
  buffer.move_left();
  EXPECT_EQ(shown(buffer), "가|👋🏽b");
  buffer.insert("나");
  EXPECT_EQ(shown(buffer), "가나|👋🏽b");
  buffer.erase_after();
  EXPECT_EQ(shown(buffer), "가나|b");
  buffer.move_right();
  buffer.move_right();
  EXPECT_EQ(shown(buffer), "가나b|");
}

TEST(EditBuffer, TheCursorNeverStandsWithinACharacter) {
  EditBuffer buffer = typed("x\u0301");
  buffer.move_line_begin();
  buffer.insert("e");
  EXPECT_EQ(shown(buffer), "e|x\u0301");
  buffer.erase_after();
  buffer.set("\u0301");
  buffer.move_left();
  buffer.insert("e");
  EXPECT_EQ(shown(buffer), "e\u0301|");
}

TEST(EditBuffer, WordsArePartedByBlanksAndPunctuation) {
  EditBuffer buffer = typed("안녕 세계, go_on");
  buffer.move_word_left();
  EXPECT_EQ(shown(buffer), "안녕 세계, |go_on");
  buffer.kill_word_before();
  EXPECT_EQ(shown(buffer), "안녕 |go_on");
  buffer.move_word_right();
  EXPECT_EQ(shown(buffer), "안녕 go_on|");
  buffer.yank();
  EXPECT_EQ(shown(buffer), "안녕 go_on세계, |");
}

TEST(EditBuffer, KillingALineTakesTheBreakOnlyAtItsEdge) {
  EditBuffer buffer = typed("one\ntwo\nthree");
  buffer.kill_to_line_begin();
  EXPECT_EQ(shown(buffer), "one\ntwo\n|");
  buffer.kill_to_line_begin();
  EXPECT_EQ(shown(buffer), "one\ntwo|");
  buffer.move_line_begin();
  buffer.kill_to_line_end();
  EXPECT_EQ(shown(buffer), "one\n|");
  buffer.move_left();
  buffer.kill_to_line_end();
  EXPECT_EQ(shown(buffer), "one|");
  buffer.kill_to_line_end();
  EXPECT_EQ(shown(buffer), "one|");
}

TEST(EditBuffer, UpAndDownKeepTheColumnWhereTheLineIsLongEnough) {
  EditBuffer buffer = typed("가나다라\nb\n마바사");
  EXPECT_TRUE(buffer.move_up());
  EXPECT_EQ(shown(buffer), "가나다라\nb|\n마바사");
  EXPECT_TRUE(buffer.move_up());
  EXPECT_EQ(shown(buffer), "가|나다라\nb\n마바사");
  EXPECT_FALSE(buffer.move_up());
  buffer.move_line_end();
  EXPECT_TRUE(buffer.move_down());
  EXPECT_TRUE(buffer.move_down());
  EXPECT_EQ(shown(buffer), "가나다라\nb\n마|바사");
  EXPECT_FALSE(buffer.move_down());
}

}  // namespace
}  // namespace byeol::cli
