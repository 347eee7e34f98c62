// Hidden states keep promise 1 of the design as logits do, and asking for them changes nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "engine/tiny_engine.h"

namespace byeol::engine {
namespace {

using States = std::vector<std::vector<float>>;

std::vector<float> to_vector(std::span<const float> row) {
  return {row.begin(), row.end()};
}

States states_of(Engine& engine, std::span<const TokenId> tokens, std::size_t piece) {
  const SequenceId sequence = engine.open();
  States states;
  for (std::size_t at = 0; at < tokens.size(); at += piece) {
    const StepEntry entry{.sequence = sequence,
                          .tokens = tokens.subspan(at, std::min(piece, tokens.size() - at)),
                          .hidden = Hidden::kAll};
    EXPECT_TRUE(engine.step(std::span(&entry, 1)));
    for (std::size_t row = 0; row < entry.tokens.size(); ++row)
      states.push_back(to_vector(engine.hidden(0, static_cast<std::int32_t>(row))));
  }
  engine.close(sequence);
  return states;
}

class HiddenStates : public testing::TestWithParam<const char*> {
 protected:
  std::unique_ptr<Engine> engine(ThreadPool& pool) const {
    return tiny_engine(GetParam(), pool, {.kv_tokens = 2048});
  }
  ThreadPool pool_{2};
  const Tokens tokens_ = tiny_tokens(100, 1);
};

TEST_P(HiddenStates, AreTheSameHoweverTheTextIsCut) {
  const auto engine = this->engine(pool_);
  const States whole = states_of(*engine, tokens_, 512);
  EXPECT_EQ(whole.size(), tokens_.size());
  EXPECT_EQ(whole.front().size(), static_cast<std::size_t>(engine->model().config().width));
  for (const std::size_t piece : {1u, 13u, 64u})
    EXPECT_EQ(states_of(*engine, tokens_, piece), whole) << piece;
}

TEST_P(HiddenStates, AreTheSameInCompanyAndDisturbNobody) {
  const auto engine = this->engine(pool_);
  const States whole = states_of(*engine, tokens_, 512);
  const Tokens other = tiny_tokens(40, 2);
  const StepEntry alone{engine->open(), other, Logits::kAll};
  ASSERT_TRUE(engine->step(std::span(&alone, 1)));
  const States logits{to_vector(engine->logits(0, 0)), to_vector(engine->logits(0, 39))};

  const StepEntry entries[] = {
      {.sequence = engine->open(), .tokens = other, .logits = Logits::kAll},
      {.sequence = engine->open(), .tokens = tokens_, .hidden = Hidden::kAll},
      {.sequence = engine->open(), .tokens = other},
      {.sequence = engine->open(),
       .tokens = tokens_,
       .logits = Logits::kLast,
       .wanted = {},
       .hidden = Hidden::kAll}};
  ASSERT_TRUE(engine->step(entries));
  EXPECT_EQ(to_vector(engine->logits(0, 0)), logits[0]);
  EXPECT_EQ(to_vector(engine->logits(0, 39)), logits[1]);
  for (std::size_t row = 0; row < tokens_.size(); ++row) {
    const auto index = static_cast<std::int32_t>(row);
    EXPECT_EQ(to_vector(engine->hidden(1, index)), whole[row]);
    EXPECT_EQ(to_vector(engine->hidden(3, index)), whole[row]);
  }
  EXPECT_EQ(engine->logit_rows(1), 0);
  EXPECT_EQ(engine->logit_rows(3), 1);
}

TEST_P(HiddenStates, AreTheSameOnAnyNumberOfThreadsAndEveryInstructionSet) {
  const States whole = states_of(*engine(pool_), tokens_, 512);
  ThreadPool three(3);
  EXPECT_EQ(states_of(*engine(three), tokens_, 512), whole);
  ::setenv("BYEOL_ISA", "scalar", 1);
  EXPECT_EQ(states_of(*engine(pool_), tokens_, 512), whole);
  ::unsetenv("BYEOL_ISA");
}

INSTANTIATE_TEST_SUITE_P(Models, HiddenStates,
                         testing::Values("smollm2", "gemma3", "qwen2-tied-q8_0", "qwen3"),
                         [](const testing::TestParamInfo<const char*>& model) {
                           std::string name = model.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace byeol::engine
