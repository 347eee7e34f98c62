// Scores: the sums that sampling the same tokens would tell, whatever runs beside.
#include <gtest/gtest.h>

#include <future>

#include "runtime/tiny_runtime.h"

namespace byeol::runtime {
namespace {

Turn scoring(const std::vector<TokenId>& prompt, std::vector<std::vector<TokenId>> continuations) {
  Turn turn;
  turn.prompt = prompt;
  turn.output = Output::kScores;
  turn.continuations = std::move(continuations);
  return turn;
}

// Of one continuation, token by token: each is made the only one that a bias allows.
double by_sampling(Runtime& runtime, std::vector<TokenId> prompt,
                   const std::vector<TokenId>& continuation) {
  double sum = 0;
  for (const TokenId token : continuation) {
    struct Listener : TurnListener {
      void on_token(const TokenEvent& event) override { logprob = event.logprob; }
      void on_end(const TurnEnd&) override { over.set_value(); }
      std::promise<void> over;
      float logprob = 0;
    };
    Turn turn;
    turn.prompt = prompt;
    turn.max_tokens = 1;
    turn.min_tokens = 1;
    turn.sampling.temperature = 0;
    turn.sampling.logprobs = 0;
    turn.sampling.logit_bias = {{token, 1e6f}};
    const auto listener = std::make_shared<Listener>();
    EXPECT_TRUE(runtime.submit(turn, listener));
    listener->over.get_future().wait();
    sum += static_cast<double>(listener->logprob);
    prompt.push_back(token);
  }
  return sum;
}

TEST(Scores, AreSumsOfLogProbabilities) {
  const auto runtime = tiny_runtime();
  const std::vector<TokenId> prompt = {5, 9, 70, 33, 4};
  const std::vector<std::vector<TokenId>> continuations = {{40}, {40, 41, 42}, {50, 3}, {40, 41}};
  const Heard heard = run(*runtime, scoring(prompt, continuations));
  ASSERT_EQ(heard.end.reason, FinishReason::kStop) << heard.end.error;
  ASSERT_EQ(heard.end.scores.size(), 4u);
  for (std::size_t i = 0; i < continuations.size(); ++i)
    EXPECT_NEAR(heard.end.scores[i], by_sampling(*runtime, prompt, continuations[i]), 1e-4) << i;
  EXPECT_EQ(run(*runtime, scoring(prompt, continuations)).end.scores, heard.end.scores);
}

TEST(Scores, AreTheSameBesideOthersAndInSmallSteps) {
  std::vector<TokenId> prompt;
  for (int i = 0; i < 90; ++i) prompt.push_back(i * 7 % 250);
  std::vector<std::vector<TokenId>> continuations;
  for (int i = 0; i < 30; ++i) continuations.push_back({i + 10, i + 11, i + 12, i + 13});
  const auto alone = tiny_runtime();
  const std::vector<double> expected = run(*alone, scoring(prompt, continuations)).end.scores;
  ASSERT_EQ(expected.size(), 30u);
  const auto busy = tiny_runtime(2, 32);
  const auto stream = std::make_shared<TurnStream>();
  EXPECT_TRUE(busy->submit(make_turn(*busy, 3, 20, 100), stream));
  EXPECT_EQ(run(*busy, scoring(prompt, continuations)).end.scores, expected);
  EXPECT_EQ(hear(*stream).tokens, run(*alone, make_turn(*alone, 3, 20, 100)).tokens);
}

TEST(Scores, BadContinuationsAreRefused) {
  const auto runtime = tiny_runtime(1, 64);
  const auto refused = [&](std::vector<std::vector<TokenId>> continuations) {
    const auto id = runtime->submit(scoring({1, 2, 3}, std::move(continuations)),
                                    std::make_shared<TurnStream>());
    return id ? std::string("accepted") : id.error().message;
  };
  EXPECT_EQ(refused({{1}, {}}), "continuation 1 is empty");
  EXPECT_EQ(refused({{100'000}}), "continuation 0 holds a token that the vocabulary lacks");
  EXPECT_EQ(refused({std::vector<TokenId>(65, 1)}),
            "continuation 0 has 65 tokens; expected at most 64");
}

}  // namespace
}  // namespace byeol::runtime
