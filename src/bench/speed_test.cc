#include "bench/speed.h"

#include <gtest/gtest.h>

#include "bench/tiny_model.h"

namespace byeol::bench {
namespace {

class SpeedOfTinyModel : public testing::Test {
 protected:
  std::string refusal(const SpeedOptions& options) {
    const auto speed = measure_speed(load_tiny("smollm2", pool_), pool_, options);
    EXPECT_FALSE(speed);
    if (speed) return "";
    EXPECT_EQ(speed.error().code, ErrorCode::kInvalidArgument);
    return speed.error().message;
  }

  ThreadPool pool_{2};
};

TEST_F(SpeedOfTinyModel, HasOneSampleOfEachRun) {
  const auto speed =
      measure_speed(load_tiny("smollm2", pool_), pool_, {.prompt = 20, .generate = 3, .repeat = 4});
  ASSERT_TRUE(speed) << speed.error().message;
  EXPECT_EQ(speed->prefill_tokens_per_s.size(), 4u);
  EXPECT_EQ(speed->decode_tokens_per_s.size(), 4u);
  for (const double rate : speed->prefill_tokens_per_s) EXPECT_GT(rate, 0);
  for (const double rate : speed->decode_tokens_per_s) EXPECT_GT(rate, 0);
  EXPECT_FALSE(speed->isa.empty());
}

// 7 prompts of 200 tokens do not divide into steps of 512, and 600 sequences exceed one.
TEST_F(SpeedOfTinyModel, TakesAnyNumberOfSequences) {
  const auto model = load_tiny("smollm2", pool_);
  for (const SpeedOptions& options :
       {SpeedOptions{.prompt = 200, .generate = 2, .sequences = 7, .repeat = 1},
        SpeedOptions{.prompt = 1, .generate = 2, .sequences = 600, .repeat = 1}}) {
    const auto speed = measure_speed(model, pool_, options);
    EXPECT_TRUE(speed) << speed.error().message;
  }
}

TEST_F(SpeedOfTinyModel, WhatMakesNoSenseIsASentence) {
  EXPECT_EQ(refusal({.prompt = 200, .generate = 57}),
            "a prompt of 200 and an answer of 57 tokens are more than the model's context of 256");
  EXPECT_EQ(refusal({.prompt = 0}), "prompt, generate, sequences and repeat must be at least 1");
  EXPECT_EQ(refusal({.prompt = 200, .generate = 56, .sequences = 1 << 24}),
            "16777216 sequences of 256 tokens want a cache of 4294967296 positions; expected less "
            "than 2^31");
}

}  // namespace
}  // namespace byeol::bench
