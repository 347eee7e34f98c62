#include "cli/threads_option.h"

#include "base/cpu.h"

namespace byeol::cli {

ThreadsOption::ThreadsOption(CLI::App& app, const char* text) {
  app.add_option("-t,--threads", threads_, text)->check(CLI::Range(1, 1024));
}

int ThreadsOption::count() const {
  return threads_ > 0 ? threads_ : read_cpu_info().usable_cores;
}

}  // namespace byeol::cli
