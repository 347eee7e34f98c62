// Scratch for one step: memory handed out in a row, given back in the opposite order. It grows
// while it warms up and never shrinks, so a step after the first of its size does not allocate.
//
// Threads: one. Everything is 64-byte aligned and not initialised.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

namespace byeol::model {

class Arena {
 public:
  template <typename T>
  T* take(std::int64_t count) {
    return reinterpret_cast<T*>(take_bytes(count * static_cast<std::int64_t>(sizeof(T))));
  }

  // A mark counts bytes over all blocks, so that it stays valid while the arena grows.
  std::int64_t mark() const { return used_; }
  void release(std::int64_t mark) {
    while (block_ > 0 && mark <= blocks_[block_].start) --block_;
    used_ = mark;
  }

 private:
  struct Free {
    void operator()(std::byte* memory) const { std::free(memory); }
  };
  struct Block {
    std::unique_ptr<std::byte, Free> memory;
    std::int64_t start;  // Of this block, in the count of all.
    std::int64_t size;
  };

  std::byte* take_bytes(std::int64_t bytes);

  std::vector<Block> blocks_;
  std::size_t block_ = 0;  // The one in use.
  std::int64_t used_ = 0;
};

}  // namespace byeol::model
