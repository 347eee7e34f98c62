#include "cli/progress_bar.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace byeol::cli {

ProgressBar::ProgressBar(std::string label)
    : label_(std::move(label)),
      terminal_(isatty(STDERR_FILENO) == 1),
      start_(std::chrono::steady_clock::now()) {}

ProgressBar::~ProgressBar() {
  if (drawn_ && terminal_) std::fputc('\n', stderr);
}

void ProgressBar::show(std::int64_t done_bytes, std::int64_t total_bytes) {
  const auto now = std::chrono::steady_clock::now();
  const bool complete = total_bytes > 0 && done_bytes >= total_bytes;
  if (drawn_ && !complete && now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  // The rate counts what came in this run, not what an earlier one left.
  if (first_bytes_ < 0) first_bytes_ = done_bytes;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  if (seconds > 0) mb_per_s_ = static_cast<double>(done_bytes - first_bytes_) / 1e6 / seconds;

  const double done_mb = static_cast<double>(done_bytes) / 1e6;
  const double total_mb = static_cast<double>(total_bytes) / 1e6;
  if (terminal_)
    show_on_terminal(done_mb, total_mb);
  else
    show_in_log(done_mb, total_mb);
}

void ProgressBar::show_on_terminal(double done_mb, double total_mb) {
  drawn_ = true;
  if (total_mb > 0) {
    constexpr std::size_t kWidth = 30;
    const double part = std::min(1.0, done_mb / total_mb);
    std::string bar(static_cast<std::size_t>(part * static_cast<double>(kWidth)), '#');
    bar.resize(kWidth, '.');
    std::fprintf(stderr, "\r%s [%s] %3.0f%%  %.0f of %.0f MB, %.1f MB/s ", label_.c_str(),
                 bar.c_str(), part * 100, done_mb, total_mb, mb_per_s_);
  } else {
    std::fprintf(stderr, "\r%s %.0f MB, %.1f MB/s ", label_.c_str(), done_mb, mb_per_s_);
  }
  std::fflush(stderr);
}

void ProgressBar::show_in_log(double done_mb, double total_mb) {
  const auto tenths =
      static_cast<std::int64_t>(total_mb > 0 ? 10 * done_mb / total_mb : done_mb / 100);
  if (drawn_ && tenths <= tenths_) return;
  drawn_ = true;
  tenths_ = tenths;
  if (total_mb > 0)
    std::fprintf(stderr, "%s: %.0f of %.0f MB\n", label_.c_str(), done_mb, total_mb);
  else
    std::fprintf(stderr, "%s: %.0f MB\n", label_.c_str(), done_mb);
}

}  // namespace byeol::cli
