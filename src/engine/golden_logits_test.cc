// Each architecture against an independent implementation: tiny random models whose logits Hugging
// Face transformers computed (tests/golden/model, made by `./byeol golden make_tiny_models`).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "engine/engine.h"

namespace byeol::engine {
namespace {

struct Golden {
  std::string name;
  // The largest difference of a logit. The caches are F16, which costs up to 0.012; a forgotten
  // window, RoPE factor, bias or epsilon costs 0.1 to 7. Eight-bit weights meet rounded
  // activations.
  double tolerance = 0.03;
  double same_top = 1.0;  // The share of positions with the same best token.
};

// The name that a failed case is listed under.
void PrintTo(const Golden& golden, std::ostream* out) {
  *out << golden.name;
}

class GoldenLogits : public testing::TestWithParam<Golden> {
 protected:
  void SetUp() override {
    const std::string base =
        std::string(BYEOL_SOURCE_DIR) + "/tests/golden/model/tiny-" + GetParam().name;
    std::ifstream file(base + ".json");
    ASSERT_TRUE(file) << base << ".json is absent";
    golden_ = nlohmann::json::parse(file);
    tokens_ = golden_["tokens"].get<std::vector<TokenId>>();

    auto model = model::Model::load(base + ".gguf", pool_);
    ASSERT_TRUE(model) << model.error().message;
    auto engine = Engine::create(*model, pool_, {.kv_type = kernels::KvType::kF16});
    ASSERT_TRUE(engine) << engine.error().message;
    engine_ = std::move(*engine);
  }

  ThreadPool pool_{2};
  nlohmann::json golden_;
  std::vector<TokenId> tokens_;
  std::unique_ptr<Engine> engine_;
};

TEST_P(GoldenLogits, EqualThoseOfTransformers) {
  const StepEntry entry{engine_->open(), tokens_, Logits::kAll};
  const Status stepped = engine_->step(std::span(&entry, 1));
  ASSERT_TRUE(stepped) << stepped.error().message;

  double largest = 0.0;
  for (const auto& row : golden_["rows"]) {
    const auto expected = row["logits"].get<std::vector<double>>();
    const std::span<const float> logits = engine_->logits(0, row["position"]);
    ASSERT_EQ(logits.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
      largest = std::max(largest, std::abs(double{logits[i]} - expected[i]));
  }
  RecordProperty("largest_difference", std::to_string(largest));
  EXPECT_LE(largest, GetParam().tolerance);

  std::size_t same = 0;
  for (const auto& best : golden_["top5"]) {
    const std::span<const float> logits = engine_->logits(0, best["position"]);
    same += std::max_element(logits.begin(), logits.end()) - logits.begin() == best["ids"][0];
  }
  EXPECT_GE(static_cast<double>(same), GetParam().same_top * static_cast<double>(tokens_.size()));
}

INSTANTIATE_TEST_SUITE_P(Architectures, GoldenLogits,
                         testing::Values(Golden{"smollm2"}, Golden{"llama3"}, Golden{"mistral"},
                                         Golden{"gemma3"}, Golden{"gemma3-linear8"},
                                         Golden{"qwen2"}, Golden{"qwen2-tied-q8_0", 0.5, 0.9},
                                         Golden{"qwen3"}),
                         [](const testing::TestParamInfo<Golden>& golden) {
                           std::string name = golden.param.name;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace byeol::engine
