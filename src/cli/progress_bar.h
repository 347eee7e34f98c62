// A line on standard error that shows how far a download is: rewritten in place on a terminal,
// one line for each tenth of the way elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace byeol::cli {

class ProgressBar {
 public:
  explicit ProgressBar(std::string label);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void show(std::int64_t done_bytes, std::int64_t total_bytes);  // total 0: not known.

 private:
  void show_on_terminal(double done_mb, double total_mb);
  void show_in_log(double done_mb, double total_mb);

  std::string label_;
  bool terminal_;
  bool drawn_ = false;
  std::int64_t tenths_ = 0;
  std::int64_t first_bytes_ = -1;
  double mb_per_s_ = 0;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace byeol::cli
