#include "cli/editor/history.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <utility>

#include "base/utf8.h"

namespace byeol::cli {
namespace {

std::string escaped(std::string_view entry) {
  std::string line;
  for (const char byte : entry) {
    if (byte == '\\')
      line += "\\\\";
    else if (byte == '\n')
      line += "\\n";
    else
      line += byte;
  }
  return line + '\n';
}

std::string unescaped(std::string_view line) {
  std::string entry;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool escape = line[i] == '\\' && i + 1 < line.size();
    if (escape) ++i;
    entry += escape && line[i] == 'n' ? '\n' : line[i];
  }
  return entry;
}

}  // namespace

History::History(std::string path) : path_(std::move(path)) {
  if (path_.empty()) return;
  std::ifstream file(path_);
  for (std::string line; std::getline(file, line);)
    if (!line.empty() && utf8::is_valid(line)) entries_.push_back(unescaped(line));
  if (entries_.size() <= 2 * kEntriesMax) return;
  entries_.erase(entries_.begin(), entries_.end() - static_cast<std::ptrdiff_t>(kEntriesMax));
  std::string lines;
  for (const std::string& entry : entries_) lines += escaped(entry);
  write(true, lines);
}

void History::add(const std::string& entry) {
  if (!entries_.empty() && entries_.back() == entry) return;
  entries_.push_back(entry);
  if (!path_.empty()) write(false, escaped(entry));
}

void History::write(bool anew, std::string_view lines) const {
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(path_).parent_path(), ignored);
  const int mode = O_WRONLY | O_CREAT | O_CLOEXEC | (anew ? O_TRUNC : O_APPEND);
  const int file = open(path_.c_str(), mode, 0600);
  if (file < 0) return;
  // One write: lines of two programs do not mix.
  const ssize_t written = ::write(file, lines.data(), lines.size());
  static_cast<void>(written);
  close(file);
}

}  // namespace byeol::cli
