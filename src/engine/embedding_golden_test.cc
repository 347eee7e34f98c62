// Each architecture's hidden states against an independent implementation: their means over texts,
// as Hugging Face transformers computes them (tests/golden/model, made by
// `./byeol golden make_embedding_golden`).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string>
#include <vector>

#include "engine/engine.h"

namespace byeol::engine {
namespace {

struct Golden {
  std::string name;
  double cosine = 0.999999;  // At least. The caches are F16; eight-bit weights meet rounded
                             // activations.
};

// The name that a failed case is listed under.
void PrintTo(const Golden& golden, std::ostream* out) {
  *out << golden.name;
}

double product(const std::vector<double>& a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

class GoldenEmbeddings : public testing::TestWithParam<Golden> {};

TEST_P(GoldenEmbeddings, EqualThoseOfTransformers) {
  const std::string base =
      std::string(BYEOL_SOURCE_DIR) + "/tests/golden/model/tiny-" + GetParam().name;
  std::ifstream file(base + ".embedding.json");
  ASSERT_TRUE(file) << base << ".embedding.json is absent";
  const auto golden = nlohmann::json::parse(file);
  const auto tokens = golden["tokens"].get<std::vector<TokenId>>();
  ThreadPool pool{2};
  auto model = model::Model::load(base + ".gguf", pool);
  ASSERT_TRUE(model) << model.error().message;
  auto engine = Engine::create(*model, pool, {.kv_type = kernels::KvType::kF16});
  ASSERT_TRUE(engine) << engine.error().message;
  const StepEntry entry{.sequence = (*engine)->open(), .tokens = tokens, .hidden = Hidden::kAll};
  ASSERT_TRUE((*engine)->step(std::span(&entry, 1)));

  for (const auto& expected : golden["means"]) {
    const auto count = expected["tokens"].get<std::int32_t>();
    const auto mean = expected["mean"].get<std::vector<double>>();
    std::vector<double> actual(mean.size());
    for (std::int32_t row = 0; row < count; ++row) {
      const auto state = (*engine)->hidden(0, row);
      ASSERT_EQ(state.size(), mean.size());
      for (std::size_t i = 0; i < mean.size(); ++i) actual[i] += double{state[i]} / count;
    }
    const double length = std::sqrt(product(mean, mean));
    const double actual_length = std::sqrt(product(actual, actual));
    EXPECT_GE(product(actual, mean) / (length * actual_length), GetParam().cosine)
        << count << " tokens";
    EXPECT_NEAR(actual_length / length, 1, 0.002) << count << " tokens";
  }
}

INSTANTIATE_TEST_SUITE_P(Architectures, GoldenEmbeddings,
                         testing::Values(Golden{"smollm2"}, Golden{"llama3"}, Golden{"mistral"},
                                         Golden{"gemma3"}, Golden{"gemma3-linear8"},
                                         Golden{"qwen2"}, Golden{"qwen2-tied-q8_0", 0.9998},
                                         Golden{"qwen3"}),
                         [](const testing::TestParamInfo<Golden>& golden) {
                           std::string name = golden.param.name;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace byeol::engine
