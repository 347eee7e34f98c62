#include "formats/block_type.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <vector>

namespace byeol::formats {
namespace {

std::vector<std::string> known_names() {
  std::istringstream names(known_block_types());
  return {std::istream_iterator<std::string>(names), {}};
}

std::vector<char> golden(const std::string& name) {
  const std::string path = BYEOL_SOURCE_DIR "/tests/golden/formats/blocks/" + name + ".bin";
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path << " is missing: ./byeol golden make_block_golden";
  return {std::istreambuf_iterator<char>(file), {}};
}

// Golden values: the dequantiser of the PyPI package gguf (tools/golden/make_block_golden.py).
// Equal to the bit, so that our scalar weights are the reference's weights.
TEST(Dequantize, GivesTheReferencesBitsForEveryType) {
  ASSERT_EQ(known_names().size(), 16u);
  for (const std::string& name : known_names()) {
    const BlockType type = *parse_block_type(name);
    const BlockTraits& traits = block_traits(type);
    const std::vector<char> file = golden(name);
    ASSERT_GT(file.size(), 4u) << name;
    std::uint32_t count = 0;
    std::memcpy(&count, file.data(), sizeof count);
    const std::size_t block_bytes =
        count / static_cast<std::size_t>(traits.elements) * static_cast<std::size_t>(traits.bytes);
    ASSERT_EQ(file.size(), 4 + block_bytes + 4 * count) << name;
    std::vector<float> values(count);
    std::vector<float> expected(count);
    std::memcpy(expected.data(), file.data() + 4 + block_bytes, 4 * count);
    dequantize(type, reinterpret_cast<const std::byte*>(file.data() + 4), values);
    for (std::size_t i = 0; i < count; ++i)
      ASSERT_EQ(std::bit_cast<std::uint32_t>(values[i]), std::bit_cast<std::uint32_t>(expected[i]))
          << name << ", value " << i << ": " << values[i] << " for " << expected[i];
  }
}

TEST(Dequantize, TakesBlocksAtAnyAddress) {
  const std::vector<char> file = golden("Q4_K");
  std::vector<float> expected(256);
  dequantize(BlockType::kQ4_K, reinterpret_cast<const std::byte*>(file.data() + 4), expected);
  std::vector<char> shifted(145);
  std::memcpy(shifted.data() + 1, file.data() + 4, 144);
  std::vector<float> values(256);
  dequantize(BlockType::kQ4_K, reinterpret_cast<const std::byte*>(shifted.data() + 1), values);
  EXPECT_EQ(values, expected);
}

TEST(BlockType, NamesAreFoundInAnyCase) {
  EXPECT_EQ(*parse_block_type("q4_k"), BlockType::kQ4_K);
  EXPECT_EQ(*parse_block_type("IQ4_XS"), BlockType::kIQ4_XS);
}

TEST(BlockType, AnUnknownNameIsRefusedWithTheKnownOnes) {
  const auto type = parse_block_type("Q4_K_M\x1b");
  ASSERT_FALSE(type);
  EXPECT_EQ(type.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(type.error().message,
            "no block type is called 'Q4_K_M\\x1b'; known are: " + known_block_types());
}

TEST(BlockType, AnyIdHasANameForASentence) {
  EXPECT_EQ(block_type_name(12), "Q4_K (id 12)");
  EXPECT_EQ(block_type_name(16), "IQ2_XXS (id 16)");
  EXPECT_EQ(block_type_name(41), "Q1_0 (id 41)");
  EXPECT_EQ(block_type_name(139), "IQ4_K (id 139, only in ik_llama.cpp)");
  EXPECT_EQ(block_type_name(4), "unknown (id 4)");
  EXPECT_EQ(block_type_name(4294967295u), "unknown (id 4294967295)");
}

TEST(BlockType, AnIdThatCannotBeReadHasNoTraits) {
  EXPECT_EQ(find_block_traits(BlockType{16}), nullptr);
  EXPECT_EQ(find_block_traits(BlockType{99999}), nullptr);
  ASSERT_NE(find_block_traits(BlockType::kQ6_K), nullptr);
  EXPECT_EQ(block_traits(BlockType::kQ6_K).bytes, 210);
}

}  // namespace
}  // namespace byeol::formats
