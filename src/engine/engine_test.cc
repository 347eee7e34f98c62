// Promise 1 of the design, on tiny models with a window, GQA and int8 weights: the logits of a
// token are the same bits however its sequence was cut, batched, shared, threaded or vectorised.
// And what the engine answers to requests that it cannot serve.
#include "engine/engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace byeol::engine {
namespace {

constexpr std::int32_t kLength = 300;  // Crosses a chunk of attention (256) and several windows.

using Tokens = std::vector<TokenId>;
using Logits2d = std::vector<std::vector<float>>;

// A text of no meaning: the same on every machine.
Tokens random_tokens(std::size_t count, std::uint32_t seed) {
  Tokens tokens(count);
  for (TokenId& token : tokens) {
    seed = seed * 1664525u + 1013904223u;
    token = static_cast<TokenId>((seed >> 8) % 270u);
  }
  return tokens;
}

std::vector<float> to_vector(std::span<const float> row) {
  return {row.begin(), row.end()};
}

// What a sequence has in the cache.
std::vector<std::byte> keys_and_values(const Engine& engine, SequenceId sequence) {
  std::vector<std::byte> all;
  const auto tokens = static_cast<std::int32_t>(engine.tokens(sequence).size());
  for (std::int32_t first = 0; first < tokens; first += kernels::kPageTokens) {
    const auto page = engine.page(sequence, first / kernels::kPageTokens);
    all.insert(all.end(), page.begin(), page.end());
  }
  return all;
}

// Equal as bits: 0 and -0 differ, NaN equals itself.
testing::AssertionResult same_bits(const Logits2d& actual, const Logits2d& expected) {
  if (actual.size() != expected.size())
    return testing::AssertionFailure() << actual.size() << " rows, not " << expected.size();
  for (std::size_t row = 0; row < expected.size(); ++row) {
    const std::size_t bytes = expected[row].size() * sizeof(float);
    if (actual[row].size() != expected[row].size() ||
        std::memcmp(actual[row].data(), expected[row].data(), bytes) != 0)
      return testing::AssertionFailure() << "row " << row << " differs";
  }
  return testing::AssertionSuccess();
}

// For the time of a test.
class Isa {
 public:
  explicit Isa(const char* name) { ::setenv("BYEOL_ISA", name, 1); }
  ~Isa() { ::unsetenv("BYEOL_ISA"); }
  Isa(const Isa&) = delete;
  Isa& operator=(const Isa&) = delete;
};

std::unique_ptr<Engine> make_engine(const std::string& name, ThreadPool& pool,
                                    const EngineOptions& options = {}) {
  auto model = model::Model::load(
      std::string(BYEOL_SOURCE_DIR) + "/tests/golden/model/tiny-" + name + ".gguf", pool);
  EXPECT_TRUE(model) << model.error().message;
  auto engine = Engine::create(*model, pool, options);
  EXPECT_TRUE(engine) << engine.error().message;
  return std::move(*engine);
}

// Appends `tokens` in pieces of at most `piece` and returns the logits of each.
Logits2d append(Engine& engine, SequenceId sequence, std::span<const TokenId> tokens,
                std::size_t piece) {
  Logits2d all;
  for (std::size_t at = 0; at < tokens.size(); at += piece) {
    const StepEntry entry{sequence, tokens.subspan(at, std::min(piece, tokens.size() - at)),
                          Logits::kAll};
    const Status stepped = engine.step(std::span(&entry, 1));
    EXPECT_TRUE(stepped) << stepped.error().message;
    for (std::int32_t row = 0; row < engine.logit_rows(0); ++row)
      all.push_back(to_vector(engine.logits(0, row)));
  }
  return all;
}

struct Case {
  const char* model;
  kernels::KvType kv;
};

void PrintTo(const Case& tested, std::ostream* out) {
  *out << tested.model;
}

class SameBits : public testing::TestWithParam<Case> {
 protected:
  std::unique_ptr<Engine> engine(ThreadPool& pool) const {
    return make_engine(GetParam().model, pool, {.kv_type = GetParam().kv, .kv_tokens = 4096});
  }

