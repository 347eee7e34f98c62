#include "net/install_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "net/sha256.h"

namespace byeol::net {
namespace {

namespace fs = std::filesystem;

Error system_error(const std::string& what) {
  return {ErrorCode::kIo, what + ": " + std::strerror(errno)};
}

// Holds the lock until it goes out of scope. The lock file stays: deleting it would let two
// processes hold "the" lock at once, one on the deleted file and one on its successor. Programs
// that fetch() starts inherit it (no O_CLOEXEC): should this process be killed, the lock lasts
// until they, who may still be writing, have ended, too.
class FileLock {
 public:
  static Result<FileLock> take(const std::string& path, const std::function<void()>& on_wait) {
    FileLock lock(::open(path.c_str(), O_RDWR | O_CREAT, 0644));
    if (lock.descriptor_ < 0) return system_error("open " + path);
    if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) == 0) return lock;
    if (on_wait) on_wait();
    while (::flock(lock.descriptor_, LOCK_EX) != 0)
      if (errno != EINTR) return system_error("lock " + path);
    return lock;
  }
  FileLock(FileLock&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

// A folder is flushed, too: that is what makes a rename survive a power cut.
Status flush_to_disk(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return system_error("open " + path);
  const int outcome = ::fsync(descriptor);
  ::close(descriptor);
  if (outcome != 0) return system_error("flush " + path);
  return ok();
}

Status approve(const FileInstallation& installation, const std::string& part,
               const std::string& sha256) {
  if (!sha256.empty()) {
    BYEOL_TRY(const std::string actual, sha256_of_file(part));
    if (actual != sha256)
      return Error{ErrorCode::kCorrupt,
                   "what came has the sha256 " + actual + ", expected " + sha256};
  }
  if (installation.check) BYEOL_TRY_OK(installation.check(part));
  return ok();
}

}  // namespace

Status install_file(const FileInstallation& installation) {
  const fs::path destination = installation.destination;
  const fs::path folder = destination.has_parent_path() ? destination.parent_path() : ".";
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure)
    return Error{ErrorCode::kIo, "make folder " + folder.string() + ": " + failure.message()};

  const std::string name = destination.filename().string();
  BYEOL_TRY(const FileLock lock,
            FileLock::take(folder / ("." + name + ".lock"), installation.on_wait));
  if (fs::exists(destination, failure)) return ok();

  const std::string part = folder / (name + ".part");
  std::string sha256 = installation.sha256;
  BYEOL_TRY_OK(installation.fetch(part, sha256));
  if (Status approved = approve(installation, part, sha256); !approved) {
    fs::remove(part, failure);
    return approved;
  }
  BYEOL_TRY_OK(flush_to_disk(part));
  fs::rename(part, destination, failure);
  if (failure) return Error{ErrorCode::kIo, "rename " + part + ": " + failure.message()};
  return flush_to_disk(folder);
}

}  // namespace byeol::net
