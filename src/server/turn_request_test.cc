#include "server/turn_request.h"

#include <gtest/gtest.h>

namespace byeol::server {
namespace {

using runtime::TurnClass;
using wire::ServiceTier;

TEST(TurnRequest, KnowsThePaceOfEachTier) {
  const auto expect = [](std::optional<ServiceTier> tier, TurnClass turn_class,
                         scheduler::TimeUs first_us, scheduler::TimeUs gap_us) {
    const TierPromise promise = promise_of(tier);
    EXPECT_EQ(promise.turn_class, turn_class);
    EXPECT_EQ(promise.deadline.first_us, first_us);
    EXPECT_EQ(promise.deadline.gap_us, gap_us);
    EXPECT_EQ(promise.deadline.total_us, scheduler::kNever);
  };
  expect(ServiceTier::kRealtime, TurnClass::kRealtime, 300'000, 80'000);
  expect(ServiceTier::kPriority, TurnClass::kPriority, 800'000, 100'000);
  expect(ServiceTier::kFast, TurnClass::kPriority, 800'000, 100'000);
  expect(ServiceTier::kFlex, TurnClass::kFlex, scheduler::kNever, scheduler::kNever);
  for (const auto tier : {std::optional<ServiceTier>(), std::optional(ServiceTier::kDefault),
                          std::optional(ServiceTier::kAuto), std::optional(ServiceTier::kScale)})
    expect(tier, TurnClass::kDefault, 2'000'000, 120'000);
}

TEST(TurnRequest, InsistsOnlyOnWhatTheRequestItselfSaid) {
  runtime::Turn turn;
  set_deadline({}, ServiceTier::kRealtime, turn);
  EXPECT_FALSE(turn.insists);
  EXPECT_EQ(turn.turn_class, TurnClass::kRealtime);
  EXPECT_EQ(turn.deadline.first_us, 300'000);

  set_deadline({.gap_ms = 62.5}, ServiceTier::kRealtime, turn);
  EXPECT_TRUE(turn.insists);
  EXPECT_EQ(turn.turn_class, TurnClass::kRealtime);
  EXPECT_EQ(turn.deadline.first_us, scheduler::kNever);  // The tier's pace is not mixed in.
  EXPECT_EQ(turn.deadline.gap_us, 62'500);
  EXPECT_EQ(turn.deadline.total_us, scheduler::kNever);

  set_deadline({.first_ms = 0.25, .total_ms = wire::kDeadlineMaxMs}, {}, turn);
  EXPECT_EQ(turn.deadline.first_us, 250);
  EXPECT_EQ(turn.deadline.total_us, std::int64_t{86'400'000'000});
}

TEST(TurnRequest, PassesOnWhatHappensAtAMiss) {
  runtime::Turn turn;
  set_deadline({.total_ms = 1}, {}, turn);
  EXPECT_EQ(turn.deadline.on_miss, runtime::OnMiss::kDegrade);
  set_deadline({.total_ms = 1, .on_miss = wire::OnMiss::kFinish}, {}, turn);
  EXPECT_EQ(turn.deadline.on_miss, runtime::OnMiss::kFinish);
  set_deadline({.total_ms = 1, .on_miss = wire::OnMiss::kAbort}, {}, turn);
  EXPECT_EQ(turn.deadline.on_miss, runtime::OnMiss::kAbort);
}

TEST(TurnRequest, PassesOnHowTokensAreChosen) {
  wire::SamplingFields fields{.temperature = 0.5f,
                              .top_p = 0.9f,
                              .top_k = 40,
                              .min_p = 0.1f,
                              .repetition_penalty = 1.1f,
                              .presence_penalty = -1,
                              .frequency_penalty = 2,
                              .logit_bias = {{7, -100.0f}},
                              .seed = -3,
                              .min_tokens = 4,
                              .ignore_eos = true};
  runtime::Turn turn;
  set_sampling(fields, 5, 99, turn);
  EXPECT_EQ(turn.sampling.temperature, 0.5f);
  EXPECT_EQ(turn.sampling.top_p, 0.9f);
  EXPECT_EQ(turn.sampling.top_k, 40);
  EXPECT_EQ(turn.sampling.min_p, 0.1f);
  EXPECT_EQ(turn.sampling.repetition_penalty, 1.1f);
  EXPECT_EQ(turn.sampling.presence_penalty, -1);
  EXPECT_EQ(turn.sampling.frequency_penalty, 2);
  EXPECT_EQ(turn.sampling.logit_bias.size(), 1u);
  EXPECT_EQ(turn.sampling.seed, static_cast<std::uint64_t>(-3));
  EXPECT_EQ(turn.sampling.logprobs, 5);
  EXPECT_EQ(turn.min_tokens, 4);
  EXPECT_TRUE(turn.ignore_end);

  set_sampling({}, {}, 99, turn);
  EXPECT_EQ(turn.sampling.seed, 99u);
  EXPECT_EQ(turn.sampling.logprobs, -1);
  set_sampling({}, 0, 99, turn);
  EXPECT_EQ(turn.sampling.logprobs, 0);
}

TEST(TurnRequest, TakesTopPOfNothingAsTheMostProbable) {
  runtime::Turn turn;
  set_sampling({.temperature = 1.5f, .top_p = 0}, {}, 1, turn);
  EXPECT_EQ(turn.sampling.temperature, 0);
  EXPECT_EQ(turn.sampling.top_p, 1);
  EXPECT_TRUE(engine::check(turn.sampling));
}

}  // namespace
}  // namespace byeol::server
