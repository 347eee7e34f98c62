// A file mapped read-only into memory. Pages come from the disk when they are first touched, and
// may be dropped again with forget(): a later read brings them back.
//
// Threads: any number may read. Units: bytes.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "base/result.h"

namespace byeol {

class MappedFile {
 public:
  static Result<MappedFile> open(const std::string& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return bytes_; }

  // Tells the system that this range is not needed soon, so that its memory can be reused.
  void forget(std::span<const std::byte> range) const;

 private:
  explicit MappedFile(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::span<const std::byte> bytes_;  // Empty, or a mapping of exactly this size.
};

}  // namespace byeol
