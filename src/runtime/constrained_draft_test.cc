// Drafts of constrained answers: guessed from earlier answers in the same form, they save steps and
// change nothing. A clock that runs by calls makes rows of a draft as good as free.
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <nlohmann/json.hpp>

#include "constrain/notation/notations.h"
#include "constrain/schema/json_schema.h"
#include "runtime/answer_memory.h"
#include "runtime/constraint_cache.h"
#include "runtime/tiny_runtime.h"

namespace byeol::runtime {
namespace {

class ConstrainedDraft : public testing::TestWithParam<float> {  // A temperature.
 protected:
  std::unique_ptr<Runtime> make_runtime() {
    struct State {
      std::mutex mutex;
      std::chrono::steady_clock::time_point now;
    };
    RuntimeOptions options;
    options.threads = 2;
    options.engine.kv_tokens = 4096;
    options.clock = [state = std::make_shared<State>()] {
      const std::lock_guard lock(state->mutex);
      return state->now += std::chrono::milliseconds(1);
    };
    options.on_step = [this](const StepReport&) { ++steps_; };
    auto runtime = Runtime::load(tiny_model_path("smollm2"), options);
    EXPECT_TRUE(runtime) << runtime.error().message;
    return *std::move(runtime);
  }
  std::shared_ptr<constrain::Matcher> matcher(const std::string& schema) {
    auto made =
        cache_.get(schema, [&](constrain::GrammarBuilder& builder, constrain::Budget& budget) {
          return constrain::add_json_schema(builder, schema, {}, budget);
        });
    EXPECT_TRUE(made) << made.error().message;
    return *std::move(made);
  }
  Turn turn(int number, int max_tokens = 150, const char* schema = kCommand) {
    Turn turn;
    turn.prompt = runtime_->model().tokenizer().encode("Prompt " + std::to_string(number) + ":");
    turn.max_tokens = max_tokens;
    turn.sampling.temperature = GetParam();
    turn.sampling.top_k = 0;
    turn.sampling.top_p = 1;
    turn.sampling.min_p = 0;
    turn.sampling.seed = static_cast<std::uint64_t>(number);
    turn.constraint = matcher(schema);
    return turn;
  }
  static Turn plain(Turn turn) {
    turn.speculation = Speculation::kNone;
    return turn;
  }