  ThreadPool pool_{2};
  Tokens tokens_ = random_tokens(kLength, 1);
};

TEST_P(SameBits, HoweverAPromptIsCut) {
  const auto engine = this->engine(pool_);
  const SequenceId uncut = engine->open();
  const Logits2d whole = append(*engine, uncut, tokens_, 512);
  for (const std::size_t piece : {1u, 17u, 128u}) {
    const SequenceId cut = engine->open();
    EXPECT_TRUE(same_bits(append(*engine, cut, tokens_, piece), whole)) << piece;
    EXPECT_EQ(keys_and_values(*engine, cut), keys_and_values(*engine, uncut)) << piece;
  }
}

TEST_P(SameBits, WhoeverElseIsInTheStep) {
  const auto engine = this->engine(pool_);
  const SequenceId lonely = engine->open();
  const Logits2d alone = append(*engine, lonely, tokens_, 512);

  // Seven sequences; the one in the middle is ours. The others decode, prefill, and pause.
  std::vector<SequenceId> sequences;
  for (std::size_t i = 0; i < 7; ++i) sequences.push_back(engine->open());
  const Tokens other = random_tokens(2000, 2);
  Logits2d together;
  std::size_t at = 0;
  for (std::size_t step = 0; at < tokens_.size(); ++step) {
    const std::size_t piece = std::min<std::size_t>(1 + step % 13, tokens_.size() - at);
    std::vector<StepEntry> entries;
    std::size_t ours = 0;
    for (std::size_t i = 0; i < sequences.size(); ++i) {
      if (i == 3) {
        ours = entries.size();
        entries.push_back({sequences[i], std::span(tokens_).subspan(at, piece), Logits::kAll});
      } else if ((step + i) % 3 != 0) {
        const std::size_t begin = (31 * i + 7 * step) % 1900;
        entries.push_back({sequences[i], std::span(other).subspan(begin, 1 + (i * step) % 9),
                           i % 2 == 0 ? Logits::kLast : Logits::kNone});
      }
    }
    const Status stepped = engine->step(entries);
    ASSERT_TRUE(stepped) << stepped.error().message;
    for (std::int32_t row = 0; row < engine->logit_rows(ours); ++row)
      together.push_back(to_vector(engine->logits(ours, row)));
    at += piece;
  }
  EXPECT_TRUE(same_bits(together, alone));
  EXPECT_EQ(keys_and_values(*engine, sequences[3]), keys_and_values(*engine, lonely));
}

TEST_P(SameBits, OnAnyNumberOfThreads) {
  const auto two = engine(pool_);
  const SequenceId reference = two->open();
  const Logits2d expected = append(*two, reference, tokens_, 100);
  for (const int threads : {1, 5}) {
    ThreadPool pool(threads);
    const auto engine = this->engine(pool);
    const SequenceId sequence = engine->open();
    EXPECT_TRUE(same_bits(append(*engine, sequence, tokens_, 100), expected)) << threads;
    EXPECT_EQ(keys_and_values(*engine, sequence), keys_and_values(*two, reference)) << threads;
  }
}

TEST_P(SameBits, AfterAForkedPrefix) {
  const auto engine = this->engine(pool_);
  const SequenceId fresh = engine->open();
  const Logits2d whole = append(*engine, fresh, tokens_, 512);
  const SequenceId source = engine->open();
  append(*engine, source, std::span(tokens_).first(200), 512);
  // 64 and 192 are whole pages, 0 is nothing, the others cut a page.
  for (const std::int32_t length : {0, 1, 64, 77, 192, 199, 200}) {
    const auto forked = engine->fork(source, length);
    ASSERT_TRUE(forked) << forked.error().message;
    const Logits2d rest =
        append(*engine, *forked, std::span(tokens_).subspan(static_cast<std::size_t>(length)), 50);
    EXPECT_TRUE(same_bits(rest, Logits2d(whole.begin() + length, whole.end()))) << length;
    EXPECT_EQ(keys_and_values(*engine, *forked), keys_and_values(*engine, fresh)) << length;
    engine->close(*forked);
  }
  // The source does not notice.
  EXPECT_TRUE(same_bits(append(*engine, source, std::span(tokens_).subspan(200), 512),
                        Logits2d(whole.begin() + 200, whole.end())));
}

// Forks of one sequence, and of a fork, in one step: attention passes over what they share once.
TEST_P(SameBits, WhileOthersShareAPrefix) {
  const auto engine = this->engine(pool_);
  const SequenceId source = engine->open();
  append(*engine, source, std::span(tokens_).first(290), 512);
  std::vector<SequenceId> sequences = {source};
  std::vector<Tokens> texts = {Tokens(tokens_.begin(), tokens_.begin() + 290)};
  // {forked from, at}: whole pages and cut ones, before and behind the end of the first chunk.
  for (const auto& [from, length] : {std::pair(0u, 288), std::pair(0u, 64), std::pair(0u, 270),
                                     std::pair(1u, 260), std::pair(2u, 33)}) {
    const auto forked = engine->fork(sequences[from], length);
    ASSERT_TRUE(forked) << forked.error().message;
    sequences.push_back(*forked);
    texts.emplace_back(texts[from].begin(), texts[from].begin() + length);
  }
  Logits2d together, alone;
  for (std::size_t step = 0; step < 3; ++step) {  // Of one to five tokens each.
    std::vector<Tokens> news;
    std::vector<StepEntry> entries;
    for (std::size_t i = 0; i < sequences.size(); ++i)
      news.push_back(
          random_tokens(1 + (i + 2 * step) % 5, static_cast<std::uint32_t>(7 * i + step)));
    for (std::size_t i = 0; i < sequences.size(); ++i) {
      entries.push_back({sequences[i], news[i], Logits::kLast});
      texts[i].insert(texts[i].end(), news[i].begin(), news[i].end());
    }
    const Status stepped = engine->step(entries);
    ASSERT_TRUE(stepped) << stepped.error().message;
    for (std::size_t i = 0; i < sequences.size(); ++i)
      together.push_back(to_vector(engine->logits(i)));
    for (const Tokens& text : texts) {
      const SequenceId fresh = engine->open();
      alone.push_back(append(*engine, fresh, text, 512).back());
      engine->close(fresh);
    }
  }
  EXPECT_TRUE(same_bits(together, alone));
}

TEST_P(SameBits, AfterTokensWereTakenBack) {
  const auto engine = this->engine(pool_);
  const Logits2d whole = append(*engine, engine->open(), tokens_, 512);
  const SequenceId sequence = engine->open();
  append(*engine, sequence, std::span(tokens_).first(150), 512);
  append(*engine, sequence, random_tokens(60, 3), 512);
  engine->truncate(sequence, 150);
  EXPECT_TRUE(same_bits(append(*engine, sequence, std::span(tokens_).subspan(150), 512),
                        Logits2d(whole.begin() + 150, whole.end())));
}

// A cut inside a page that another sequence shares: what follows goes into a copy.
TEST_P(SameBits, AfterACutInsideASharedPage) {
  const auto engine = this->engine(pool_);
  const Logits2d whole = append(*engine, engine->open(), tokens_, 512);
  const SequenceId source = engine->open();
  append(*engine, source, std::span(tokens_).first(160), 512);
  const std::vector<std::byte> before = keys_and_values(*engine, source);
  const auto forked = engine->fork(source, 128);  // Four whole pages.
  ASSERT_TRUE(forked) << forked.error().message;
  // {cut to, pages that are copied}: 97 is in the copy that 127 made.
  for (const auto& [length, copied] : {std::pair(128, 0), std::pair(127, 1), std::pair(97, 0),
                                       std::pair(96, 0), std::pair(70, 1), std::pair(64, 0)}) {
    engine->truncate(*forked, length);
    const std::int32_t free = engine->free_tokens();
    append(*engine, *forked, random_tokens(40, 5), 7);  // A draft that was wrong.
    engine->truncate(*forked, length);
    EXPECT_EQ(keys_and_values(*engine, source), before) << length;
    EXPECT_EQ(engine->free_tokens(), free - copied * Engine::kPageTokens) << length;
    EXPECT_TRUE(same_bits(
        append(*engine, *forked, std::span(tokens_).subspan(static_cast<std::size_t>(length)), 50),
        Logits2d(whole.begin() + length, whole.end())))
        << length;
  }
  EXPECT_TRUE(same_bits(append(*engine, source, std::span(tokens_).subspan(160), 512),
                        Logits2d(whole.begin() + 160, whole.end())));
}

TEST_P(SameBits, OnEveryInstructionSet) {
  Logits2d expected;
  std::vector<std::byte> expected_cache;
  {
    const Isa isa("scalar");
    const auto engine = this->engine(pool_);
    const SequenceId sequence = engine->open();
    expected = append(*engine, sequence, tokens_, 77);
    expected_cache = keys_and_values(*engine, sequence);
  }
  for (const auto* table :
       {kernels::avx2_table(), kernels::avx512_table(), kernels::neon_table()}) {
    if (!table) continue;
    const Isa isa(table->isa);
    const auto engine = this->engine(pool_);
    ASSERT_STREQ(engine->isa(), table->isa);
    const SequenceId sequence = engine->open();
    EXPECT_TRUE(same_bits(append(*engine, sequence, tokens_, 77), expected)) << table->isa;
    EXPECT_EQ(keys_and_values(*engine, sequence), expected_cache) << table->isa;
  }
}

INSTANTIATE_TEST_SUITE_P(Models, SameBits,
                         testing::Values(Case{"gemma3", kernels::KvType::kBF16},
                                         Case{"qwen2-tied-q8_0", kernels::KvType::kBF16},
                                         Case{"qwen2-tied-q8_0", kernels::KvType::kQ8},
                                         Case{"qwen3", kernels::KvType::kF16},
                                         Case{"llama3", kernels::KvType::kQ8}),
                         [](const testing::TestParamInfo<Case>& tested) {
                           std::string name = tested.param.model;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name + "_" + std::to_string(tested.index);
                         });

// What is wanted of the logits may be settled when the layers are done; not before the head is.
TEST(EngineStep, AsksLateWhichLogitsAreWanted) {
  ThreadPool pool(2);
  const auto engine = make_engine("qwen2-tied-q8_0", pool);
  const Tokens tokens = random_tokens(5, 9), few{3, 200};
  const SequenceId plain = engine->open(), late = engine->open();
  const StepEntry entry{plain, tokens, Logits::kLast};
  ASSERT_TRUE(engine->step(std::span(&entry, 1)));
  const std::vector<float> whole = to_vector(engine->logits(0));
  std::vector<StepEntry> entries{{late, tokens, Logits::kLast}};
  int calls = 0;
  ASSERT_TRUE(engine->step(entries, [&] {
    ++calls;
    entries[0].wanted = {.tokens = few};
  }));
  EXPECT_EQ(calls, 1);
  for (const TokenId token : few)
    EXPECT_EQ(engine->logits(0)[static_cast<std::size_t>(token)],
              whole[static_cast<std::size_t>(token)]);
  const Tokens unknown{100'000};
  entries[0].tokens = unknown;
  EXPECT_FALSE(engine->step(entries, [&] { ++calls; }));
  EXPECT_EQ(calls, 1);
}

class EngineRefuses : public testing::Test {
 protected:
  ThreadPool pool_{2};
  std::unique_ptr<Engine> engine_ =
      make_engine("qwen3", pool_, {.kv_tokens = 96, .step_rows_max = 64});
};

TEST_F(EngineRefuses, ATokenThatTheVocabularyLacks) {
  const SequenceId sequence = engine_->open();
  for (const TokenId bad : {-1, 293}) {
    const Tokens tokens{1, bad};
    const StepEntry entry{sequence, tokens, Logits::kLast};
    const Status stepped = engine_->step(std::span(&entry, 1));
    ASSERT_FALSE(stepped);
    EXPECT_EQ(stepped.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(stepped.error().message,
              "token " + std::to_string(bad) + " is not in the vocabulary of 293");
  }
  EXPECT_TRUE(engine_->tokens(sequence).empty());
}

TEST_F(EngineRefuses, MoreRowsThanAStepTakes) {
  const Tokens tokens = random_tokens(65, 4);
  const StepEntry entry{engine_->open(), tokens, Logits::kLast};
  const Status stepped = engine_->step(std::span(&entry, 1));
  ASSERT_FALSE(stepped);
  EXPECT_EQ(stepped.error().message, "a step of 65 tokens; expected at most 64");
}

TEST_F(EngineRefuses, WhatTheCacheCannotHoldAndChangesNothing) {
  const Tokens tokens = random_tokens(64, 5);
  const SequenceId full = engine_->open();
  const Logits2d expected = append(*engine_, full, tokens, 64);
  const SequenceId other = engine_->open();
  const StepEntry entries[] = {{other, std::span(tokens).first(20), Logits::kLast},
                               {full, std::span(tokens).first(20), Logits::kLast}};
  const Status stepped = engine_->step(entries);
  ASSERT_FALSE(stepped);
  EXPECT_EQ(stepped.error().code, ErrorCode::kOverloaded);
  EXPECT_EQ(stepped.error().message,
            "the KV cache is full: the step wants 2 pages, 1 of 3 are free");
  EXPECT_EQ(engine_->tokens(full).size(), 64u);
  EXPECT_TRUE(engine_->tokens(other).empty());
  EXPECT_EQ(engine_->free_tokens(), 32);

  // Closing gives the pages back.
  engine_->close(full);
  EXPECT_EQ(engine_->free_tokens(), 96);
  EXPECT_TRUE(same_bits(append(*engine_, other, tokens, 64), expected));
}

TEST_F(EngineRefuses, AForkThatHasNoPageLeft) {
  const SequenceId source = engine_->open();
  append(*engine_, source, random_tokens(70, 6), 35);
  EXPECT_EQ(engine_->free_tokens(), 0);
  const auto cut = engine_->fork(source, 69);
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code, ErrorCode::kOverloaded);
  // Whole pages are shared: no new one is wanted.
  const auto whole = engine_->fork(source, 64);
  ASSERT_TRUE(whole);
  EXPECT_EQ(engine_->tokens(*whole).size(), 64u);
  // A shared page lives until its last owner closes.
  engine_->close(source);
  EXPECT_EQ(engine_->free_tokens(), 32);
  engine_->close(*whole);
  EXPECT_EQ(engine_->free_tokens(), 96);
}

TEST(EngineCreate, RefusesAnInstructionSetThatThisMachineLacks) {
  ThreadPool pool(1);
  auto model = model::Model::load(
      std::string(BYEOL_SOURCE_DIR) + "/tests/golden/model/tiny-qwen3.gguf", pool);
  ASSERT_TRUE(model) << model.error().message;
  const Isa isa("mmx");
  const auto engine = Engine::create(*model, pool, {});
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().message,
            "BYEOL_ISA=mmx is none that this machine runs; expected scalar, avx2, avx512 or neon");
}

}  // namespace
}  // namespace byeol::engine
