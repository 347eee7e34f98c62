#include "store/store_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

namespace byeol::store {

Result<StoreLock> StoreLock::take(const std::string& store_path,
                                  std::chrono::milliseconds patience) {
  using std::chrono::steady_clock;
  constexpr std::chrono::milliseconds kLook{20};
  const std::string path = store_path + ".lock";
  StoreLock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock.descriptor_ < 0)
    return Error{ErrorCode::kIo, "database " + store_path + ": its lock " + path +
                                     " cannot be opened: " + std::strerror(errno)};
  const auto end = steady_clock::now() + patience;
  while (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      return Error{ErrorCode::kIo, "database " + store_path + ": its lock " + path +
                                       " cannot be taken: " + std::strerror(errno)};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - steady_clock::now());
    if (left.count() <= 0)
      return Error{ErrorCode::kOverloaded,
                   "database " + store_path + ": another process owns it (it holds " + path +
                       "); end that one, or give this one a file of its own"};
    std::this_thread::sleep_for(std::min(left, kLook));
  }
  return lock;
}

StoreLock::StoreLock(StoreLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

StoreLock& StoreLock::operator=(StoreLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

StoreLock::~StoreLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace byeol::store