  std::atomic<int> steps_ = 0;
  std::unique_ptr<Runtime> runtime_ = make_runtime();
  ConstraintCache cache_{runtime_->model().tokenizer()};
};

INSTANTIATE_TEST_SUITE_P(Temperatures, ConstrainedDraft, testing::Values(0.0f, 1.0f));

TEST_P(ConstrainedDraft, AnswersAreTheSameWithAndWithout) {
  int drafted = 0, accepted = 0;
  for (int number = 0; number < 40; ++number) {
    // The same few come again and again, some of them with too little room.
    const int max_tokens = number % 5 == 0 ? 40 + number : 150;
    const Heard expected = run(*runtime_, plain(turn(number % 8, max_tokens)));
    const Heard heard = run(*runtime_, turn(number % 8, max_tokens));
    EXPECT_EQ(heard.tokens, expected.tokens) << number;
    EXPECT_EQ(heard.text, expected.text);
    EXPECT_EQ(heard.end.reason, expected.end.reason);
    EXPECT_EQ(heard.end.reason == FinishReason::kStop, nlohmann::json::accept(heard.text));
    EXPECT_EQ(expected.end.timings.drafted_tokens, 0);
    drafted += heard.end.timings.drafted_tokens;
    accepted += heard.end.timings.accepted_tokens;
  }
  EXPECT_GT(accepted, 100);
  EXPECT_GT(drafted, accepted);  // Some were wrong, so what that leaves behind was tried.
}

TEST_P(ConstrainedDraft, SeveralTogether) {
  int accepted = 0;
  for (int round = 0; round < 4; ++round) {
    std::vector<std::shared_ptr<TurnStream>> streams;
    for (int number = 0; number < 5; ++number) {
      streams.push_back(std::make_shared<TurnStream>());
      EXPECT_TRUE(runtime_->submit(turn(number), streams.back()));
    }
    for (int number = 0; number < 5; ++number) {
      const Heard together = hear(*streams[static_cast<std::size_t>(number)]);
      EXPECT_EQ(together.tokens, run(*runtime_, plain(turn(number))).tokens);
      accepted += together.end.timings.accepted_tokens;
    }
  }
  EXPECT_GT(accepted, 50);
}

// Penalties look at what was said, a stop string may come within a draft, and a bias counts among
// what is allowed.
TEST_P(ConstrainedDraft, OptionsCountInDraftsToo) {
  const auto options = [this](int number) {
    Turn one = turn(number % 4, 120);
    if (number % 3 == 0) one.stop = {"level\":1", "kit"};
    if (number % 3 == 1) one.sampling.frequency_penalty = 0.5f;
    if (number % 3 == 2)
      for (TokenId token = 0; token < 40; ++token)
        one.sampling.logit_bias.emplace_back(token, 30.0f);
    return one;
  };
  int accepted = 0;
  for (int number = 0; number < 36; ++number) {
    const Heard expected = run(*runtime_, plain(options(number)));
    const Heard heard = run(*runtime_, options(number));
    EXPECT_EQ(heard.tokens, expected.tokens) << number;
    EXPECT_EQ(heard.text, expected.text) << number;
    EXPECT_EQ(heard.end.reason, expected.end.reason) << number;
    accepted += heard.end.timings.accepted_tokens;
  }
  EXPECT_GT(accepted, 50);
}

TEST_P(ConstrainedDraft, NothingComesFromAnotherTenant) {
  for (int round = 0; round < 4; ++round) run(*runtime_, turn(3));
  EXPECT_GT(run(*runtime_, turn(3)).end.timings.accepted_tokens, 10);
  Turn other = turn(3);
  other.tenant = 1;
  EXPECT_LT(run(*runtime_, other).end.timings.drafted_tokens, 5);
}

TEST_P(ConstrainedDraft, WhatWasAnsweredBeforeTakesFewSteps) {
  for (int round = 0; round < 6; ++round) run(*runtime_, turn(3));
  const int before = steps_;
  const Heard again = run(*runtime_, turn(3));
  const int drafted_steps = steps_ - before;
  run(*runtime_, plain(turn(3)));
  const int plain_steps = steps_ - before - drafted_steps;
  EXPECT_LT(2 * drafted_steps, plain_steps) << again.text;
}

// An end that is allowed is none before min_tokens, in a draft's rows neither.
TEST_P(ConstrainedDraft, DoesNotEndBeforeMinTokens) {
  const auto words =
      *cache_.get("words", [](constrain::GrammarBuilder& builder, constrain::Budget& budget) {
        return constrain::add_regex(builder, "(?:ab |cd |e)*", budget);
      });
  int accepted = 0;
  for (int number = 0; number < 30; ++number) {
    Turn one = turn(number % 3, 40);
    one.constraint = words;
    one.min_tokens = 6 * (1 + number % 4);
    const Heard heard = run(*runtime_, one);
    EXPECT_EQ(heard.tokens, run(*runtime_, plain(one)).tokens) << number;
    EXPECT_GE(heard.end.timings.generated_tokens, one.min_tokens);
    accepted += heard.end.timings.accepted_tokens;
  }
  EXPECT_GT(accepted, 50);
}

TEST_P(ConstrainedDraft, EndsWhereItWouldHaveEnded) {
  int accepted = 0;
  constexpr const char* kWords = R"({"type":"array","items":{"enum":["a","bc","d"]},"minItems":6})";
  for (int number = 0; number < 30; ++number) {
    Turn one = turn(number % 3, 60, kWords);
    one.min_tokens = 4 * (number % 4);
    const Heard heard = run(*runtime_, one);
    EXPECT_EQ(heard.tokens, run(*runtime_, plain(one)).tokens);
    EXPECT_TRUE(nlohmann::json::accept(heard.text)) << heard.text;
    EXPECT_EQ(heard.end.timings.generated_tokens, static_cast<int>(heard.tokens.size()));
    accepted += heard.end.timings.accepted_tokens;
  }
  EXPECT_GT(accepted, 0);
}

TEST_P(ConstrainedDraft, WhatWasComputedIsRemembered) {
  run(*runtime_, turn(1));
  const Heard heard = run(*runtime_, turn(1));
  Turn next = turn(1);
  next.prompt.insert(next.prompt.end(), heard.tokens.begin(), heard.tokens.end());
  next.prompt.push_back(5);
  next.constraint = nullptr;
  // All but the last tokens of the answer: those that end it were never computed.
  EXPECT_GE(run(*runtime_, next).end.timings.reused_tokens,
            static_cast<int>(next.prompt.size()) - 5);
}

TEST(AnswerMemory, KeepsTheNewestTokens) {
  AnswerMemory memory;
  const std::vector<TokenId> old(600, 1), fresh(600, 2), endless(5000, 3);
  memory.add(old, {});
  memory.add(fresh, {});
  EXPECT_EQ(memory.content().tokens.size(), AnswerMemory::kTokens);
  EXPECT_EQ(memory.content().tokens.front(), 1);
  EXPECT_EQ(memory.content().tokens.back(), 2);
  memory.add(endless, {});
  EXPECT_EQ(memory.content().tokens, std::vector<TokenId>(AnswerMemory::kTokens, 3));
}

TEST(AnswerMemory, OfOneFormAndTenant) {
  const auto runtime = tiny_runtime();
  ConstraintCache cache(runtime->model().tokenizer());
  const auto form = [&](const std::string& name) {
    return *cache.get(name, [](constrain::GrammarBuilder& builder, constrain::Budget&) {
      return Result<constrain::NodeId>(builder.text("x"));
    });
  };
  AnswerMemories memories;
  const auto first = memories.of(form("a"), 0);
  EXPECT_EQ(memories.of(form("a"), 0), first);
  EXPECT_NE(memories.of(form("a"), 1), first);
  EXPECT_NE(memories.of(form("b"), 0), first);
  for (std::uint32_t tenant = 2; tenant < 1100; ++tenant) memories.of(form("a"), tenant);
  EXPECT_NE(memories.of(form("a"), 0), first);  // There were too many.
}

}  // namespace
}  // namespace byeol::runtime
