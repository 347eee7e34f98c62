// Ctrl-C, a window that changes its size, and the wish that we end, as events that are asked for
// and not as signals that strike anywhere.
//
// From construction to destruction SIGINT, SIGWINCH, SIGTERM and SIGHUP are blocked in this thread
// (and in threads that it starts) and wait in a file descriptor. Threads: one object at a time, in
// the main thread; threads that run already must have them blocked.
#pragma once

namespace byeol::cli {

class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  struct Taken {
    bool interrupt = false;  // Ctrl-C.
    bool resize = false;
    bool end = false;
  };
  // What came since it was last asked. Does not wait.
  Taken take();
  // Readable while there is something to take(): for poll().
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace byeol::cli
