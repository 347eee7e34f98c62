#include "cli/answer_printer.h"

#include <unistd.h>

#include <cstdio>

#include "base/utf8.h"

namespace byeol::cli {

AnswerPrinter::AnswerPrinter() : terminal_(isatty(STDOUT_FILENO) == 1) {}

void AnswerPrinter::print(std::string_view text) {
  if (text.empty()) return;
  const std::string safe = terminal_ ? without_controls(text) : std::string(text);
  std::fwrite(safe.data(), 1, safe.size(), stdout);
  std::fflush(stdout);
  if (!safe.empty()) at_line_start_ = safe.back() == '\n';
}

void AnswerPrinter::finish() {
  if (!at_line_start_) std::fputc('\n', stdout);
  std::fflush(stdout);
  at_line_start_ = true;
}

std::string without_controls(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const utf8::Decoded next = utf8::decode(text);
    const char32_t point = next.code_point;
    const bool control = point < 0x20 || (point >= 0x7f && point < 0xa0);
    if (!control || point == '\n' || point == '\t') safe += text.substr(0, next.bytes);
    text.remove_prefix(next.bytes);
  }
  return safe;
}

}  // namespace byeol::cli
