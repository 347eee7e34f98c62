// The input of a custom tool inside of the arguments that a model writes: {"input": "the text"}.
//
// Threads: an object belongs to one.
#pragma once

#include <string>
#include <string_view>

namespace byeol::wire {

// A call of the history as its model wrote it.
std::string custom_arguments(std::string_view input);

// Arguments as they come → the text as far as it is certain: escapes undone, wherever they were
// cut.
//
// Arguments of any other form are looked at when they are whole: a string `input` among others is
// the text, and where there is none, the arguments are, as they stand. What JSON forbids in a
// string (a line feed, an escape that is none) means itself; half a pair of surrogates is U+FFFD.
class CustomInputReader {
 public:
  // Appends to `text`.
  void read(std::string_view arguments, std::string& text);
  // The arguments are over. Whether the text is whole.
  bool finish(std::string& text);

 private:
  enum class State { kHead, kText, kRest, kOther };

  void take_head(char letter);
  void take_text(char letter, std::string& text);
  void take_escape(char letter, std::string& text);
  void give_character(char32_t code, std::string& text);
  void give_half(std::string& text);

  State state_ = State::kHead;
  std::size_t head_at_ = 0;  // Of kHead.
  std::string held_;         // The arguments, until it is certain that they are of the usual form.
  std::string escape_;       // That has begun.
  char32_t high_ = 0;        // The first half of a pair of surrogates.
};

}  // namespace byeol::wire
