#include "model/pack.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/check.h"
#include "kernels/layout.h"
#include "model/block_codes.h"

namespace byeol::model {
namespace {

using formats::BlockType;
using kernels::kBlock;
using kernels::kTileRows;
using kernels::Layout;

// What is being packed, and where one of its tiles lies.
struct TileWriter {
  const kernels::Weights& weights;
  std::byte* tile;
  std::byte* lows;  // kQ8Split only.

  std::byte* head(std::int32_t k_index) const {
    return tile + kernels::head_offset(weights.layout, k_index / kBlock);
  }
  std::byte* scales(std::int32_t k_index) const {
    return tile + kernels::scales_offset(weights.layout, k_index / kBlock);
  }
  std::byte* codes(std::int32_t k_index) const {
    return tile + kernels::codes_offset(weights.layout, k_index / kBlock);
  }
};

// Element `index` of an array of T at `bytes`.
template <typename T>
void put(std::byte* bytes, int index, T value) {
  std::memcpy(bytes + index * static_cast<int>(sizeof(T)), &value, sizeof(T));
}

// The scales of one row's block of the file, whose first value is k_index.
void write_scales(const TileWriter& writer, const BlockCodes& block, int row,
                  std::int32_t k_index) {
  const Layout layout = writer.weights.layout;
  std::byte* const head = writer.head(k_index);
  switch (layout) {
    case Layout::kQ4:
    case Layout::kQ5:
    case Layout::kQ8:
    case Layout::kQ8Split:
      return put(head, row, block.half_d);
    case Layout::kQ4Min:
    case Layout::kQ5Min:
      put(head, row, block.half_d);
      return put(head, kTileRows + row, block.half_m);
    case Layout::kSuper4Min:
    case Layout::kSuper5Min:
      put(head, row, block.half_d);
      put(head, kTileRows + row, block.half_m);
      for (int sub = 0; sub < 8; ++sub) {
        std::byte* const own = writer.scales(k_index + sub * kBlock);
        put(own, row, block.small_scales[sub]);
        put(own, kTileRows + row, block.small_mins[sub]);
      }
      return;
    case Layout::kSuper6:
      put(head, row, block.half_d);
      for (int sub = 0; sub < 16; ++sub)
        put(writer.scales(k_index + sub / 2 * kBlock), sub % 2 * kTileRows + row,
            block.small_scales[sub]);
      return;
    case Layout::kWide:
      for (int sub = 0; sub < block.elements / 16; ++sub) {
        std::byte* const own = writer.head(k_index + sub / 2 * kBlock);
        put(own, sub % 2 * kTileRows + row, block.wide_d[sub]);
        put(own, (2 + sub % 2) * kTileRows + row, block.wide_m[sub]);
      }
      return;
    case Layout::kF32:
    case Layout::kF16:
    case Layout::kBF16:
      break;
  }
}

// `rows` rows of blocks, row_bytes apart.
void pack_coded_tile(BlockType type, const std::byte* blocks, std::int64_t row_bytes, int rows,
                     const TileWriter& writer) {
  const formats::BlockTraits& format = formats::block_traits(type);
  BlockCodes taken[kTileRows];
  std::uint8_t codes[kTileRows][kBlock] = {};
  for (std::int32_t k = 0; k < writer.weights.k; k += format.elements) {
    const std::byte* const column = blocks + std::int64_t{k} / format.elements * format.bytes;
    for (int row = 0; row < rows; ++row) {
      read_block(type, column + row * row_bytes, taken[row]);
      write_scales(writer, taken[row], row, k);
    }
    for (int i = 0; i < format.elements; i += kBlock) {
      for (int row = 0; row < rows; ++row) std::memcpy(codes[row], taken[row].codes + i, kBlock);
      kernels::store_codes(writer.weights.layout, codes, writer.codes(k + i));
      if (writer.weights.layout == Layout::kQ8Split)
        kernels::store_low_bits(codes, writer.lows + (k + i) / kBlock * kernels::kLowBlockBytes);
    }
  }
}

void pack_float_row(BlockType type, const std::byte* values, int row, const TileWriter& writer) {
  const auto size = static_cast<std::size_t>(formats::block_traits(type).bytes);
  for (std::int32_t k = 0; k < writer.weights.k; ++k)
    std::memcpy(writer.tile + (std::size_t{static_cast<std::uint32_t>(k)} * kTileRows +
                               static_cast<std::size_t>(row)) *
                                  size,
                values + static_cast<std::size_t>(k) * size, size);
}

}  // namespace

Layout packed_layout(BlockType type) {
  switch (type) {
    case BlockType::kF32:
      return Layout::kF32;
    case BlockType::kF16:
      return Layout::kF16;
    case BlockType::kBF16:
      return Layout::kBF16;
    case BlockType::kQ4_0:
      return Layout::kQ4;
    case BlockType::kQ4_1:
      return Layout::kQ4Min;
    case BlockType::kQ5_0:
      return Layout::kQ5;
    case BlockType::kQ5_1:
      return Layout::kQ5Min;
    case BlockType::kQ8_0:
    case BlockType::kIQ4_NL:
      return Layout::kQ8;
    case BlockType::kQ4_K:
      return Layout::kSuper4Min;
    case BlockType::kQ5_K:
      return Layout::kSuper5Min;
    case BlockType::kQ3_K:
    case BlockType::kQ6_K:
      return Layout::kSuper6;
    case BlockType::kQ2_K:
    case BlockType::kIQ4_XS:
    case BlockType::kMXFP4:
      return Layout::kWide;
  }
  BYEOL_CHECK(!"a block type of block_type.h");
  return Layout::kF32;
}

namespace {

kernels::Weights shape_of(Layout layout, std::int32_t rows, std::int32_t k) {
  return {.tiles = nullptr,
          .tile_bytes = kernels::tile_bytes(layout, k),
          .rows = rows,
          .k = k,
          .layout = layout};
}

// Of all tiles; the lower bits of kQ8Split follow.
std::int64_t tiles_bytes(const kernels::Weights& weights) {
  return packed_tiles(weights) * weights.tile_bytes;
}

std::int64_t low_bytes(const kernels::Weights& weights) {
  return weights.layout == Layout::kQ8Split
             ? packed_tiles(weights) * kernels::low_tile_bytes(weights.k)
             : 0;
}

}  // namespace

kernels::Weights packed_shape(BlockType type, std::int32_t rows, std::int32_t k) {
  BYEOL_CHECK(rows > 0 && k > 0 && k % formats::block_traits(type).elements == 0);
  return shape_of(packed_layout(type), rows, k);
}

kernels::Weights packed_head_shape(BlockType type, std::int32_t rows, std::int32_t k) {
  // Fewer rows are read as quickly as they are told apart.
  constexpr std::int32_t kRowsWorthSplitting = 8192;
  if (type == BlockType::kQ8_0 && rows >= kRowsWorthSplitting && k <= kernels::kBoundedKMax)
    return shape_of(Layout::kQ8Split, rows, k);
  return packed_shape(type, rows, k);
}

std::int32_t packed_tiles(const kernels::Weights& weights) {
  return (weights.rows + kTileRows - 1) / kTileRows;
}

std::int64_t packed_bytes(const kernels::Weights& weights) {
  return tiles_bytes(weights) + low_bytes(weights);
}

void place(kernels::Weights& weights, const std::byte* memory) {
  weights.tiles = memory;
  if (weights.layout == Layout::kQ8Split) weights.lows = memory + tiles_bytes(weights);
}

void pack_tiles(BlockType type, const std::byte* blocks, const kernels::Weights& weights,
                std::int32_t tile_begin, std::int32_t tile_end, std::byte* tiles) {
  const formats::BlockTraits& format = formats::block_traits(type);
  const std::int64_t row_bytes = std::int64_t{weights.k} / format.elements * format.bytes;
  const bool is_float = kernels::traits(weights.layout).float_bytes != 0;
  for (std::int32_t tile = tile_begin; tile < tile_end; ++tile) {
    const TileWriter writer{
        weights, tiles + tile * weights.tile_bytes,
        tiles + tiles_bytes(weights) + tile * kernels::low_tile_bytes(weights.k)};
    std::fill_n(writer.tile, weights.tile_bytes, std::byte{0});
    const int rows = std::min(kTileRows, weights.rows - tile * kTileRows);
    const std::byte* const source = blocks + std::int64_t{tile} * kTileRows * row_bytes;
    if (is_float) {
      for (int row = 0; row < rows; ++row)
        pack_float_row(type, source + row * row_bytes, row, writer);
    } else {
      pack_coded_tile(type, source, row_bytes, rows, writer);
    }
  }
}

void unpack_row(const kernels::Weights& weights, std::int32_t row, std::span<float> values) {
  const kernels::LayoutTraits& t = kernels::traits(weights.layout);
  const std::byte* const tile = weights.tiles + row / kTileRows * weights.tile_bytes;
  const int lane = row % kTileRows;
  kernels::Scale scale{};
  for (std::int32_t k = 0; k < weights.k; ++k) {
    float& value = values[static_cast<std::size_t>(k)];
    if (t.float_bytes != 0) {
      value = kernels::load_float(weights, tile, lane, k);
      continue;
    }
    if (k % t.sub_block == 0) scale = kernels::load_scale(weights, tile, lane, k);
    const int code = kernels::load_code_of(weights, row / kTileRows, lane, k);
    // The product is exact; only the sum rounds, as in the format's own formula.
    value = scale.d * static_cast<float>(code - t.offset) + scale.m;
  }
}

}  // namespace byeol::model
