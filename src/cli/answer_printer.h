// Prints an answer to standard output as it comes. On a terminal, control characters that a model
// wrote are left out: an answer must not move the cursor or rename the window.
//
// Threads: one. Texts are whole characters (TokenEvent).
#pragma once

#include <string>
#include <string_view>

namespace byeol::cli {

class AnswerPrinter {
 public:
  AnswerPrinter();

  void print(std::string_view text);
  // Ends the last line where the answer did not.
  void finish();

 private:
  bool terminal_;
  bool at_line_start_ = true;
};

// The text without control characters (C0, DEL, C1), but for line breaks and tabs.
std::string without_controls(std::string_view text);

}  // namespace byeol::cli
