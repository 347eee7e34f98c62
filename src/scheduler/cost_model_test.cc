#include "scheduler/cost_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace byeol::scheduler {
namespace {

constexpr StepCost kTruth = {.fixed = 1500,
                             .prefill = 280,
                             .chunk_context = 0.2,
                             .decoding = 400,
                             .decode = 350,
                             .context = 0.6,
                             .mixing = -100};

StepShape any_step(std::mt19937& random) {
  const auto below = [&random](std::uint32_t n) { return static_cast<std::int64_t>(random() % n); };
  StepShape shape;
  if (below(2) == 0) {
    shape.prefill_tokens = 1 + below(256);
    shape.chunk_context = static_cast<double>(shape.prefill_tokens * below(4000));
  }
  if (shape.prefill_tokens == 0 || below(2) == 0) {
    shape.decodes = 1 + below(32);
    shape.decode_context = shape.decodes * below(2000);
  }
  return shape;
}

// The largest error of 200 predictions, as a share.
double worst_error(const CostModel& model, const CostModel& truth, std::mt19937& random) {
  double worst = 0;
  for (int i = 0; i < 200; ++i) {
    const StepShape shape = any_step(random);
    const double us = truth.predict_us(shape);
    worst = std::max(worst, std::abs(model.predict_us(shape) - us) / us);
  }
  return worst;
}

TEST(CostModel, PredictsByItsFormula) {
  const CostModel model(kTruth);
  EXPECT_DOUBLE_EQ(model.predict_us({}), 1500);
  EXPECT_DOUBLE_EQ(model.predict_us({.decodes = 2, .decode_context = 100}),
                   1500 + 400 + 2 * 350 + 0.6 * 100);
  EXPECT_DOUBLE_EQ(model.predict_us({.prefill_tokens = 10, .chunk_context = 50, .decodes = 3}),
                   1500 + 10 * 280 + 0.2 * 50 + 400 + 3 * 350 - 3 * 100);
}

TEST(CostModel, LearnsAMachineThatIsNotWhatWasGuessed) {
  const CostModel truth(kTruth);
  CostModel model({.fixed = 5000, .prefill = 1000, .decoding = 100, .decode = 100});
  std::mt19937 random(1);
  for (int i = 0; i < 600; ++i) {
    const StepShape shape = any_step(random);
    model.learn(shape, truth.predict_us(shape));
  }
  EXPECT_LT(worst_error(model, truth, random), 0.02);
  EXPECT_LT(model.error_share(), 0.05);
}

TEST(CostModel, FollowsAMachineThatBecomesSlower) {
  CostModel truth(kTruth), model(kTruth);
  StepCost slower = kTruth;
  slower.prefill *= 2, slower.decode *= 2, slower.fixed *= 2;
  std::mt19937 random(2);
  for (int i = 0; i < 1000; ++i) {
    const StepShape shape = any_step(random);
    model.learn(shape, CostModel(slower).predict_us(shape));
  }
  EXPECT_LT(worst_error(model, CostModel(slower), random), 0.05);
}

TEST(CostModel, NoiseShowsInItsErrorAndNotInItsMeans) {
  const CostModel truth(kTruth);
  CostModel model(kTruth);
  std::mt19937 random(3);
  for (int i = 0; i < 4000; ++i) {
    const StepShape shape = any_step(random);
    const double noise = 0.9 + 0.2 * static_cast<double>(random() % 1000) / 1000;
    model.learn(shape, truth.predict_us(shape) * noise);
  }
  EXPECT_LT(worst_error(model, truth, random), 0.15);
  EXPECT_GT(model.error_share(), 0.05);
  EXPECT_LT(model.error_share(), 0.2);
}

// A week of one kind of step must not make the others unpredictable.
TEST(CostModel, StepsThatLookAlikeForgetNothing) {
  const CostModel truth(kTruth);
  CostModel model(kTruth);
  const StepShape same{.decodes = 1, .decode_context = 100};
  for (int i = 0; i < 200'000; ++i) model.learn(same, truth.predict_us(same));
  std::mt19937 random(4);
  EXPECT_LT(worst_error(model, truth, random), 0.05);
}

// Nor may one noisy step of another kind, after an hour of decodes, decide what that kind costs.
TEST(CostModel, ASettledOneIsNotMovedByASingleStep) {
  const CostModel truth(kTruth);
  CostModel model(kTruth);
  model.settle();
  std::mt19937 random(5);
  for (int i = 0; i < 20'000; ++i) {
    const StepShape same{.decodes = 8, .decode_context = 8 * (100 + i % 400)};
    model.learn(same, truth.predict_us(same) * (0.9 + 2e-4 * static_cast<double>(random() % 1000)));
  }
  EXPECT_LT(worst_error(model, truth, random), 0.15);
  const StepShape prompt{
      .prefill_tokens = 32, .chunk_context = 32 * 16, .decodes = 8, .decode_context = 800};
  const double before = model.predict_us(prompt);
  model.learn(prompt, 2 * before);
  EXPECT_LT(model.predict_us(prompt), 1.15 * before);
}

TEST(CostModel, ASettledOneFollowsAMachineThatBecomesSlower) {
  CostModel model(kTruth);
  model.settle();
  StepCost slower = kTruth;
  for (double* const term : {&slower.fixed, &slower.prefill, &slower.decode, &slower.decoding,
                             &slower.context, &slower.chunk_context})
    *term *= 2;
  const CostModel truth(slower);
  std::mt19937 random(6);
  for (int i = 0; i < 600; ++i) {
    const StepShape shape = any_step(random);
    model.learn(shape, truth.predict_us(shape));
  }
  EXPECT_LT(worst_error(model, truth, random), 0.2);
}

TEST(CostModel, NonsenseTeachesNothing) {
  CostModel model(kTruth);
  for (const double us : {0.0, -5.0, std::nan(""), HUGE_VAL}) model.learn({.decodes = 1}, us);
  EXPECT_DOUBLE_EQ(model.predict_us({.decodes = 1}), 1500 + 400 + 350);
}

TEST(CostModel, NeverPredictsLessThanAMicrosecond) {
  const CostModel model({.mixing = -1000});
  EXPECT_GE(model.predict_us({.prefill_tokens = 5, .decodes = 5}), 1);
}

}  // namespace
}  // namespace byeol::scheduler
