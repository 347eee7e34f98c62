#include "cli/editor/screen_rows.h"

#include <gtest/gtest.h>

namespace byeol::cli {
namespace {

std::string shown(const ScreenRows& screen) {
  std::string all;
  for (std::size_t i = 0; i < screen.rows.size(); ++i) {
    std::string row = screen.rows[i].text;
    if (i == screen.cursor_row) {
      EXPECT_TRUE(row.starts_with(screen.before_cursor)) << row;
      row.insert(screen.before_cursor.size(), "|");
    }
    all += row + "/";
  }
  return all;
}

std::string shown(const std::string& text, std::size_t cursor, int columns, int rows = 100) {
  return shown(lay_out("> ", text, cursor, columns, rows));
}

TEST(ScreenRows, TheTextFollowsThePrompt) {
  EXPECT_EQ(shown("", 0, 20), "> |/");
  EXPECT_EQ(shown("abc", 1, 20), "> a|bc/");
  EXPECT_EQ(shown("a\nb", 3, 20), "> a/  b|/");
  EXPECT_EQ(shown("a\n", 2, 20), "> a/  |/");
  EXPECT_EQ(shown("a\tb", 3, 20), "> a    b|/");
}

TEST(ScreenRows, LongLinesBreakBeforeTheLastColumn) {
  EXPECT_EQ(shown("abcdefg", 7, 6), "> abc/  def/  g|/");
  EXPECT_EQ(shown("abc", 3, 6), "> abc|/");
}

TEST(ScreenRows, AWideCharacterIsNeverCutInTwo) {
  EXPECT_EQ(shown("가나다", 9, 6), "> 가/  나/  다|/");
  EXPECT_EQ(shown("가나다", 9, 7), "> 가나/  다|/");
  EXPECT_EQ(shown("a👨\u200d👩\u200d👧b", 0, 6), "> |a👨\u200d👩\u200d👧/  b/");
}

TEST(ScreenRows, AWindowTooNarrowForThePromptShowsTheTextAlone) {
  EXPECT_EQ(shown("abc", 3, 4), "abc|/");
  EXPECT_EQ(shown("가나", 6, 1), "가/나|/");
}

TEST(ScreenRows, OfMoreRowsThanTheScreenHasThoseAroundTheCursorAreShown) {
  const std::string text = "a\nb\nc\nd\ne\nf";
  EXPECT_EQ(shown(text, text.size(), 20, 3), "  d/  e/  f|/");
  EXPECT_EQ(shown(text, 0, 20, 3), "> |a/  b/  c/");
  EXPECT_EQ(shown(text, 4, 20, 3), "  b/  |c/  d/");
}

TEST(ScreenRows, RowsAboveTheCursorCountAsANarrowerWindowWrapsThem) {
  const ScreenRows screen = lay_out("> ", "abcdefgh\nij", 11, 20, 100);
  EXPECT_EQ(rows_above_cursor(screen, 20), 1u);
  EXPECT_EQ(rows_above_cursor(screen, 10), 1u);
  EXPECT_EQ(rows_above_cursor(screen, 5), 2u);
  EXPECT_EQ(rows_above_cursor(screen, 3), 5u);
}

}  // namespace
}  // namespace byeol::cli
