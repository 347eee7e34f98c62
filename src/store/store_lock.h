// Who owns a store. SQLite lets two processes use one file, but a server may not share its
// responses: what another one is just making would look to it like what a crash left behind.
//
// The lock is an flock on FILE.lock, so it ends with its process, however that ends. The file
// stays: deleting it would let two processes hold "the" lock at once, on it and on its successor.
//
// Threads: belongs to one at a time.
#pragma once

#include <chrono>
#include <string>

#include "base/result.h"

namespace byeol::store {

class StoreLock {
 public:
  // Waits so long for a predecessor that is just ending. kOverloaded: another one holds it; kIo:
  // the file cannot be made.
  static Result<StoreLock> take(const std::string& store_path, std::chrono::milliseconds patience);
  StoreLock(StoreLock&& other) noexcept;
  StoreLock& operator=(StoreLock&& other) noexcept;
  ~StoreLock();

 private:
  explicit StoreLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace byeol::store
