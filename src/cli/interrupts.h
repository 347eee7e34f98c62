// Ctrl-C as an event that is asked for, not as a signal that strikes anywhere.
//
// From construction to destruction SIGINT is blocked in this thread (and in threads that it starts)
// and waits in a file descriptor. Threads: one object at a time, in the main thread.
#pragma once

namespace byeol::cli {

class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // True if Ctrl-C was pressed since it was last asked. Does not wait.
  bool take();
  // Readable while there is something to take(): for poll().
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace byeol::cli
