// Asks for a message on a terminal: Emacs keys, history, characters of any width, pasted text of
// several lines as one message (bracketed paste), Alt-Enter or a backslash before Enter for a line
// break. Keys typed while nobody asks are kept for the next read(), unseen.
//
// Threads: the main thread alone, one object at a time. Standard input and `screen` are terminals.
#pragma once

#include <cstdio>
#include <string>

#include "cli/editor/edit_buffer.h"
#include "cli/editor/history.h"
#include "cli/editor/key_reader.h"
#include "cli/editor/screen_rows.h"
#include "cli/editor/terminal.h"
#include "cli/interrupts.h"

namespace byeol::cli {

class LineEditor {
 public:
  LineEditor(Interrupts& interrupts, History history, std::FILE* screen);

  enum class Input {
    kText,
    kInterrupted,       // Ctrl-C: what was typed is thrown away.
    kInterruptedEmpty,  // Ctrl-C where nothing was typed.
    kEnd,               // Ctrl-D, or the terminal is gone, or we are to end.
  };
  // UTF-8, without line breaks at its end.
  Input read(const std::string& prompt, std::string& text);

 private:
  enum class Woken { kKeys, kTimeout, kResized, kInterrupted, kEnd };

  Input edit();
  bool obey(const Key& key);
  bool press_enter();
  void show_older();
  void show_newer();
  void suspend();
  Woken wait_for_input();
  void draw();
  void leave_text();
  void say(const std::string& bytes);

  Interrupts& interrupts_;
  History history_;
  std::FILE* screen_;
  Terminal terminal_;
  KeyReader keys_;

  // Of one read().
  std::string prompt_;
  EditBuffer buffer_;
  std::size_t shown_entry_ = 0;  // Of the history; its size: the draft.
  std::string draft_;
  ScreenRows drawn_;
};

}  // namespace byeol::cli
