// Any file: runs that go into a tree and out again, or a sentence. The checksums of the frames are
// put right first, so that what stands behind them is reached.
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "base/check.h"
#include "base/crc32c.h"
#include "engine/prefix_file.h"
#include "engine/prefix_restore.h"

namespace {

using namespace byeol;

constexpr std::size_t kMagicBytes = 8, kFrameBytes = 12;

void mend_checksums(std::span<std::byte> file) {
  std::size_t at = kMagicBytes;
  while (at + kFrameBytes <= file.size()) {
    std::uint64_t bytes;
    std::memcpy(&bytes, &file[at], sizeof bytes);
    const std::size_t left = file.size() - at - kFrameBytes;
    if (bytes > left) return;
    const auto content = file.subspan(at + kFrameBytes, static_cast<std::size_t>(bytes));
    const std::uint32_t crc = crc32c(content);
    std::memcpy(&file[at + sizeof bytes], &crc, sizeof crc);
    at += kFrameBytes + content.size();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = std::as_bytes(std::span(data, size));
  std::vector<std::byte> file(input.begin(), input.end());
  mend_checksums(file);
  const engine::PrefixFileKey key{.model = 7,
                                  .layout = {kernels::KvType::kBF16, 1, 1, 16},
                                  .vocabulary = 300,
                                  .positions_max = 200};
  const auto runs = engine::read_prefix_file(file, key);
  if (!runs) {
    BYEOL_CHECK(!runs.error().message.empty());
    return 0;
  }
  constexpr std::int32_t kPages = 6;
  auto pool = engine::KvPool::create(key.layout, kPages);
  BYEOL_CHECK(static_cast<bool>(pool));
  {
    engine::PrefixTree tree(*pool);
    BYEOL_CHECK(engine::restore_prefixes(*runs, *pool, tree) == tree.tokens());
    BYEOL_CHECK(pool->idle_pages() + pool->free_pages() == kPages);
    for (const engine::StoredRun& run : *runs)
      BYEOL_CHECK(run.parent >= 0 || tree.match(run.tokens) <= run.end());
  }
  BYEOL_CHECK(pool->free_pages() == kPages);
  return 0;
}
