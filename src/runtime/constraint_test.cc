// Turns under a constraint: what they give is valid, whatever is forced comes the same all at once
// or one by one, and an answer that can be closed in time is.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "constrain/notation/notations.h"
#include "constrain/schema/json_schema.h"
#include "runtime/constraint_cache.h"
#include "runtime/tiny_runtime.h"

namespace byeol::runtime {
namespace {

using constrain::Budget;
using constrain::GrammarBuilder;
using constrain::NodeId;

class Constrained : public testing::Test {
 protected:
  std::shared_ptr<constrain::Matcher> by_schema(const std::string& schema) {
    return by([&](GrammarBuilder& builder, Budget& budget) {
      return constrain::add_json_schema(builder, schema, {}, budget);
    });
  }
  std::shared_ptr<constrain::Matcher> by(const ConstraintCache::Write& write) {
    auto matcher = cache_.get(std::to_string(++names_), write);
    EXPECT_TRUE(matcher) << matcher.error().message;
    return *std::move(matcher);
  }
  Turn turn(std::shared_ptr<constrain::Matcher> constraint, int number, int max_tokens = 150) {
    Turn turn;
    turn.prompt = runtime_->model().tokenizer().encode("Prompt " + std::to_string(number) + ":");
    turn.max_tokens = max_tokens;
    turn.sampling.temperature = 1;
    turn.sampling.top_k = 0;
    turn.sampling.top_p = 1;
    turn.sampling.min_p = 0;
    turn.sampling.seed = static_cast<std::uint64_t>(number);
    turn.constraint = std::move(constraint);
    return turn;
  }

