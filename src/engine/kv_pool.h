// Pages of keys and values: taken clean, shared by counting, given back when the last owner drops
// them. A page holds kPageTokens positions of all layers (model/batch.h, KvLayout).
//
// Threads: one. Memory is reserved at once and only touched page by page.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "model/batch.h"

namespace byeol::engine {

using PageId = std::int32_t;

class KvPool {
 public:
  // kInvalidArgument where the pages cannot be reserved.
  static Result<KvPool> create(const model::KvLayout& layout, std::int32_t pages);
  KvPool(KvPool&& other) noexcept;
  KvPool& operator=(KvPool&& other) noexcept;
  ~KvPool();

  std::int32_t pages() const { return static_cast<std::int32_t>(references_.size()); }
  std::int32_t free_pages() const { return static_cast<std::int32_t>(free_.size()); }

  // A page of zeros with one owner: what is masked is multiplied by 0, and 0 x NaN would be NaN.
  // There must be a free one.
  PageId take();
  // A page of one owner with the same bytes.
  PageId copy(PageId page);
  void share(PageId page) { ++references_[static_cast<std::size_t>(page)]; }
  void drop(PageId page);
  bool is_shared(PageId page) const { return references_[static_cast<std::size_t>(page)] > 1; }
  std::byte* data(PageId page) const { return memory_ + page * page_bytes_; }

 private:
  KvPool() = default;
  PageId claim();  // A free page as it is.

  std::byte* memory_ = nullptr;
  std::int64_t page_bytes_ = 0;
  std::vector<std::int32_t> references_;
  std::vector<PageId> free_;  // Taken from the back.
};

}  // namespace byeol::engine
