#include "model/matrix.h"

#include <sys/mman.h>

#include <string>
#include <utility>

namespace byeol::model {

Result<WeightMemory> WeightMemory::reserve(std::int64_t bytes) {
  WeightMemory reserved;
  if (bytes == 0) return reserved;
  void* memory = ::mmap(nullptr, static_cast<std::size_t>(bytes), PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    return Error{ErrorCode::kOverloaded,
                 "no room for " + std::to_string(bytes >> 20) + " MiB of packed weights"};
  // Streaming weights through 4 KiB pages costs a walk of the page table every 4 KiB.
  constexpr std::int64_t kHugePage = 2 << 20;
  if (bytes >= kHugePage) ::madvise(memory, static_cast<std::size_t>(bytes), MADV_HUGEPAGE);
  reserved.data_ = static_cast<std::byte*>(memory);
  reserved.bytes_ = bytes;
  return reserved;
}

WeightMemory::WeightMemory(WeightMemory&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

WeightMemory& WeightMemory::operator=(WeightMemory&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

WeightMemory::~WeightMemory() {
  if (data_) ::munmap(data_, static_cast<std::size_t>(bytes_));
}

}  // namespace byeol::model
