// The terminal's mode while a person types to us: no echo and no line editing of its own, but
// Ctrl-C still makes a signal. The mode from before comes back with restore() or the destructor.
//
// Threads: one object at a time, in the main thread.
#pragma once

#include <termios.h>

namespace byeol::cli {

class Terminal {
 public:
  explicit Terminal(int descriptor);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void take();
  void restore();

  struct Size {
    int columns;
    int rows;
  };
  Size size() const;  // 80 x 24 where the terminal does not say.

 private:
  int descriptor_;
  termios before_;
};

}  // namespace byeol::cli
