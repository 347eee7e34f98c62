// How a prompt and the text behind it lie on the rows of a screen, and where the cursor is. Pure.
//
// Rows are broken here and not by the terminal, one column early, so that nothing depends on what a
// terminal does in its last column. More rows than the screen has are cut to those around the
// cursor.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace byeol::cli {

struct ScreenRow {
  std::string text;
  int columns;
};

struct ScreenRows {
  std::vector<ScreenRow> rows;  // At least one.
  std::size_t cursor_row;
  std::string before_cursor;  // What to print from that row's begin to get to the cursor.
};

// Lines of the text after the first are indented as wide as the prompt. `columns` and `rows` are
// the screen's; `cursor` is an offset into `text`.
ScreenRows lay_out(std::string_view prompt, std::string_view text, std::size_t cursor, int columns,
                   int rows);

// How many rows the cursor's row is below the first, once a terminal of this width has wrapped
// them.
std::size_t rows_above_cursor(const ScreenRows& screen, int columns);

}  // namespace byeol::cli
