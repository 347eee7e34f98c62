// -t, --threads N, as every verb that computes takes it.
#pragma once

#include <CLI/CLI.hpp>

namespace byeol::cli {

class ThreadsOption {
 public:
  // The app keeps a pointer to this object: it must not move, and must outlive the parsing.
  explicit ThreadsOption(CLI::App& app,
                         const char* text = "Default: the cores that this process may use");
  ThreadsOption(const ThreadsOption&) = delete;
  ThreadsOption& operator=(const ThreadsOption&) = delete;

  int asked() const { return threads_; }  // 0: nothing.
  int count() const;                      // Without an answer, the cores that we may use.

 private:
  int threads_ = 0;
};

}  // namespace byeol::cli
