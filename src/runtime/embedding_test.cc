#include "runtime/embedding.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <thread>

#include "engine/engine.h"
#include "runtime/tiny_runtime.h"

namespace byeol::runtime {
namespace {

Turn text_to_embed(const Runtime& runtime, int number, int tokens) {
  Turn turn = make_turn(runtime, number, tokens, 0);
  turn.output = Output::kEmbedding;
  return turn;
}

TEST(MeanState, IsTheMeanOfEachDimension) {
  MeanState mean(2);
  mean.add(std::vector<float>{1, -2});
  mean.add(std::vector<float>{2, 4});
  EXPECT_EQ(*mean.mean(), (std::vector<float>{1.5f, 1}));
}

TEST(MeanState, SaysWhereThereIsNone) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), HUGE_VALF}) {
    MeanState mean(2);
    mean.add(std::vector<float>{1, bad});
    ASSERT_FALSE(mean.mean());
    EXPECT_EQ(mean.mean().error().code, ErrorCode::kCorrupt);
  }
}

TEST(Normalise, MakesTheLengthOneWhereThereIsOne) {
  std::vector<float> vector{3, 0, -4};
  normalise(vector);
  EXPECT_EQ(vector, (std::vector<float>{0.6f, 0, -0.8f}));
  std::vector<float> large{3e38f, -3e38f};  // Its square is no float.
  normalise(large);
  EXPECT_FLOAT_EQ(large[0], std::sqrt(0.5f));
  std::vector<float> zeros(3, 0.0f);
  normalise(zeros);
  EXPECT_EQ(zeros, std::vector<float>(3, 0.0f));
  normalise({});
}

TEST(Embedding, IsTheMeanOfTheEnginesHiddenStates) {
  const auto runtime = tiny_runtime();
  const Turn turn = text_to_embed(*runtime, 1, 50);
  const Heard heard = run(*runtime, turn);
  EXPECT_EQ(heard.end.reason, FinishReason::kStop);
  EXPECT_TRUE(heard.tokens.empty());
  EXPECT_EQ(heard.text, "");
  EXPECT_EQ(heard.end.timings.prompt_tokens, 50);
  EXPECT_EQ(heard.end.timings.generated_tokens, 0);
  EXPECT_GT(heard.end.timings.first_token_s, 0);

  ThreadPool pool(1);
  auto model = model::Model::load(tiny_model_path("smollm2"), pool);
  auto engine = engine::Engine::create(*model, pool, {});
  const engine::StepEntry entry{
      .sequence = (*engine)->open(), .tokens = turn.prompt, .hidden = engine::Hidden::kAll};
  ASSERT_TRUE((*engine)->step(std::span(&entry, 1)));
  MeanState mean((*model)->config().width);
  for (std::int32_t row = 0; row < 50; ++row) mean.add((*engine)->hidden(0, row));
  EXPECT_EQ(heard.end.embedding, *mean.mean());
}

TEST(Embedding, DependsOnNothingButItsText) {
  constexpr int kTexts = 6;
  std::vector<std::vector<float>> alone;
  {
    const auto runtime = tiny_runtime(1);
    for (int i = 0; i < kTexts; ++i)
      alone.push_back(run(*runtime, text_to_embed(*runtime, i, 1 + 40 * i)).end.embedding);
  }
  for (const auto& [threads, rows_max] : {std::pair(3, 512), std::pair(2, 17)}) {
    const auto runtime = tiny_runtime(threads, rows_max, 8192);
    std::vector<std::thread> clients;
    for (int i = 0; i < kTexts; ++i) {
      clients.emplace_back([&, i] {
        EXPECT_EQ(run(*runtime, text_to_embed(*runtime, i, 1 + 40 * i)).end.embedding,
                  alone[static_cast<std::size_t>(i)])
            << "text " << i << ", " << threads << " threads, " << rows_max << " rows a step";
      });
      clients.emplace_back(
          [&, i] { EXPECT_EQ(run(*runtime, make_turn(*runtime, i, 30, 20)).tokens.size(), 20u); });
    }
    for (std::thread& client : clients) client.join();
  }
}

TEST(Embedding, NeitherUsesNorLeavesAPrefix) {
  const auto runtime = tiny_runtime();
  const Turn text = text_to_embed(*runtime, 3, 100);
  const std::vector<float> fresh = run(*runtime, text).end.embedding;
  Turn answer = make_turn(*runtime, 3, 100, 5);
  EXPECT_EQ(run(*runtime, answer).end.timings.reused_tokens, 0);
  const Heard again = run(*runtime, text);
  EXPECT_EQ(again.end.timings.reused_tokens, 0);
  EXPECT_EQ(again.end.embedding, fresh);
  EXPECT_EQ(run(*runtime, answer).end.timings.reused_tokens, 99);
}

// An answer and an embedding of one text at once: nobody waits for what will not be remembered.
TEST(Embedding, StandsBesideATurnThatBeginsAlike) {
  const auto runtime = tiny_runtime(2, 16);
  const auto embeds = std::make_shared<TurnStream>();
  const auto answers = std::make_shared<TurnStream>();
  std::vector<Runtime::Submission> both;
  both.push_back({text_to_embed(*runtime, 4, 200), embeds});
  both.push_back({make_turn(*runtime, 4, 200, 5), answers});
  ASSERT_TRUE(runtime->submit(std::move(both)));
  EXPECT_EQ(hear(*embeds).end.embedding.size(),
            static_cast<std::size_t>(runtime->model().config().width));
  EXPECT_EQ(hear(*answers).tokens.size(), 5u);
}

TEST(Embedding, CanBeCancelledAndRefused) {
  const auto runtime = tiny_runtime(1, 8);
  const auto stream = std::make_shared<TurnStream>();
  const Result<TurnId> id = runtime->submit(text_to_embed(*runtime, 5, 250), stream);
  ASSERT_TRUE(id);
  runtime->cancel(*id);
  const Heard heard = hear(*stream);
  EXPECT_EQ(heard.end.reason, FinishReason::kCancelled);
  EXPECT_TRUE(heard.end.embedding.empty());

  Turn hurried = text_to_embed(*runtime, 5, 250);
  hurried.deadline.total_us = 1;
  const Heard refused = run(*runtime, std::move(hurried));
  EXPECT_EQ(refused.end.reason, FinishReason::kRefused);
  EXPECT_TRUE(refused.end.embedding.empty());

  Turn empty = text_to_embed(*runtime, 1, 0);
  EXPECT_FALSE(runtime->submit(std::move(empty), stream));
  EXPECT_FALSE(runtime->submit(text_to_embed(*runtime, 1, 256), stream));
  EXPECT_FALSE(run(*runtime, text_to_embed(*runtime, 1, 255)).end.embedding.empty());
}

TEST(Embedding, TellsHowItsDeadlineFared) {
  const auto runtime = tiny_runtime();
  Turn turn = text_to_embed(*runtime, 6, 60);
  turn.deadline.total_us = 60'000'000;
  turn.deadline.on_miss = OnMiss::kFinish;
  const Heard heard = run(*runtime, std::move(turn));
  EXPECT_EQ(heard.end.reason, FinishReason::kStop);
  EXPECT_EQ(heard.end.deadline.missed, Missed::kNothing);
  EXPECT_GT(heard.end.deadline.total_ms, 0);
}

}  // namespace
}  // namespace byeol::runtime
