#include "runtime/runtime.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "base/utf8.h"
#include "runtime/tiny_runtime.h"
#include "runtime/turn_stream.h"

namespace byeol::runtime {
namespace {

TEST(Runtime, ATurnStreamsItsAnswerAndSaysHowItWent) {
  const auto runtime = tiny_runtime();
  const Heard heard = run(*runtime, make_turn(*runtime, 1, 20, 12));
  EXPECT_EQ(heard.tokens.size(), 12u);
  EXPECT_TRUE(utf8::is_valid(heard.text));
  EXPECT_EQ(heard.end.reason, FinishReason::kLength);
  EXPECT_EQ(heard.end.error, "");
  EXPECT_EQ(heard.end.timings.prompt_tokens, 20);
  EXPECT_EQ(heard.end.timings.generated_tokens, 12);
  EXPECT_GT(heard.end.timings.first_token_s, 0);
  EXPECT_GT(heard.end.timings.decode_tokens_per_s(), 0);
}

TEST(Runtime, TheAnswerDependsOnNothingButTheTurn) {
  constexpr int kTurns = 7;
  std::vector<std::vector<TokenId>> alone;
  {
    const auto runtime = tiny_runtime(1);
    for (int i = 0; i < kTurns; ++i)
      alone.push_back(run(*runtime, make_turn(*runtime, i, 5 + 40 * i, 20)).tokens);
  }
  for (const auto& [threads, rows_max] : {std::pair(3, 512), std::pair(2, 17), std::pair(1, 8)}) {
    const auto runtime = tiny_runtime(threads, rows_max, 8192);
    std::vector<std::thread> clients;
    for (int i = 0; i < kTurns; ++i)
      clients.emplace_back([&, i] {
        EXPECT_EQ(run(*runtime, make_turn(*runtime, i, 5 + 40 * i, 20)).tokens,
                  alone[static_cast<std::size_t>(i)])
            << "turn " << i << ", " << threads << " threads, " << rows_max << " rows a step";
      });
    for (std::thread& client : clients) client.join();
  }
}

TEST(Runtime, WhatAConversationBeganWithIsNotComputedAgain) {
  const auto runtime = tiny_runtime();
  Turn first = make_turn(*runtime, 3, 100, 10);
  Turn second = first;
  const Heard answer = run(*runtime, std::move(first));
  second.prompt.insert(second.prompt.end(), answer.tokens.begin(), answer.tokens.end());
  second.prompt.insert(second.prompt.end(), {5, 6, 7});
  const Turn again = second;
  const Heard reused = run(*runtime, std::move(second));
  EXPECT_EQ(reused.end.timings.reused_tokens, 109);  // The last answer token was never fed back.
  EXPECT_EQ(run(*tiny_runtime(), again).tokens, reused.tokens);
}

// Room for the longest answer is wanted as if all pages were new: what is reused counts as there.
TEST(Runtime, APrefixIsReusedThoughTheAnswerMayFillTheCache) {
  const auto runtime = tiny_runtime(2, 512, 256);
  Turn first = make_turn(*runtime, 3, 100, 10);
  Turn second = first;
  const Heard answer = run(*runtime, std::move(first));
  second.prompt.insert(second.prompt.end(), answer.tokens.begin(), answer.tokens.end());
  second.prompt.push_back(5);
  second.max_tokens = 0;
  EXPECT_EQ(run(*runtime, std::move(second)).end.timings.reused_tokens, 109);
}

TEST(Runtime, TwoConversationsKeepTheirPrefixes) {
  const auto runtime = tiny_runtime();
  Turn turns[2] = {make_turn(*runtime, 3, 64, 60), make_turn(*runtime, 3, 64, 60)};
  turns[1].sampling.seed = 99;
  for (Turn& turn : turns) {
    const Heard heard = run(*runtime, turn);
    turn.prompt.insert(turn.prompt.end(), heard.tokens.begin(), heard.tokens.end());
  }
  for (Turn& turn : turns) EXPECT_EQ(run(*runtime, turn).end.timings.reused_tokens, 64 + 59);
}

TEST(Runtime, AStopStringEndsTheAnswerBeforeIt) {
  const auto runtime = tiny_runtime();
  const Heard whole = run(*runtime, make_turn(*runtime, 4, 10, 60));
  ASSERT_GT(whole.text.size(), 20u);
  std::size_t begin = whole.text.size() / 2;
  while ((static_cast<unsigned char>(whole.text[begin]) & 0xc0) == 0x80) ++begin;
  const std::string stop = whole.text.substr(begin, 12);
  Turn turn = make_turn(*runtime, 4, 10, 60);
  turn.stop = {"this will not come", stop};
  const Heard heard = run(*runtime, std::move(turn));
  EXPECT_EQ(heard.end.reason, FinishReason::kStop);
  EXPECT_EQ(heard.end.stop_index, 1);
  EXPECT_EQ(heard.text, whole.text.substr(0, whole.text.find(stop)));
}

TEST(Runtime, ACancelledTurnEndsAndTheOthersGoOn) {
  const auto runtime = tiny_runtime();
  const auto cancelled = std::make_shared<TurnStream>();
  const auto other = std::make_shared<TurnStream>();
  const Result<TurnId> id = runtime->submit(make_turn(*runtime, 5, 30, 1500), cancelled);
  ASSERT_TRUE(id);
  ASSERT_TRUE(runtime->submit(make_turn(*runtime, 6, 30, 40), other));
  ASSERT_TRUE(cancelled->next(kPatience));
  runtime->cancel(*id);
  runtime->cancel(*id);         // Twice does no harm,
  runtime->cancel(TurnId{99});  // nor does a turn that never was.
  EXPECT_EQ(hear(*cancelled).end.reason, FinishReason::kCancelled);
  EXPECT_EQ(hear(*other).tokens.size(), 40u);
}

TEST(Runtime, TurnsWaitForRoomInTheCacheInsteadOfFailing) {
  const auto runtime = tiny_runtime(2, 64, 256);
  std::vector<std::shared_ptr<TurnStream>> streams;
  for (int i = 0; i < 6; ++i) {
    streams.push_back(std::make_shared<TurnStream>());
    ASSERT_TRUE(runtime->submit(make_turn(*runtime, i, 60, 80), streams.back()));
  }
  for (const auto& stream : streams) {
    const Heard heard = hear(*stream);
    EXPECT_EQ(heard.end.reason, FinishReason::kLength) << heard.end.error;
    EXPECT_EQ(heard.tokens.size(), 80u);
  }
}

TEST(Runtime, WithoutALimitTheContextEndsTheAnswer) {
  const auto runtime = tiny_runtime(2, 64, 256);
  const Heard heard = run(*runtime, make_turn(*runtime, 2, 50, 0));
  EXPECT_EQ(heard.end.reason, FinishReason::kLength);
  EXPECT_EQ(heard.tokens.size() + 50, static_cast<std::size_t>(runtime->context_tokens()));
}

TEST(Runtime, ATurnThatCanNeverRunIsRefusedWithASentence) {
  const auto runtime = tiny_runtime(1, 64, 256);
  const auto refusal = [&](auto change) {
    Turn turn = make_turn(*runtime, 1, 10, 5);
    change(turn);
    const Result<TurnId> id = runtime->submit(std::move(turn), std::make_shared<TurnStream>());
    return id ? std::string() : id.error().message;
  };
  EXPECT_EQ(refusal([](Turn& turn) { turn.prompt.clear(); }), "the prompt is empty");
  EXPECT_NE(refusal([](Turn& turn) { turn.prompt.resize(1000); }).find("1000 tokens"),
            std::string::npos);
  EXPECT_NE(refusal([](Turn& turn) { turn.prompt[3] = 1'000'000; }).find("token 1000000"),
            std::string::npos);
  EXPECT_NE(refusal([](Turn& turn) { turn.prompt[3] = -1; }), "");
  EXPECT_NE(refusal([](Turn& turn) { turn.max_tokens = -1; }), "");
  EXPECT_NE(refusal([](Turn& turn) { turn.sampling.top_p = 7; }).find("top_p is 7"),
            std::string::npos);
}

TEST(Runtime, TheEndOfTheRuntimeCancelsWhatRunsAndWhatWaits) {
  const auto running = std::make_shared<TurnStream>();
  const auto waiting = std::make_shared<TurnStream>();
  {
    const auto runtime = tiny_runtime(2, 64, 256);
    const Result<TurnId> id = runtime->submit(make_turn(*runtime, 1, 20, 0), running);
    ASSERT_TRUE(id);
    ASSERT_TRUE(runtime->submit(make_turn(*runtime, 2, 20, 0), waiting));
    runtime->pause(*id);  // It keeps its memory and does not end before the runtime does.
  }
  EXPECT_EQ(hear(*running).end.reason, FinishReason::kCancelled);
  EXPECT_EQ(hear(*waiting).end.reason, FinishReason::kCancelled);
}

TEST(Runtime, TheContextIsWhatWasAskedForAndAtMostTheModels) {
  for (const auto& [asked, expected] :
       {std::pair(0, 256), std::pair(100, 100), std::pair(9999, 256)}) {
    RuntimeOptions options;
    options.threads = 1;
    options.context_tokens = asked;
    const auto runtime = Runtime::load(tiny_model_path("smollm2"), options);
    ASSERT_TRUE(runtime);
    EXPECT_EQ((*runtime)->context_tokens(), expected);
    EXPECT_EQ(run(**runtime, make_turn(**runtime, 1, expected - 1, 0)).tokens.size(), 1u);
  }
}

TEST(Runtime, AMissingModelIsASentence) {
  const auto runtime = Runtime::load("no/such/file.gguf", {});
  ASSERT_FALSE(runtime);
  EXPECT_NE(runtime.error().message.find("no/such/file.gguf"), std::string::npos);
}

}  // namespace
}  // namespace byeol::runtime
