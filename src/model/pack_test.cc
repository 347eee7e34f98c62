#include "model/pack.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <vector>

namespace byeol::model {
namespace {

using formats::BlockType;

constexpr BlockType kAllTypes[] = {
    BlockType::kF32,  BlockType::kF16,    BlockType::kBF16,   BlockType::kQ4_0,
    BlockType::kQ4_1, BlockType::kQ5_0,   BlockType::kQ5_1,   BlockType::kQ8_0,
    BlockType::kQ2_K, BlockType::kQ3_K,   BlockType::kQ4_K,   BlockType::kQ5_K,
    BlockType::kQ6_K, BlockType::kIQ4_NL, BlockType::kIQ4_XS, BlockType::kMXFP4};

struct PackedTensor {
  std::vector<std::byte> memory;
  kernels::Weights weights;
};

PackedTensor pack(BlockType type, const std::vector<std::byte>& blocks, int rows, int k,
                  std::byte dirt = std::byte{0}) {
  PackedTensor packed;
  packed.weights = packed_shape(type, rows, k);
  packed.memory.assign(static_cast<std::size_t>(packed_bytes(packed.weights)), dirt);
  packed.weights.tiles = packed.memory.data();
  pack_tiles(type, blocks.data(), packed.weights, 0, packed_tiles(packed.weights),
             packed.memory.data());
  return packed;
}

std::size_t row_bytes(BlockType type, int k) {
  const formats::BlockTraits& t = formats::block_traits(type);
  return static_cast<std::size_t>(k / t.elements * t.bytes);
}

std::vector<std::byte> random_blocks(BlockType type, int rows, int k, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::byte> blocks(row_bytes(type, k) * static_cast<std::size_t>(rows));
  for (std::byte& byte : blocks) byte = static_cast<std::byte>(random());
  return blocks;
}

bool same_value(float a, float b) {
  return a == b || (a != a && b != b);
}

class PackEveryType : public testing::TestWithParam<BlockType> {};

TEST_P(PackEveryType, UnpackedRowsAreTheDequantizedOnes) {
  const BlockType type = GetParam();
  const std::string name(formats::block_traits(type).name);
  const int k = 2 * std::max(formats::block_traits(type).elements, 32);
  for (const int rows : {1, 32, 33, 70}) {
    const auto blocks = random_blocks(type, rows, k, 20261124U + static_cast<unsigned>(rows));
    const PackedTensor packed = pack(type, blocks, rows, k, std::byte{0xff});
    std::vector<float> expected(static_cast<std::size_t>(k)), actual(static_cast<std::size_t>(k));
    for (int row = 0; row < rows; ++row) {
      formats::dequantize(type, blocks.data() + row_bytes(type, k) * static_cast<std::size_t>(row),
                          expected);
      unpack_row(packed.weights, row, actual);
      for (int i = 0; i < k; ++i) {
        const auto at = static_cast<std::size_t>(i);
        ASSERT_TRUE(same_value(actual[at], expected[at]))
            << name << ", row " << row << " of " << rows << ", value " << i << ": " << actual[at]
            << " where " << expected[at] << " was packed";
      }
    }
  }
}

TEST_P(PackEveryType, RowsPastTheEndAreZero) {
  const BlockType type = GetParam();
  const int k = std::max(formats::block_traits(type).elements, 32);
  const auto blocks = random_blocks(type, 5, k, 7);
  PackedTensor packed = pack(type, blocks, 5, k, std::byte{0xff});
  packed.weights.rows = kernels::kTileRows;
  std::vector<float> values(static_cast<std::size_t>(k));
  for (int row = 5; row < kernels::kTileRows; ++row) {
    unpack_row(packed.weights, row, values);
    for (const float value : values) ASSERT_EQ(value, 0.0f) << "row " << row;
  }
}

TEST_P(PackEveryType, TilesPackedApartAreTheSameBytes) {
  const BlockType type = GetParam();
  const int k = std::max(formats::block_traits(type).elements, 32);
  const auto blocks = random_blocks(type, 100, k, 8);
  const PackedTensor whole = pack(type, blocks, 100, k);
  std::vector<std::byte> apart(whole.memory.size());
  for (const int tile : {3, 1, 0, 2})
    pack_tiles(type, blocks.data(), whole.weights, tile, tile + 1, apart.data());
  EXPECT_EQ(apart, whole.memory);
}

INSTANTIATE_TEST_SUITE_P(Pack, PackEveryType, testing::ValuesIn(kAllTypes),
                         [](const testing::TestParamInfo<BlockType>& type) {
                           return std::string(formats::block_traits(type.param).name);
                         });

// What is read again and again at each token must not grow: the bars are the file's bytes and 3 %.
TEST(Pack, TheCommonTypesKeepTheirSize) {
  const BlockType common[] = {BlockType::kQ4_0, BlockType::kQ4_1, BlockType::kQ5_0,
                              BlockType::kQ5_1, BlockType::kQ8_0, BlockType::kQ4_K,
                              BlockType::kQ5_K, BlockType::kQ6_K};
  for (const BlockType type : common) {
    const auto in_file = static_cast<double>(row_bytes(type, 2048) * 256);
    const auto in_memory = static_cast<double>(packed_bytes(packed_shape(type, 256, 2048)));
    EXPECT_LE(in_memory, 1.03 * in_file) << formats::block_traits(type).name;
  }
}

}  // namespace
}  // namespace byeol::model
