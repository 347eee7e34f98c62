// The two models of the catalogue against llama.cpp with the same files as F32: the bars of
// docs/parity.md. Golden files: ./byeol golden make_model_golden.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "bench/predictions.h"
#include "tests/support/real_model.h"

namespace byeol::bench {
namespace {

const std::string kSource = BYEOL_SOURCE_DIR;

std::shared_ptr<const model::Model> load(const std::string& name, ThreadPool& pool) {
  auto model = model::Model::load(testing::real_model_path(name), pool);
  if (!model) ADD_FAILURE() << model.error().message << " (byeol pull " << name << ")";
  return model ? *model : nullptr;
}

class Parity : public ::testing::TestWithParam<const char*> {};

TEST_P(Parity, ARealModelPredictsWhatLlamaCppDoesInF32) {
  ThreadPool pool(2);
  const auto model = load(GetParam(), pool);
  ASSERT_TRUE(model);
  std::ifstream file(kSource + "/tests/golden/model/" + GetParam() + ".f32.json");
  const auto golden = nlohmann::json::parse(file);
  std::ifstream english(kSource + "/tests/text/english.txt");
  const std::string text{std::istreambuf_iterator<char>(english), {}};

  const auto blocks = blocks_of_text(*model, text, golden["block"]);
  ASSERT_TRUE(blocks);
  const auto tokens = golden["tokens"].get<std::vector<TokenId>>();  // Of the whole blocks.
  ASSERT_GE(blocks->tokens.size(), tokens.size());
  EXPECT_TRUE(std::equal(tokens.begin(), tokens.end(), blocks->tokens.begin()));
  const auto predictions = collect_predictions(model, pool, *blocks, {.top = 1});
  ASSERT_TRUE(predictions) << predictions.error().message;

  const auto expected = golden["top"].get<std::vector<TokenId>>();
  ASSERT_EQ(predictions->best.size(), expected.size());
  ASSERT_GE(expected.size(), 2000u);
  std::size_t same = 0;
  for (std::size_t i = 0; i < expected.size(); ++i)
    same += predictions->best[i].front().id == expected[i] ? 1u : 0u;
  EXPECT_GE(static_cast<double>(same), 0.98 * static_cast<double>(expected.size()));
  const double perplexity = golden["perplexity"];
  EXPECT_NEAR(predictions->perplexity, perplexity, 0.005 * perplexity);
}

INSTANTIATE_TEST_SUITE_P(Models, Parity, ::testing::Values("smollm2-135m", "gemma3-270m"),
                         [](const ::testing::TestParamInfo<const char*>& name) {
                           std::string word = name.param;
                           std::replace(word.begin(), word.end(), '-', '_');
                           return word;
                         });

// A few dozen tokens, because the scalar kernels take their time.
TEST(ParityOfInstructionSets, ARealModelGivesTheSameBitsUnderEachOfThem) {
  ThreadPool pool(2);
  const auto model = load("smollm2-135m", pool);
  ASSERT_TRUE(model);
  const auto blocks = blocks_of_text(
      *model, "Rivers are fed by rain, by melting snow and by springs; none of them is ever still.",
      0);
  ASSERT_TRUE(blocks);
  const auto logits_under = [&](const char* isa) {
    ::setenv("BYEOL_ISA", isa, 1);
    const auto predictions = collect_predictions(model, pool, *blocks,
                                                 {.rows = {0, blocks->size / 2, blocks->size - 1}});
    ::unsetenv("BYEOL_ISA");
    EXPECT_TRUE(predictions) << predictions.error().message;
    std::vector<std::vector<float>> rows;
    for (const LogitRow& row : predictions->rows) rows.push_back(row.logits);
    return rows;
  };
  const auto scalar = logits_under("scalar");
  ASSERT_EQ(scalar.size(), 3u);
  for (const auto* table :
       {kernels::avx2_table(), kernels::avx512_table(), kernels::neon_table()}) {
    if (!table) continue;
    EXPECT_TRUE(logits_under(table->isa) == scalar) << table->isa;
  }
}

}  // namespace
}  // namespace byeol::bench
