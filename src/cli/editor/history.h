// What was typed before, oldest first, and the file that keeps it: one entry a line, in which \n
// stands for a line break and two backslashes for one. Only its owner may read the file. Each entry
// is appended at once, so that two programs at a time lose nothing.
//
// Errors: a file that cannot be read or written is done without.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace byeol::cli {

class History {
 public:
  static constexpr std::size_t kEntriesMax = 1000;

  // Empty: no file. What is too much in the file is cut off now.
  explicit History(std::string path);

  // Nothing for what was the newest already.
  void add(const std::string& entry);
  std::size_t size() const { return entries_.size(); }
  const std::string& operator[](std::size_t index) const { return entries_[index]; }

 private:
  void write(bool anew, std::string_view lines) const;

  std::string path_;
  std::vector<std::string> entries_;
};

}  // namespace byeol::cli
