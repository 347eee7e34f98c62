#include "formats/quantize_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "formats/gguf_writer.h"

namespace byeol::formats {
namespace {

constexpr std::int64_t kRows = 8;
constexpr std::int64_t kWidth = 256;

std::vector<float> values_of_a_matrix() {
  std::vector<float> values(kRows * kWidth);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = 0.05f * std::sin(static_cast<float>(i * i % 1009));
  return values;
}

class QuantizeFileTest : public testing::Test {
 protected:
  Gguf source() {
    GgufWriter writer;
    writer.add("general.architecture", "test");
    writer.add("general.alignment", std::uint32_t{64});
    writer.add("general.file_type", std::uint32_t{0});
    writer.add("split.count", std::uint16_t{1});
    writer.add("quantize.imatrix.file", "old");
    writer.add("test.heads", std::uint32_t{4});
    writer.add("test.epsilon", 1e-5f);
    writer.add("test.tags", std::vector<std::string>{"a", "한"});
    writer.add_tensor("blk.0.attn_q.weight", BlockType::kF32, {kWidth, kRows},
                      std::as_bytes(std::span(matrix_)));
    writer.add_tensor("blk.0.attn_norm.weight", BlockType::kF32, {kWidth},
                      std::as_bytes(std::span(matrix_).first(kWidth)));
    bytes_ = *writer.to_bytes();
    return *Gguf::parse(bytes_);
  }

  Status write(const Gguf& from, const char* type, int threads = 1) {
    ThreadPool pool(threads);
    return write_quantized(plan_file(from, *parse_quantization(type)), path_, pool, {});
  }

  std::vector<float> matrix_ = values_of_a_matrix();
  std::vector<std::byte> bytes_;
  const std::string path_ = testing::TempDir() + "/byeol_quantize_file_test.gguf";
};

TEST_F(QuantizeFileTest, MetadataAreCopiedToTheByte) {
  const Gguf before = source();
  ASSERT_TRUE(write(before, "Q4_0"));
  const Gguf after = *Gguf::open(path_);
  EXPECT_EQ(*after.read_int("general.file_type"), 2);
  EXPECT_EQ(*after.read_int("general.quantization_version"), 2);
  for (const char* key : {"general.alignment", "split.count", "quantize.imatrix.file"})
    EXPECT_FALSE(after.has(key)) << key;
  const auto encoded = [](const Gguf& gguf, std::string_view key) {
    const auto entry =
        std::ranges::find(gguf.metadata(), key, [](auto& pair) { return pair.first; });
    const auto bytes =
        gguf.encoded_metadata()[static_cast<std::size_t>(entry - gguf.metadata().begin())];
    return std::vector<std::byte>(bytes.begin(), bytes.end());
  };
  for (const char* key : {"general.architecture", "test.heads", "test.epsilon", "test.tags"})
    EXPECT_EQ(encoded(before, key), encoded(after, key)) << key;
}

TEST_F(QuantizeFileTest, MatricesChangeAndNormsDoNot) {
  ASSERT_TRUE(write(source(), "Q8_0"));
  const Gguf after = *Gguf::open(path_);
  const Tensor* matrix = after.find_tensor("blk.0.attn_q.weight");
  const Tensor* norm = after.find_tensor("blk.0.attn_norm.weight");
  ASSERT_TRUE(matrix && norm);
  EXPECT_EQ(matrix->type, BlockType::kQ8_0);
  EXPECT_EQ(norm->type, BlockType::kF32);
  std::vector<float> values(matrix_.size());
  dequantize(matrix->type, matrix->bytes.data(), values);
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(values[i], matrix_[i], 3e-4f);
}

TEST_F(QuantizeFileTest, TheNumberOfThreadsChangesNothing) {
  const auto bytes_with = [&](int threads) {
    EXPECT_TRUE(write(source(), "Q4_K", threads));
    const Gguf after = *Gguf::open(path_);
    const auto bytes = after.tensors()[0].bytes;
    return std::vector<std::byte>(bytes.begin(), bytes.end());
  };
  EXPECT_EQ(bytes_with(1), bytes_with(3));
}

TEST_F(QuantizeFileTest, WhatIsQuantizedAlreadyIsToldAndKeptWhereTheTypeStays) {
  EXPECT_EQ(plan_file(source(), *parse_quantization("Q4_0")).rounded_before(), "");
  ASSERT_TRUE(write(source(), "Q4_0"));
  const Gguf once = *Gguf::open(path_);
  EXPECT_EQ(plan_file(once, *parse_quantization("Q4_0")).rounded_before(), "");
  const FilePlan again = plan_file(once, *parse_quantization("Q5_1"));
  EXPECT_EQ(again.rounded_before(), "Q4_0");
  EXPECT_EQ(again.weights(), kRows * kWidth + kWidth);
  EXPECT_EQ(again.bytes_after(), kRows * kWidth * 24 / 32 + 4 * kWidth);
}

TEST_F(QuantizeFileTest, AValueThatIsNoNumberIsFoundAndNothingIsLeft) {
  std::filesystem::remove(path_);
  matrix_[3 * kWidth + 7] = std::numeric_limits<float>::quiet_NaN();
  matrix_[5 * kWidth] = std::numeric_limits<float>::infinity();
  const Status written = write(source(), "Q4_0", 2);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(written.error().message,
            "tensor 'blk.0.attn_q.weight': row 3, column 7 is nan, expected a finite number");
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_FALSE(std::filesystem::exists(path_ + ".part"));
}

TEST_F(QuantizeFileTest, AValueThatIsTooLargeForAHalfIsFound) {
  matrix_[2 * kWidth + 1] = 70000;
  const Status written = write(source(), "F16");
  ASSERT_FALSE(written);
  EXPECT_EQ(
      written.error().message,
      "tensor 'blk.0.attn_q.weight': row 2, column 1 is 70000.000000, F16 reaches 65504; BF16 "
      "takes it");
  EXPECT_TRUE(write(source(), "BF16"));
}

TEST_F(QuantizeFileTest, AFolderThatIsNotThereIsTold) {
  ThreadPool pool(1);
  const Gguf before = source();
  const Status written = write_quantized(plan_file(before, *parse_quantization("Q4_0")),
                                         "/nonexistent/out.gguf", pool, {});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace byeol::formats
