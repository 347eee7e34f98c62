#include "cli/notice.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace byeol::cli {

void notice(std::string_view text) {
  const char* no_color = std::getenv("NO_COLOR");
  const bool dim = isatty(STDERR_FILENO) == 1 && (!no_color || !*no_color);
  std::fflush(stdout);
  std::fprintf(stderr, "%s%.*s%s\n", dim ? "\x1b[2m" : "", static_cast<int>(text.size()),
               text.data(), dim ? "\x1b[0m" : "");
}

}  // namespace byeol::cli
