#include "bench/perplexity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "bench/tiny_model.h"

namespace byeol::bench {
namespace {

// log softmax, the plain way.
double log_probability(const std::vector<double>& logits, TokenId token) {
  double sum = 0;
  for (const double logit : logits) sum += std::exp(logit);
  return logits[static_cast<std::size_t>(token)] - std::log(sum);
}

class PerplexityOfTinyModel : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    model_ = load_tiny(GetParam(), pool_);
    ASSERT_TRUE(model_);
    golden_ = read_golden(GetParam());
    tokens_ = golden_["tokens"].get<std::vector<TokenId>>();
  }

  Perplexity measure(const std::vector<TokenId>& tokens, std::int32_t block,
                     TokenId begin_with = model::kNoToken) {
    const auto blocks = cut_into_blocks(tokens, block, begin_with, model_->config().context);
    EXPECT_TRUE(blocks);
    const auto measured = measure_perplexity(model_, pool_, *blocks, {});
    EXPECT_TRUE(measured) << measured.error().message;
    return *measured;
  }

  std::vector<TokenId> tokens(std::size_t first, std::size_t count) const {
    const auto begin = tokens_.begin() + static_cast<std::ptrdiff_t>(first);
    return {begin, begin + static_cast<std::ptrdiff_t>(count)};
  }

  ThreadPool pool_{2};
  std::shared_ptr<const model::Model> model_;
  nlohmann::json golden_;
  std::vector<TokenId> tokens_;
};

// Of a block of three tokens one prediction is scored: that of position 1, whose logits
// transformers computed.
TEST_P(PerplexityOfTinyModel, IsThatOfTheGoldenLogits) {
  const Perplexity measured = measure(tokens(0, 3), 3);
  ASSERT_EQ(golden_["rows"][1]["position"], 1);
  const auto logits = golden_["rows"][1]["logits"].get<std::vector<double>>();
  EXPECT_EQ(measured.scored_tokens, 1);
  EXPECT_NEAR(std::log(measured.perplexity), -log_probability(logits, tokens_[2]), 0.05);
}

TEST_P(PerplexityOfTinyModel, OfTwoBlocksIsTheGeometricMeanOfThem) {
  const Perplexity both = measure(tokens(0, 43), 20);
  const Perplexity first = measure(tokens(0, 20), 20);
  const Perplexity second = measure(tokens(20, 20), 20);
  EXPECT_NE(first.perplexity, second.perplexity);
  EXPECT_NEAR(both.perplexity, std::sqrt(first.perplexity * second.perplexity),
              1e-12 * both.perplexity);
  EXPECT_EQ(both.blocks, 2);
  EXPECT_EQ(both.dropped_tokens, 3);
  EXPECT_EQ(both.scored_tokens, 2 * 9) << "positions 10 to 18 of each";
}

TEST_P(PerplexityOfTinyModel, WithBosEachBlockIsReadAsIfTheTextBeganWithIt) {
  const TokenId bos = 7;
  std::vector<TokenId> second = tokens(20, 20);
  second.front() = bos;
  std::vector<TokenId> first = tokens(0, 20);
  first.front() = bos;
  EXPECT_NEAR(measure(tokens(0, 40), 20, bos).perplexity,
              std::sqrt(measure(first, 20).perplexity * measure(second, 20).perplexity), 1e-9);
}

INSTANTIATE_TEST_SUITE_P(Models, PerplexityOfTinyModel,
                         testing::Values("smollm2", "gemma3", "mistral"));

TEST(Perplexity, IsTheSameToTheBitWithAnyNumberOfThreads) {
  ThreadPool one(1), three(3);
  const auto model = load_tiny("gemma3", one);
  const auto tokens = read_golden("gemma3")["tokens"].get<std::vector<TokenId>>();
  const auto blocks = cut_into_blocks(tokens, 32, model::kNoToken, 256);
  ASSERT_TRUE(blocks);
  const auto alone = measure_perplexity(model, one, *blocks, {});
  const auto shared = measure_perplexity(model, three, *blocks, {});
  ASSERT_TRUE(alone && shared);
  EXPECT_EQ(alone->perplexity, shared->perplexity);
}

TEST(Perplexity, ABlockThatScoresNothingIsASentence) {
  ThreadPool pool(1);
  const auto measured =
      measure_perplexity(load_tiny("smollm2", pool), pool, {.tokens = {1, 2, 3, 4}, .size = 2}, {});
  ASSERT_FALSE(measured);
  EXPECT_EQ(measured.error().message,
            "a block of 2 tokens scores nothing; expected at least 3, usually 512");
}

TEST(Perplexity, ProgressIsToldAfterEachBlock) {
  ThreadPool pool(1);
  std::vector<std::int32_t> told;
  PredictOptions options;
  options.progress = [&told](std::int32_t done, std::int32_t blocks) {
    told.insert(told.end(), {done, blocks});
  };
  ASSERT_TRUE(measure_perplexity(load_tiny("smollm2", pool), pool,
                                 {.tokens = {1, 2, 3, 4, 5, 6, 7}, .size = 3}, options));
  EXPECT_EQ(told, (std::vector<std::int32_t>{1, 2, 2, 2}));
}

}  // namespace
}  // namespace byeol::bench
