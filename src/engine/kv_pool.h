// Pages of keys and values: taken clean, shared by counting, given back when the last owner drops
// them. A page holds kPageTokens positions of all layers (model/batch.h, KvLayout). An owner that
// only keeps a page in case it is wanted again says so: pages that nobody else owns are idle.
//
// Threads: one. Memory is reserved at once and only touched page by page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
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

  std::int32_t pages() const { return static_cast<std::int32_t>(owners_.size()); }
  std::int32_t free_pages() const { return static_cast<std::int32_t>(free_.size()); }
  std::int32_t idle_pages() const { return idle_; }

  // A page of zeros with one owner: what is masked is multiplied by 0, and 0 x NaN would be NaN.
  // There must be a free one.
  PageId take();
  // A page of one owner with the same bytes.
  PageId copy(PageId page);
  // The same with bytes that come from elsewhere, page_bytes() of them.
  PageId put(std::span<const std::byte> bytes);
  void share(PageId page);
  void drop(PageId page);
  // share() and drop() of an owner that would give the page up at any time.
  void keep(PageId page);
  void let_go(PageId page);
  bool is_shared(PageId page) const { return owners_of(page).all > 1; }
  // Whether all of its owners would give it up.
  bool is_idle(PageId page) const { return owners_of(page).idle(); }
  std::byte* data(PageId page) const { return memory_ + page * page_bytes_; }
  std::size_t page_bytes() const { return static_cast<std::size_t>(page_bytes_); }

 private:
  struct Owners {
    std::int32_t all = 0;
    std::int32_t keepers = 0;

    bool idle() const { return all > 0 && all == keepers; }
  };

  KvPool() = default;
  PageId claim();  // A free page as it is.
  const Owners& owners_of(PageId page) const { return owners_[static_cast<std::size_t>(page)]; }
  void change(PageId page, std::int32_t all, std::int32_t keepers);

  std::byte* memory_ = nullptr;
  std::int64_t page_bytes_ = 0;
  std::vector<Owners> owners_;
  std::vector<PageId> free_;  // Taken from the back.
  std::int32_t idle_ = 0;
};

}  // namespace byeol::engine
