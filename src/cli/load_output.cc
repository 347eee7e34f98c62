#include "cli/load_output.h"

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/command_line.h"

namespace byeol::cli {

ProgressLine::ProgressLine() : terminal_(isatty(STDERR_FILENO) == 1) {}

void ProgressLine::show(const std::string& label, std::size_t done, std::size_t all,
                        const std::string& more) {
  constexpr std::size_t kWidth = 30;
  if (!terminal_) return;
  std::string bar(all == 0 ? 0 : kWidth * done / all, '#');
  bar.resize(kWidth, '.');
  std::fprintf(stderr, "\r%s [%s] %zu of %zu%s\033[K", label.c_str(), bar.c_str(), done, all,
               more.c_str());
  std::fflush(stderr);
  drawn_ = true;
}

void ProgressLine::clear() {
  if (drawn_) std::fputs("\r\033[K", stderr);
  drawn_ = false;
}

Status write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) return Error{ErrorCode::kIo, "cannot write " + path};
  return ok();
}

Status put_out(const LoadOptions& options, const nlohmann::ordered_json& json,
               const std::string& text) {
  if (options.json_path == "-") {
    print_json(json);
    return ok();
  }
  std::fputs(text.c_str(), stdout);
  if (options.json_path.empty()) return ok();
  return write_file(options.json_path,
                    json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

std::string rate_name(double rate) {
  char name[32];
  std::snprintf(name, sizeof(name), "%.4g/s", rate);
  return name;
}

bench::OpenLoopOptions loop_options(const LoadOptions& options, const std::string& label,
                                    ProgressLine& line) {
  return {.retries = options.retries, .progress = [label, &line](const bench::LoadProgress& now) {
            line.show(label, now.ended, now.requests,
                      ", " + std::to_string(now.sent - now.ended) + " under way");
          }};
}

}  // namespace byeol::cli
