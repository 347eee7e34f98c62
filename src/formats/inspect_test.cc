#include "formats/inspect.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "formats/gguf_writer.h"

namespace byeol::formats {
namespace {

std::vector<std::byte> example() {
  GgufWriter writer;
  writer.add("general.architecture", "llama");
  writer.add("general.name", "Bad \x1b[31m\xff name");
  writer.add("epsilon", 1e-5f);
  writer.add("layers", std::vector<std::int32_t>{1, 2, 3});
  writer.add("tokens", std::vector<std::string>(100, "tok\n"));
  writer.add("flag", true);
  static const std::vector<std::byte> bytes(64 * 20);
  writer.add_tensor("norm.weight", BlockType::kF32, {320}, bytes);
  writer.add_tensor("blk.0.attn_q.weight", BlockType::kQ4_0, {64, 2}, std::span(bytes).first(72));
  writer.add_tensor("blk.1.attn_q.weight", BlockType::kQ4_0, {64, 2}, std::span(bytes).first(72));
  return *writer.to_bytes();
}

TEST(Inspect, TextSaysWhatTheFileHolds) {
  const auto bytes = example();
  EXPECT_EQ(describe(*Gguf::parse(bytes)), R"(architecture  llama
name          Bad \x1b[31m\xff name
format        GGUF v3
parameters    576
weights       1.4 kB in 3 tensors

type     tensors       bytes
F32            1      1.2 kB
Q4_0           2       144 B

metadata
  general.architecture  llama
  general.name          Bad \x1b[31m\xff name
  epsilon               1e-05
  layers                3 x i32 [1, 2, 3]
  tokens                100 x string [tok\n, tok\n, tok\n, tok\n, tok\n, tok\n, ...]
  flag                  true

tensors
  norm.weight          F32     320                   1.2 kB
  blk.0.attn_q.weight  Q4_0    64 x 2                72 B
  blk.1.attn_q.weight  Q4_0    64 x 2                72 B
)");
}

TEST(Inspect, JsonSaysTheSame) {
  const auto bytes = example();
  const std::string text = describe_json(*Gguf::parse(bytes));
  EXPECT_EQ(text.find('\n'), std::string::npos);
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["version"], 3);
  EXPECT_EQ(json["architecture"], "llama");
  EXPECT_EQ(json["name"], "Bad \x1b[31m\xef\xbf\xbd name");
  EXPECT_EQ(json["parameters"], 576);
  EXPECT_EQ(json["bytes"], 1424);
  EXPECT_EQ(json["types"], nlohmann::json::parse(R"([{"type": "F32", "tensors": 1, "bytes": 1280},
                                      {"type": "Q4_0", "tensors": 2, "bytes": 144}])"));
  EXPECT_EQ(json["metadata"]["epsilon"], 1e-5);
  EXPECT_EQ(json["metadata"]["layers"], (std::vector<int>{1, 2, 3}));
  EXPECT_EQ(json["metadata"]["flag"], true);
  EXPECT_EQ(json["metadata"]["tokens"]["count"], 100);
  EXPECT_EQ(json["metadata"]["tokens"]["first"].size(), 8u);
  EXPECT_EQ(json["tensors"][1], nlohmann::json::parse(R"(
      {"name": "blk.0.attn_q.weight", "type": "Q4_0", "sizes": [64, 2], "bytes": 72})"));
}

TEST(Inspect, AFileWithoutAnythingIsDescribed) {
  const auto bytes = *GgufWriter().to_bytes();
  EXPECT_EQ(describe(*Gguf::parse(bytes)),
            "architecture  -\nname          -\nformat        GGUF v3\nparameters    0\n"
            "weights       0 B in 0 tensors\n");
  EXPECT_TRUE(nlohmann::json::parse(describe_json(*Gguf::parse(bytes)))["name"].is_null());
}

}  // namespace
}  // namespace byeol::formats
