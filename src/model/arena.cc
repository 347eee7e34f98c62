#include "model/arena.h"

#include <algorithm>

#include "base/check.h"

namespace byeol::model {
namespace {

constexpr std::int64_t kAlignment = 64;
constexpr std::int64_t kBlockBytes = 4 << 20;

}  // namespace

std::byte* Arena::take_bytes(std::int64_t bytes) {
  bytes = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  while (true) {
    if (block_ < blocks_.size()) {
      const Block& block = blocks_[block_];
      used_ = std::max(used_, block.start);
      if (used_ + bytes <= block.start + block.size) {
        std::byte* memory = block.memory.get() + (used_ - block.start);
        used_ += bytes;
        return memory;
      }
      if (block_ + 1 < blocks_.size()) {
        ++block_;
        continue;
      }
    }
    const std::int64_t start = blocks_.empty() ? 0 : blocks_.back().start + blocks_.back().size;
    const std::int64_t size = std::max(bytes, kBlockBytes);
    auto* memory =
        static_cast<std::byte*>(std::aligned_alloc(kAlignment, static_cast<std::size_t>(size)));
    BYEOL_CHECK(memory != nullptr);
    blocks_.push_back({std::unique_ptr<std::byte, Free>(memory), start, size});
    block_ = blocks_.size() - 1;
  }
}

}  // namespace byeol::model
