#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "runtime/tiny_runtime.h"

namespace byeol::runtime {
namespace {

namespace fs = std::filesystem;

class PrefixSnapshot : public testing::Test {
 protected:
  void TearDown() override { fs::remove_all(folder_); }

  const std::string folder_ =
      (fs::temp_directory_path() / ("byeol_prefix_snapshot_" + std::to_string(::getpid())))
          .string();
};

TEST_F(PrefixSnapshot, AConversationGoesOnAfterARestart) {
  Turn next;
  {
    const auto runtime = tiny_runtime();
    next = make_turn(*runtime, 3, 100, 20);
    const Heard answer = run(*runtime, next);
    next.prompt.insert(next.prompt.end(), answer.tokens.begin(), answer.tokens.end());
    next.prompt.push_back(5);
    next.sampling.logprobs = 5;
    const Status saved = runtime->save_prefixes(folder_);
    ASSERT_TRUE(saved) << saved.error().message;
  }
  const auto restarted = tiny_runtime();
  const auto loaded = restarted->load_prefixes(folder_);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(*loaded, 119);  // The last answer token was never fed back.
  EXPECT_EQ(restarted->state().prefix_tokens, 119);
  const Heard reused = run(*restarted, next);
  EXPECT_EQ(reused.end.timings.reused_tokens, 119);
  const Heard computed = run(*tiny_runtime(), next);
  EXPECT_EQ(computed.end.timings.reused_tokens, 0);
  EXPECT_EQ(reused.tokens, computed.tokens);
  EXPECT_EQ(reused.text, computed.text);
}

TEST_F(PrefixSnapshot, MayBeTakenAndReadWhileTurnsRun) {
  const auto runtime = tiny_runtime(2, 64, 1024);
  const auto stream = std::make_shared<TurnStream>();
  ASSERT_TRUE(runtime->submit(make_turn(*runtime, 1, 60, 150), stream));
  ASSERT_TRUE(stream->next(kPatience));
  EXPECT_TRUE(runtime->save_prefixes(folder_));
  EXPECT_TRUE(runtime->load_prefixes(folder_));
  const Heard heard = hear(*stream);
  EXPECT_EQ(heard.tokens.size(), 149u);
  EXPECT_EQ(heard.end.reason, FinishReason::kLength);
}

TEST_F(PrefixSnapshot, ADamagedFileIsASentenceAndTheRuntimeGoesOn) {
  const auto runtime = tiny_runtime();
  EXPECT_EQ(*runtime->load_prefixes(folder_), 0);  // None yet.
  fs::create_directories(folder_);
  std::ofstream(folder_ + "/prefixes.kv") << "something else";
  const auto loaded = runtime->load_prefixes(folder_);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(loaded.error().message.find("prefixes.kv"), std::string::npos);
  EXPECT_EQ(run(*runtime, make_turn(*runtime, 1, 10, 3)).tokens.size(), 3u);
  EXPECT_TRUE(runtime->save_prefixes(folder_));  // It replaces the damaged one.
  EXPECT_TRUE(runtime->load_prefixes(folder_));
}

}  // namespace
}  // namespace byeol::runtime
