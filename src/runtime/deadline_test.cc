// Deadlines through the runtime: who is refused, who is brought to an end, who is stopped; and what
// it does not change: the tokens.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <thread>

#include "runtime/tiny_runtime.h"

namespace byeol::runtime {
namespace {

using std::chrono::milliseconds;

constexpr scheduler::TimeUs kMs = 1000;

// A clock of its own: each look at it takes so long.
std::function<std::chrono::steady_clock::time_point()> slow_clock(milliseconds look) {
  auto time = std::make_shared<std::atomic<std::int64_t>>(0);
  return [time, look] {
    return std::chrono::steady_clock::time_point(
        std::chrono::milliseconds(time->fetch_add(look.count()) + 1000));
  };
}

std::unique_ptr<Runtime> runtime_with_clock(milliseconds look) {
  RuntimeOptions options;
  options.threads = 1;
  options.engine.kv_tokens = 2048;
  options.clock = slow_clock(look);
  auto runtime = Runtime::load(tiny_model_path("smollm2"), options);
  EXPECT_TRUE(runtime) << runtime.error().message;
  return *std::move(runtime);
}

// Once nothing runs any more.
RuntimeState state_at_rest(const Runtime& runtime) {
  for (const auto end = std::chrono::steady_clock::now() + kPatience;;) {
    std::this_thread::sleep_for(milliseconds(60));
    RuntimeState state = runtime.state();
    if (state.turns.empty() || std::chrono::steady_clock::now() > end) return state;
  }
}

TEST(Deadlines, WhatCanNeverBeMetIsRefused) {
  const auto runtime = tiny_runtime();
  Turn turn = make_turn(*runtime, 1, 200, 10);
  turn.deadline.first_us = 1;
  const Heard heard = run(*runtime, turn);
  EXPECT_EQ(heard.end.reason, FinishReason::kRefused);
  EXPECT_NE(heard.end.error.find("cannot be met"), std::string::npos);
  EXPECT_EQ(heard.end.retry_after_ms, 0);
  EXPECT_TRUE(heard.tokens.empty());
  EXPECT_EQ(state_at_rest(*runtime).counters.refused, 1);
}

TEST(Deadlines, WhoDoesNotInsistRunsWithoutAPromise) {
  const auto runtime = tiny_runtime();
  Turn turn = make_turn(*runtime, 1, 200, 10);
  const std::vector<TokenId> expected = run(*runtime, turn).tokens;
  turn.deadline.first_us = 1;
  turn.insists = false;
  const Heard heard = run(*runtime, turn);
  EXPECT_EQ(heard.end.reason, FinishReason::kLength);
  EXPECT_EQ(heard.tokens, expected);
  EXPECT_EQ(heard.end.deadline.missed, Missed::kFirst);
}

TEST(Deadlines, AnAnswerIsBroughtToAnEndInTimeAndIsABeginningOfTheWhole) {
  const auto runtime = runtime_with_clock(milliseconds(1));
  Turn turn = make_turn(*runtime, 1, 20, 180);
  const std::vector<TokenId> whole = run(*runtime, turn).tokens;
  ASSERT_EQ(whole.size(), 180u);
  turn.deadline = {.total_us = 400 * kMs, .on_miss = OnMiss::kFinish};
  turn.insists = false;
  const Heard heard = run(*runtime, turn);
  EXPECT_EQ(heard.end.reason, FinishReason::kLength);
  EXPECT_TRUE(heard.end.deadline.finished_early);
  EXPECT_LE(heard.end.deadline.total_ms, 405);  // The end itself looks at the clock, too.
  ASSERT_LT(heard.tokens.size(), whole.size());
  EXPECT_GT(heard.tokens.size(), 10u);
  EXPECT_TRUE(std::ranges::equal(heard.tokens, std::span(whole).first(heard.tokens.size())));
}

TEST(Deadlines, WhoWishesSoIsStoppedWhenItMisses) {
  const auto runtime = runtime_with_clock(milliseconds(5));
  Turn turn = make_turn(*runtime, 1, 20, 180);
  turn.deadline = {.gap_us = 2 * kMs, .on_miss = OnMiss::kAbort};
  const Heard heard = run(*runtime, turn);
  EXPECT_EQ(heard.end.reason, FinishReason::kDeadline);
  EXPECT_NE(heard.end.error.find("missed"), std::string::npos);
  EXPECT_EQ(heard.end.deadline.missed, Missed::kGap);
  EXPECT_LT(heard.tokens.size(), 20u);
}

TEST(Deadlines, APausedTurnGivesNothingUntilItIsResumed) {
  const auto runtime = tiny_runtime();
  const Turn turn = make_turn(*runtime, 2, 20, 200);
  const std::vector<TokenId> expected = run(*runtime, turn).tokens;
  const auto stream = std::make_shared<TurnStream>();
  const TurnId id = *runtime->submit(turn, stream);
  runtime->pause(id);
  std::vector<TokenId> tokens;
  while (const auto item = stream->next(milliseconds(300))) tokens.push_back(item->token);
  EXPECT_LT(tokens.size(), expected.size());
  runtime->resume(id);
  const Heard rest = hear(*stream);
  tokens.insert(tokens.end(), rest.tokens.begin(), rest.tokens.end());
  EXPECT_EQ(tokens, expected);
  const TurnId other = *runtime->submit(turn, std::make_shared<TurnStream>());
  runtime->pause(other);
  runtime->cancel(other);  // A paused turn can be cancelled, and a runtime with one can end.
  runtime->pause(*runtime->submit(turn, std::make_shared<TurnStream>()));
}

TEST(Deadlines, StandStillWhileTheReaderPauses) {
  std::atomic<int> slept_s = 0;
  RuntimeOptions options;
  options.threads = 1;
  options.engine.kv_tokens = 2048;
  options.clock = [&slept_s] {
    return std::chrono::steady_clock::now() + std::chrono::seconds(slept_s);
  };
  const auto runtime = *Runtime::load(tiny_model_path("smollm2"), options);
  Turn turn = make_turn(*runtime, 2, 20, 200);
  turn.deadline = {.total_us = 8'000 * kMs, .on_miss = OnMiss::kAbort};
  const auto stream = std::make_shared<TurnStream>();
  const TurnId id = *runtime->submit(turn, stream);
  runtime->pause(id);
  run(*runtime, make_turn(*runtime, 3, 4, 1));  // Who comes later is served after that was heeded.
  slept_s = 9;
  std::this_thread::sleep_for(milliseconds(200));
  EXPECT_EQ(runtime->state().turns.size(), 1u);
  runtime->resume(id);
  const Heard heard = hear(*stream);
  EXPECT_EQ(heard.end.reason, FinishReason::kLength) << heard.end.error;
  EXPECT_EQ(heard.end.deadline.missed, Missed::kNothing);
  EXPECT_GE(heard.end.deadline.total_ms, 9'000);  // The time that passed is told.
  EXPECT_EQ(state_at_rest(*runtime).counters.missed, 0);
}

TEST(Deadlines, NoMoreWaitForTheNextStepThanMayRun) {
  std::promise<void> gate;
  std::atomic<bool> stands = false;
  RuntimeOptions options;
  options.threads = 1;
  options.turns_max = 2;
  options.engine.kv_tokens = 2048;
  options.on_step = [&stands, open = gate.get_future().share()](const StepReport&) {
    stands = true;
    open.wait();
  };
  const auto runtime = *Runtime::load(tiny_model_path("smollm2"), options);
  const Turn turn = make_turn(*runtime, 1, 20, 3);
  std::vector<std::shared_ptr<TurnStream>> streams;
  const auto submit = [&] {
    streams.push_back(std::make_shared<TurnStream>());
    return runtime->submit(turn, streams.back());
  };
  EXPECT_TRUE(submit());
  while (!stands) std::this_thread::yield();
  EXPECT_TRUE(submit());
  std::vector<Runtime::Submission> two;
  for (int i = 0; i < 2; ++i) two.push_back({turn, std::make_shared<TurnStream>()});
  EXPECT_EQ(runtime->submit(std::move(two)).error().code, ErrorCode::kOverloaded)
      << "there is room for one";
  EXPECT_TRUE(submit());
  const auto refused = submit();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kOverloaded);
  streams.pop_back();  // It hears nothing.
  gate.set_value();
  for (const auto& stream : streams) EXPECT_NE(hear(*stream).end.reason, FinishReason::kError);
  EXPECT_EQ(run(*runtime, turn).end.reason, FinishReason::kLength);
}

TEST(Prefixes, TurnsThatBeginAlikeComputeItOnce) {
  const auto runtime = tiny_runtime(2, 64, 2048);
  Turn turn = make_turn(*runtime, 3, 200, 5);
  std::vector<std::shared_ptr<TurnStream>> streams;
  std::vector<Heard> heard;
  for (int i = 0; i < 6; ++i) {
    turn.prompt.back() = i;
    streams.push_back(std::make_shared<TurnStream>());
    ASSERT_TRUE(runtime->submit(turn, streams.back()));
  }
  for (const auto& stream : streams) heard.push_back(hear(*stream));
  // Whole pages are shared while the first one goes on in the last: 192 of 199.
  EXPECT_LE(state_at_rest(*runtime).counters.prompt_tokens, 200 + 5 * 8);
  for (int i = 0; i < 6; ++i) {
    turn.prompt.back() = i;
    EXPECT_EQ(run(*tiny_runtime(), turn).tokens, heard[static_cast<std::size_t>(i)].tokens) << i;
  }
}

TEST(Prefixes, ManyKeepTheirPlacesUntilMemoryEnds) {
  const auto runtime = tiny_runtime(2, 512, 1024);
  const auto nth = [&](int i) { return make_turn(*runtime, 10 + i, 100, 4); };
  for (int i = 0; i < 20; ++i) run(*runtime, nth(i));
  EXPECT_EQ(run(*runtime, nth(19)).end.timings.reused_tokens, 99);
  EXPECT_EQ(run(*runtime, nth(0)).end.timings.reused_tokens, 0);  // Long given up.
  const RuntimeState state = state_at_rest(*runtime);
  EXPECT_GT(state.prefix_tokens, 500);
  EXPECT_LE(state.prefix_tokens, state.kv_capacity_tokens);
  EXPECT_TRUE(state.turns.empty());
}

}  // namespace
}  // namespace byeol::runtime