  std::unique_ptr<Runtime> runtime_ = tiny_runtime();
  ConstraintCache cache_{runtime_->model().tokenizer()};
  int names_ = 0;
};

TEST_F(Constrained, AnswersAreValidAndEndByThemselves) {
  const auto constraint = by_schema(kCommand);
  for (int number = 0; number < 30; ++number) {
    const Heard heard = run(*runtime_, turn(constraint, number));
    ASSERT_EQ(heard.end.reason, FinishReason::kStop) << heard.end.error << heard.text;
    const auto json = nlohmann::json::parse(heard.text, nullptr, false);
    ASSERT_TRUE(json.is_object()) << heard.text;
    EXPECT_TRUE(json["level"].get<int>() >= 0 && json["level"].get<int>() <= 100) << heard.text;
    EXPECT_LE(json["rooms"].size(), 3u);
    EXPECT_EQ(heard.end.timings.generated_tokens, static_cast<int>(heard.tokens.size()));
  }
}

TEST_F(Constrained, ForcedTokensAreTheSameOneByOne) {
  const auto constraint = by_schema(kCommand);
  for (int number = 0; number < 20; ++number) {
    Turn slow = turn(constraint, number);
    slow.forced_at_once = false;
    const Heard one_by_one = run(*runtime_, slow);
    const Heard at_once = run(*runtime_, turn(constraint, number));
    EXPECT_EQ(at_once.tokens, one_by_one.tokens);
    EXPECT_EQ(at_once.text, one_by_one.text);
    Turn with_logprobs = turn(constraint, number);
    with_logprobs.sampling.logprobs = 1;
    EXPECT_EQ(run(*runtime_, with_logprobs).tokens, one_by_one.tokens);
  }
}

TEST_F(Constrained, TogetherTheyAnswerAsAlone) {
  const auto constraint = by_schema(kCommand);
  std::vector<std::shared_ptr<TurnStream>> streams;
  for (int number = 0; number < 12; ++number) {
    streams.push_back(std::make_shared<TurnStream>());
    // Every third is free.
    Turn one = turn(number % 3 == 0 ? nullptr : constraint, number, 100);
    EXPECT_TRUE(runtime_->submit(std::move(one), streams.back()));
  }
  for (int number = 0; number < 12; ++number) {
    const Heard together = hear(*streams[static_cast<std::size_t>(number)]);
    const Heard alone = run(*runtime_, turn(number % 3 == 0 ? nullptr : constraint, number, 100));
    EXPECT_EQ(together.tokens, alone.tokens) << number;
  }
}

TEST_F(Constrained, WhatCanBeClosedInTimeIs) {
  const auto constraint = by_schema(
      R"({"type":"object","properties":{"text":{"type":"string"},"more":{"type":"array"}},
          "required":["text","more"],"additionalProperties":false})");
  constrain::Constraint fresh(constraint);
  const int least = fresh.tokens_to_end();
  for (int tokens = least; tokens < least + 30; tokens += 3)
    for (int number = 0; number < 4; ++number) {
      const Heard heard = run(*runtime_, turn(constraint, number, tokens));
      EXPECT_EQ(heard.end.reason, FinishReason::kStop) << tokens << heard.text;
      EXPECT_TRUE(nlohmann::json::accept(heard.text)) << heard.text;
      EXPECT_LE(heard.end.timings.generated_tokens, tokens);
    }
  const Heard cut = run(*runtime_, turn(constraint, 1, 3));
  EXPECT_EQ(cut.end.reason, FinishReason::kLength);
}

TEST_F(Constrained, WhatIsForcedFromBeginningToEndIsNeverSampled) {
  const std::string text =
      R"({"a":"a rather long constant, so that it takes many tokens","b":[1,2,3]})";
  const Heard heard = run(*runtime_, turn(by_schema("{\"const\":" + text + "}"), 3));
  EXPECT_EQ(heard.text, text);
  EXPECT_EQ(heard.end.reason, FinishReason::kStop);
  const Heard cut = run(*runtime_, turn(by_schema("{\"const\":" + text + "}"), 3, 7));
  EXPECT_EQ(cut.end.reason, FinishReason::kLength);
  EXPECT_EQ(cut.tokens, std::vector(heard.tokens.begin(), heard.tokens.begin() + 7));
}

TEST_F(Constrained, ADeadlineClosesTheObject) {
  const auto constraint = by_schema(R"({"type":"array","items":{"type":"string"},"minItems":1})");
  const model::Tokenizer& tokenizer = runtime_->model().tokenizer();
  int closed = 0;
  for (int number = 0; number < 8; ++number) {
    Turn one = turn(constraint, number, 1500);
    // No string ends of its own accord.
    for (int token = 0; token < tokenizer.size(); ++token)
      if (tokenizer.piece(token).find('"') != std::string_view::npos)
        one.sampling.logit_bias.emplace_back(token, -1000.0f);
    one.deadline.total_us = 60'000;
    one.deadline.on_miss = OnMiss::kFinish;
    one.insists = false;
    closed += nlohmann::json::accept(run(*runtime_, std::move(one)).text) ? 1 : 0;
  }
  // A busy machine holds this process up now and then, and what it was just closing comes late.
  EXPECT_GE(closed, 5);
}

TEST_F(Constrained, OtherNotations) {
  const Heard choice = run(*runtime_, turn(by([](GrammarBuilder& builder, Budget& budget) {
                                             return constrain::add_choice(
                                                 builder, {"left", "right", "rather"}, budget);
                                           }),
                                           1));
  EXPECT_TRUE(choice.text == "left" || choice.text == "right" || choice.text == "rather");
  const Heard digits =
      run(*runtime_, turn(by([](GrammarBuilder& builder, Budget& budget) {
                            return constrain::add_regex(builder, "[0-9]{40}", budget);
                          }),
                          1));
  EXPECT_EQ(digits.text.size(), 40u);
  EXPECT_EQ(digits.text.find_first_not_of("0123456789"), std::string::npos);
}

// Also where the very first token could be the end.
TEST_F(Constrained, NoAnswerEndsBeforeItsMinTokens) {
  const auto constraint = by([](GrammarBuilder& builder, Budget& budget) {
    return constrain::add_regex(builder, "a*", budget);
  });
  for (int number = 0; number < 10; ++number) {
    Turn one = turn(constraint, number, 20);
    one.min_tokens = number;
    EXPECT_GE(run(*runtime_, one).end.timings.generated_tokens, number);
  }
}

TEST_F(Constrained, TheCacheSharesWhatHasOneName) {
  const auto write = [](GrammarBuilder& builder, Budget&) -> Result<NodeId> {
    return builder.text("x");
  };
  const auto first = cache_.get("same", write);
  const auto second = cache_.get("same", write);
  EXPECT_EQ(first->get(), second->get());
  for (int i = 0; i < 260; ++i) EXPECT_TRUE(cache_.get("other" + std::to_string(i), write));
  EXPECT_NE(cache_.get("same", write)->get(), first->get());  // It was not used for long.
  const auto broken = cache_.get("broken", [](GrammarBuilder& builder, Budget&) -> Result<NodeId> {
    return builder.nothing();
  });
  EXPECT_FALSE(broken);
}

TEST(ConstraintCache, KeepsWhatFitsIntoItsBytes) {
  const auto runtime = tiny_runtime();
  const model::Tokenizer& tokenizer = runtime->model().tokenizer();
  int written = 0;
  const auto get = [&](ConstraintCache& cache, const std::string& name) {
    auto matcher = cache.get(name, [&](GrammarBuilder& builder, Budget& budget) {
      ++written;
      return constrain::add_regex(builder, name + "[a-z]{0,2000}", budget);
    });
    EXPECT_TRUE(matcher);
    return *matcher;
  };
  ConstraintCache roomy(tokenizer);
  for (int round = 0; round < 2; ++round)
    for (const char* name : {"a", "b", "c"}) get(roomy, name);
  EXPECT_EQ(written, 3);

  // All of them fit as they are; what one of them learns makes another go.
  written = 0;
  const std::size_t fresh = get(roomy, "a")->memory_bytes();
  ConstraintCache cache(tokenizer, 3 * (fresh + 1'000'000));
  const auto first = get(cache, "a");
  get(cache, "b");
  get(cache, "c");
  get(cache, "a");
  EXPECT_EQ(written, 3);
  constrain::Constraint constraint(first);
  for (int i = 0; first->memory_bytes() < 3 * (fresh + 1'000'000) && i < 2000; ++i) {
    constraint.mask();
    ASSERT_TRUE(constraint.take(tokenizer.encode("a")[0]));
  }
  ASSERT_GE(first->memory_bytes(), 3 * (fresh + 1'000'000));
  get(cache, "b");
  EXPECT_EQ(written, 3) << "the one that is asked for is kept";
  get(cache, "a");
  EXPECT_EQ(written, 4) << "the large one went";
  get(cache, "b");
  EXPECT_EQ(written, 4);
}

}  // namespace
}  // namespace byeol::runtime
