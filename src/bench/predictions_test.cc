#include "bench/predictions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "bench/perplexity.h"
#include "bench/tiny_model.h"

namespace byeol::bench {
namespace {

class PredictionsOfTinyModel : public testing::Test {
 protected:
  void SetUp() override {
    model_ = load_tiny("gemma3", pool_);
    ASSERT_TRUE(model_);
    golden_ = read_golden("gemma3");
    tokens_ = golden_["tokens"].get<std::vector<TokenId>>();
  }

  Result<Predictions> collect(std::int32_t block, const PredictionsOptions& options) {
    const auto blocks = cut_into_blocks(tokens_, block, model::kNoToken, model_->config().context);
    EXPECT_TRUE(blocks);
    return collect_predictions(model_, pool_, *blocks, options);
  }

  ThreadPool pool_{2};
  std::shared_ptr<const model::Model> model_;
  nlohmann::json golden_;
  std::vector<TokenId> tokens_;
};

TEST_F(PredictionsOfTinyModel, AreThoseOfTheGoldenLogits) {
  const auto predictions =
      collect(0, {.predict = {.kv_type = kernels::KvType::kF16}, .top = 5, .rows = {17, 33}});
  ASSERT_TRUE(predictions) << predictions.error().message;
  ASSERT_EQ(predictions->best.size(), tokens_.size());
  EXPECT_EQ(predictions->next.size(), tokens_.size() - 1) << "nothing follows the last token";
  for (const auto& best : golden_["top5"]) {
    const auto& ours = predictions->best[best["position"].get<std::size_t>()];
    ASSERT_EQ(ours.size(), 5u);
    EXPECT_EQ(ours[0].id, best["ids"][0]);
    const double gap = best["logits"][0].get<double>() - best["logits"][4].get<double>();
    EXPECT_NEAR(ours[0].log_probability - ours[4].log_probability, gap, 0.05);
  }
  ASSERT_EQ(predictions->rows.size(), 2u);
  for (const LogitRow& row : predictions->rows) {
    const auto golden = std::ranges::find_if(
        golden_["rows"], [&row](const auto& it) { return it["position"] == row.position; });
    const auto expected = (*golden)["logits"].get<std::vector<double>>();
    ASSERT_EQ(row.logits.size(), expected.size());
    double sum = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_NEAR(double{row.logits[i]}, expected[i], 0.03);
      sum += std::exp(expected[i]);
    }
    const auto at = static_cast<std::size_t>(row.position);
    const auto next = static_cast<std::size_t>(tokens_[at + 1]);
    EXPECT_NEAR(predictions->next[at], expected[next] - std::log(sum), 0.05);
  }
}

TEST_F(PredictionsOfTinyModel, GiveThePerplexityThatMeasuringAloneGives) {
  const auto predictions = collect(21, {});
  ASSERT_TRUE(predictions);
  const auto measured = measure_perplexity(model_, pool_, predictions->blocks, {});
  ASSERT_TRUE(measured);
  EXPECT_EQ(predictions->perplexity, measured->perplexity);
  EXPECT_EQ(predictions->scored_tokens, measured->scored_tokens);
}

// 67 tokens in blocks of 21: 63 positions, the last of which predicts the token 63.
TEST_F(PredictionsOfTinyModel, AsJsonHaveWhatCompareLogitsReads) {
  const auto predictions = collect(21, {.top = 3, .rows = {62}});
  ASSERT_TRUE(predictions);
  const auto json = nlohmann::json::parse(describe_json(
      *predictions, model_->tokenizer(), {.model = "m.gguf", .text = "t.txt", .kv = "bf16"}));
  EXPECT_EQ(json["tokens"].size(), 64u);
  EXPECT_EQ(json["top"].size(), 63u);
  EXPECT_EQ(json["top_logprob"].size(), 63u);
  EXPECT_EQ(json["next_logprob"].size(), 63u);
  EXPECT_EQ(json["top_at"][62]["ids"].size(), 3u);
  EXPECT_EQ(json["top_at"][62]["ids"][0], json["top"][62]);
  EXPECT_EQ(json["rows"][0]["logits"].size(),
            static_cast<std::size_t>(model_->config().vocabulary));
  EXPECT_EQ(json["block"], 21);
  EXPECT_EQ(json["replace_bos"], false);
  EXPECT_EQ(json["scored"], 3 * 10);
  EXPECT_EQ(json["model"], "m.gguf");
}

TEST_F(PredictionsOfTinyModel, AsTextHaveALineForEachPosition) {
  const auto predictions = collect(21, {});
  ASSERT_TRUE(predictions);
  const std::string text = describe(*predictions, model_->tokenizer());
  EXPECT_EQ(std::ranges::count(text, '\n'), 1 + 63);
}

TEST_F(PredictionsOfTinyModel, ARowThatNoBlockHasIsASentence) {
  for (const std::int64_t row : {-1, 63}) {
    const auto predictions = collect(21, {.rows = {row}});
    ASSERT_FALSE(predictions);
    EXPECT_EQ(predictions.error().message,
              "no row " + std::to_string(row) + ": the positions are 0 to 62");
  }
}

}  // namespace
}  // namespace byeol::bench
