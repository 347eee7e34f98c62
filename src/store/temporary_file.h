// A path for a test's database; the file and its journals are gone before and afterwards.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <string>

namespace byeol::store {

class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& name)
      : path_(std::filesystem::temp_directory_path() /
              ("byeol_" + name + "_" + std::to_string(::getpid()) + ".db")) {
    remove();
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { remove(); }

  const std::string& path() const { return path_; }

 private:
  void remove() const {
    for (const char* suffix : {"", "-wal", "-shm", ".lock"})
      std::filesystem::remove(path_ + suffix);
  }

  std::string path_;
};

}  // namespace byeol::store
