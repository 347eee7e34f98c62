// Many rows at once: each thread takes a few, asks for their values and quantises them. Memory: one
// row of floats a thread.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "base/thread_pool.h"
#include "formats/block_type.h"

namespace byeol::formats {

struct RowShape {
  BlockType type;
  std::int64_t elements;
  std::int64_t rows;
};

// Writes the values of a row; called from the pool's threads, in no order.
using RowSource = std::function<void(std::int64_t row, std::span<float> values)>;
// Called by the caller's thread now and then with the number of rows that were done since.
using RowProgress = std::function<void(std::int64_t rows)>;

// `blocks` holds exactly the rows; `importance` as in quantize().
void quantize_rows(const RowShape& shape, const RowSource& source,
                   std::span<const float> importance, ThreadPool& pool, std::span<std::byte> blocks,
                   const RowProgress& progress);

}  // namespace byeol::formats
