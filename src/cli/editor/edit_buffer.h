// The text that is being typed and the cursor in it; what each editing key does to them. Pure: no
// terminal here.
//
// Invariant: the cursor is at the beginning of a grapheme cluster or at the end of the text. The
// text may hold line breaks.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace byeol::cli {

class EditBuffer {
 public:
  const std::string& text() const { return text_; }
  std::size_t cursor() const { return cursor_; }  // In bytes.

  void set(std::string text);  // The cursor at its end.
  void insert(std::string_view text);

  void erase_before();  // One cluster.
  void erase_after();
  void kill_word_before();
  void kill_to_line_begin();
  void kill_to_line_end();
  void yank() { insert(killed_); }  // What was killed last.

  void move_left();
  void move_right();
  void move_word_left();
  void move_word_right();
  void move_line_begin();
  void move_line_end();
  // To the line above or below, as many clusters from its begin. False: there is none.
  bool move_up();
  bool move_down();

 private:
  std::size_t line_begin() const;
  std::size_t line_end() const;
  std::size_t word_left() const;
  std::size_t word_right() const;
  std::size_t boundary_from(std::size_t at) const;
  std::size_t column() const;
  void move_to_column(std::size_t line, std::size_t column);
  void kill(std::size_t begin, std::size_t end);

  std::string text_;
  std::size_t cursor_ = 0;
  std::string killed_;
};

}  // namespace byeol::cli
