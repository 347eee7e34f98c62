#include "engine/kv_pool.h"

#include <sys/mman.h>

#include <cstring>
#include <utility>

namespace byeol::engine {

Result<KvPool> KvPool::create(const model::KvLayout& layout, std::int32_t pages) {
  KvPool pool;
  pool.page_bytes_ = layout.page_bytes();
  const auto bytes = static_cast<std::size_t>(pool.page_bytes_) * static_cast<std::size_t>(pages);
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED)
    return Error{ErrorCode::kInvalidArgument,
                 "no room for a KV cache of " + std::to_string(bytes >> 20) +
                     " MiB; ask for a shorter context or a smaller KV type"};
  // A head's keys are runs of a few KB all over a long context: 4 KB pages miss the TLB.
  ::madvise(memory, bytes, MADV_HUGEPAGE);
  pool.memory_ = static_cast<std::byte*>(memory);
  pool.owners_.assign(static_cast<std::size_t>(pages), {});
  for (PageId page = pages - 1; page >= 0; --page) pool.free_.push_back(page);
  return pool;
}

KvPool::KvPool(KvPool&& other) noexcept
    : memory_(std::exchange(other.memory_, nullptr)),
      page_bytes_(other.page_bytes_),
      owners_(std::move(other.owners_)),
      free_(std::move(other.free_)),
      idle_(other.idle_) {}

KvPool& KvPool::operator=(KvPool&& other) noexcept {
  std::swap(memory_, other.memory_);
  std::swap(page_bytes_, other.page_bytes_);
  std::swap(owners_, other.owners_);
  std::swap(free_, other.free_);
  std::swap(idle_, other.idle_);
  return *this;
}

KvPool::~KvPool() {
  if (memory_) ::munmap(memory_, static_cast<std::size_t>(page_bytes_) * owners_.size());
}

PageId KvPool::claim() {
  BYEOL_CHECK(!free_.empty());
  const PageId page = free_.back();
  free_.pop_back();
  owners_[static_cast<std::size_t>(page)] = {.all = 1};
  return page;
}

PageId KvPool::take() {
  const PageId page = claim();
  std::memset(data(page), 0, static_cast<std::size_t>(page_bytes_));
  return page;
}

PageId KvPool::copy(PageId page) {
  const PageId fresh = claim();
  std::memcpy(data(fresh), data(page), static_cast<std::size_t>(page_bytes_));
  return fresh;
}

PageId KvPool::put(std::span<const std::byte> bytes) {
  BYEOL_CHECK(bytes.size() == page_bytes());
  const PageId fresh = claim();
  std::memcpy(data(fresh), bytes.data(), bytes.size());
  return fresh;
}

void KvPool::change(PageId page, std::int32_t all, std::int32_t keepers) {
  Owners& owners = owners_[static_cast<std::size_t>(page)];
  BYEOL_CHECK(owners.all > 0);
  idle_ -= owners.idle() ? 1 : 0;
  owners.all += all;
  owners.keepers += keepers;
  BYEOL_CHECK(owners.keepers >= 0 && owners.keepers <= owners.all);
  idle_ += owners.idle() ? 1 : 0;
  if (owners.all == 0) free_.push_back(page);
}

void KvPool::share(PageId page) {
  change(page, 1, 0);
}

void KvPool::drop(PageId page) {
  change(page, -1, 0);
}

void KvPool::keep(PageId page) {
  change(page, 1, 1);
}

void KvPool::let_go(PageId page) {
  change(page, -1, -1);
}

}  // namespace byeol::engine
