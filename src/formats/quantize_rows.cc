#include "formats/quantize_rows.h"

#include <algorithm>
#include <vector>

#include "base/check.h"
#include "formats/quantize.h"

namespace byeol::formats {
namespace {

// A tile takes some 10 ms, so that threads end together; a slice is what is done between two calls
// of progress.
constexpr std::int64_t kTileElements = 1 << 17;
constexpr std::int64_t kTilesOfSlice = 32;

}  // namespace

void quantize_rows(const RowShape& shape, const RowSource& source,
                   std::span<const float> importance, ThreadPool& pool, std::span<std::byte> blocks,
                   const RowProgress& progress) {
  BYEOL_CHECK(shape.rows > 0 && blocks.size() % static_cast<std::size_t>(shape.rows) == 0);
  const auto row_bytes = blocks.size() / static_cast<std::size_t>(shape.rows);
  std::vector<std::vector<float>> buffers(static_cast<std::size_t>(pool.threads()));
  for (auto& buffer : buffers) buffer.resize(static_cast<std::size_t>(shape.elements));

  const std::int64_t rows_of_tile = std::max<std::int64_t>(1, kTileElements / shape.elements);
  for (std::int64_t begin = 0; begin < shape.rows; begin += rows_of_tile * kTilesOfSlice) {
    const std::int64_t end = std::min(shape.rows, begin + rows_of_tile * kTilesOfSlice);
    const std::int64_t tiles = (end - begin + rows_of_tile - 1) / rows_of_tile;
    pool.run(static_cast<int>(tiles), [&](int tile, int thread) {
      std::vector<float>& values = buffers[static_cast<std::size_t>(thread)];
      const std::int64_t first = begin + tile * rows_of_tile;
      for (std::int64_t row = first; row < std::min(end, first + rows_of_tile); ++row) {
        source(row, values);
        quantize(shape.type, values, importance,
                 blocks.subspan(static_cast<std::size_t>(row) * row_bytes, row_bytes));
      }
    });
    if (progress) progress(end - begin);
  }
}

}  // namespace byeol::formats
