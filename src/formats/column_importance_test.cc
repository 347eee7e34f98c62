#include "formats/column_importance.h"

#include <gtest/gtest.h>

#include <limits>

#include "formats/gguf_writer.h"

namespace byeol::formats {
namespace {

class ColumnImportanceTest : public testing::Test {
 protected:
  std::vector<float> of(const std::string& matrix, std::vector<float> norm,
                        const std::string& norm_name) {
    const std::vector<float> weights(8);
    GgufWriter writer;
    writer.add_tensor(matrix, BlockType::kF32, {4, 2}, std::as_bytes(std::span(weights)));
    writer.add_tensor(norm_name, BlockType::kF32, {static_cast<std::int64_t>(norm.size())},
                      std::as_bytes(std::span(norm)));
    const auto bytes = *writer.to_bytes();
    const Gguf model = *Gguf::parse(bytes);
    return column_importance(model, *model.find_tensor(matrix));
  }
};

using Floats = std::vector<float>;

TEST_F(ColumnImportanceTest, IsTheNormsFactor) {
  const Floats norm{1, -2, 4, 0};
  const Floats expected{0.25f, 0.5f, 1, 0.001f};
  EXPECT_EQ(of("blk.3.attn_q.weight", norm, "blk.3.attn_norm.weight"), expected);
  EXPECT_EQ(of("blk.12.ffn_up.weight", norm, "blk.12.ffn_norm.weight"), expected);
  EXPECT_EQ(of("blk.0.ffn_gate_exps.weight", norm, "blk.0.ffn_norm.weight"), expected);
  EXPECT_EQ(of("token_embd.weight", norm, "output_norm.weight"), expected);
  EXPECT_EQ(of("output.weight", norm, "output_norm.weight"), expected);
}

TEST_F(ColumnImportanceTest, IsTheSameForAllWithoutASoundNorm) {
  const Floats norm{1, 1, 1, 1};
  EXPECT_TRUE(of("blk.3.attn_output.weight", norm, "blk.3.attn_norm.weight").empty());
  EXPECT_TRUE(of("blk.3.attn_q.weight", norm, "blk.2.attn_norm.weight").empty());
  EXPECT_TRUE(of("blk.3", norm, "blk.3.attn_norm.weight").empty());
  EXPECT_TRUE(of("blk.", norm, "blk.3.attn_norm.weight").empty());
  EXPECT_TRUE(of("blk.3.attn_q.weight", {1, 1, 1}, "blk.3.attn_norm.weight").empty());
  EXPECT_TRUE(of("blk.3.attn_q.weight", {0, 0, 0, 0}, "blk.3.attn_norm.weight").empty());
  EXPECT_TRUE(of("blk.3.attn_q.weight", {1, 1, 1, std::numeric_limits<float>::quiet_NaN()},
                 "blk.3.attn_norm.weight")
                  .empty());
}

}  // namespace
}  // namespace byeol::formats
