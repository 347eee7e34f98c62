#include "formats/quantization.h"

#include <gtest/gtest.h>

namespace byeol::formats {
namespace {

using enum BlockType;

struct Planned {
  std::vector<std::string> names;
  std::vector<std::optional<BlockType>> types;

  std::optional<BlockType> of(const std::string& name) const {
    for (std::size_t i = 0; i < names.size(); ++i)
      if (names[i] == name) return types[i];
    ADD_FAILURE() << name;
    return {};
  }
};

// A llama of 16 layers with a tied embedding.
Planned plan(const std::string& target, std::int64_t width, bool has_output = false,
             std::int64_t experts = 0) {
  Planned planned;
  std::vector<int> dimensions;
  const auto add = [&](const std::string& name, int count) {
    planned.names.push_back(name);
    dimensions.push_back(count);
  };
  add("token_embd.weight", 2);
  if (has_output) add("output.weight", 2);
  add("output_norm.weight", 1);
  for (int layer = 0; layer < 16; ++layer) {
    const std::string prefix = "blk." + std::to_string(layer) + ".";
    for (const char* name :
         {"attn_q", "attn_k", "attn_v", "attn_output", "ffn_down", "ffn_gate_inp"})
      add(prefix + name + ".weight", 2);
    add(prefix + "attn_norm.weight", 1);
    add(prefix + "attn_q.bias", 1);
  }
  ModelOutline outline{.experts = experts, .tensors = {}};
  for (std::size_t i = 0; i < planned.names.size(); ++i)
    outline.tensors.push_back({planned.names[i], dimensions[i], width});
  planned.types = plan_types(*parse_quantization(target), outline);
  return planned;
}

TEST(Quantization, NormsBiasesAndRoutersAreLeftAlone) {
  for (const char* target : {"Q4_K_M", "F16", "Q8_0"}) {
    const Planned planned = plan(target, 2048);
    for (const char* name : {"output_norm.weight", "blk.3.attn_norm.weight", "blk.3.attn_q.bias",
                             "blk.3.ffn_gate_inp.weight"})
      EXPECT_FALSE(planned.of(name)) << name;
  }
}

TEST(Quantization, TheMediumMixGivesMoreBitsToSomeLayers) {
  const Planned planned = plan("Q4_K_M", 2048);
  for (int layer = 0; layer < 16; ++layer) {
    const std::string prefix = "blk." + std::to_string(layer) + ".";
    const bool more = layer < 2 || layer >= 14 || (layer - 2) % 3 == 2;
    EXPECT_EQ(planned.of(prefix + "attn_v.weight"), more ? kQ6_K : kQ4_K) << layer;
    EXPECT_EQ(planned.of(prefix + "ffn_down.weight"), more ? kQ6_K : kQ4_K) << layer;
    EXPECT_EQ(planned.of(prefix + "attn_q.weight"), kQ4_K) << layer;
  }
}

TEST(Quantization, TheSmallMixGivesMoreBitsToTheFirstLayers) {
  const Planned planned = plan("Q4_K_S", 2048);
  EXPECT_EQ(planned.of("blk.3.attn_v.weight"), kQ5_K);
  EXPECT_EQ(planned.of("blk.4.attn_v.weight"), kQ4_K);
  EXPECT_EQ(planned.of("blk.1.ffn_down.weight"), kQ5_K);
  EXPECT_EQ(planned.of("blk.2.ffn_down.weight"), kQ4_K);
}

TEST(Quantization, ATypeWithoutAMixIsOneTypeButForTheHead) {
  const Planned planned = plan("Q4_K", 2048);
  EXPECT_EQ(planned.of("blk.0.attn_v.weight"), kQ4_K);
  EXPECT_EQ(planned.of("token_embd.weight"), kQ6_K);
  EXPECT_EQ(plan("Q8_0", 2048).of("token_embd.weight"), kQ8_0);
  EXPECT_EQ(plan("BF16", 2048).of("token_embd.weight"), kBF16);
}

TEST(Quantization, WithAHeadOfItsOwnTheEmbeddingIsAMatrixAsOthers) {
  const Planned planned = plan("Q4_0", 2048, true);
  EXPECT_EQ(planned.of("output.weight"), kQ6_K);
  EXPECT_EQ(planned.of("token_embd.weight"), kQ4_0);
}

TEST(Quantization, AwkwardWidthsTakeSmallerBlocks) {
  const Planned planned = plan("Q4_K_M", 576);
  EXPECT_EQ(planned.of("token_embd.weight"), kQ8_0);
  EXPECT_EQ(planned.of("blk.0.attn_v.weight"), kQ8_0);
  EXPECT_EQ(planned.of("blk.0.attn_q.weight"), kQ5_0);
  EXPECT_EQ(plan("Q5_K", 576).of("blk.0.attn_q.weight"), kQ5_1);
  EXPECT_EQ(plan("Q4_0", 100).of("blk.0.attn_q.weight"), kF16);
}

TEST(Quantization, EightExpertsSpendOnAttention) {
  const Planned planned = plan("Q4_K_M", 2048, true, 8);
  EXPECT_EQ(planned.of("blk.3.attn_v.weight"), kQ8_0);
  EXPECT_EQ(planned.of("blk.3.attn_k.weight"), kQ8_0);
  EXPECT_EQ(planned.of("blk.3.attn_output.weight"), kQ5_K);
}

TEST(Quantization, NamesAreFoundInAnyCase) {
  EXPECT_EQ(parse_quantization("q4_k_m")->name, "Q4_K_M");
  EXPECT_EQ(parse_quantization("Q4_K_M")->file_type, 15u);
}

TEST(Quantization, AnUnknownNameIsRefusedWithTheKnownOnes) {
  const auto target = parse_quantization("Q3_K\x1b");
  ASSERT_FALSE(target);
  EXPECT_EQ(target.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(target.error().message,
            "no quantization is called 'Q3_K\\x1b'; known are: " + known_quantizations());
}

TEST(Quantization, LayersAreCountedFromAnyName) {
  const std::vector<TensorOutline> odd{{"blk.99999999999999999999.ffn_down.weight", 2, 256},
                                       {"blk..ffn_down.weight", 2, 256},
                                       {"", 2, 256}};
  EXPECT_EQ(plan_types(*parse_quantization("Q4_K_M"), {.experts = -5, .tensors = odd}).size(), 3u);
}

}  // namespace
}  // namespace byeol::formats
