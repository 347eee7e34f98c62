// Lines from a terminal, edited with libedit: cursor keys, history, characters of any width
// (Korean), and pasted text of several lines as one input (bracketed paste, as xterm defines it:
// ESC [200~ text ESC [201~).
//
// A line that ends with a backslash goes on in the next one. ~/.editrc is honoured.
// Threads: the main thread alone, one object at a time.
#pragma once

#include <histedit.h>

#include <memory>
#include <string>

#include "cli/interrupts.h"

namespace byeol::cli {

class LineEditor {
 public:
  // `history_file`: read now, written by the destructor; empty: none.
  LineEditor(Interrupts& interrupts, std::string history_file);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  enum class Input {
    kLine,
    kInterrupted,       // Ctrl-C: what was typed is thrown away.
    kInterruptedEmpty,  // Ctrl-C where nothing was typed.
    kEnd,               // Ctrl-D, or the terminal is gone.
  };
  // UTF-8 without the final line break; it may hold line breaks.
  Input read(const std::string& prompt, std::string& text);

 private:
  struct EndHistory {
    void operator()(History* history) const { history_end(history); }
  };
  struct EndEditor {
    void operator()(EditLine* editor) const { el_end(editor); }
  };

  static int get_character(EditLine* editor, wchar_t* character);
  static unsigned char insert_paste(EditLine* editor, int key);
  static char* show_prompt(EditLine* editor);

  Input read_line(std::string& line);
  bool fill();
  bool take_character(wchar_t& character);

  Interrupts& interrupts_;
  std::string history_file_;
  std::unique_ptr<History, EndHistory> history_;
  std::unique_ptr<EditLine, EndEditor> editor_;
  std::string prompt_;
  std::string bytes_;    // Read from the terminal, not yet given to libedit.
  std::wstring pasted_;  // Waits for insert_paste().
  bool interrupted_ = false;
  bool interrupted_empty_ = false;
};

}  // namespace byeol::cli
