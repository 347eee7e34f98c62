// What an engine remembers survives it: the same tokens, the same bits.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "engine/tiny_engine.h"

namespace byeol::engine {
namespace {

namespace fs = std::filesystem;

class SavedPrefixes : public testing::Test {
 protected:
  void TearDown() override { fs::remove_all(folder_); }

  std::unique_ptr<Engine> engine(const std::string& name = "smollm2",
                                 const EngineOptions& options = {.kv_tokens = 1024}) {
    return tiny_engine(name, pool_, options);
  }
  // Computes what is not remembered and returns the last token's logits.
  static std::vector<float> compute(Engine& engine, const Tokens& tokens, bool remembers) {
    const SequenceId sequence = engine.open_remembered(std::span(tokens).first(tokens.size() - 1));
    const StepEntry entry{sequence, std::span(tokens).subspan(engine.tokens(sequence).size()),
                          Logits::kLast};
    EXPECT_TRUE(engine.step(std::span(&entry, 1)));
    const std::span<const float> logits = engine.logits(0);
    const std::vector<float> copy(logits.begin(), logits.end());
    if (remembers) engine.remember(sequence, static_cast<std::int32_t>(tokens.size()));
    engine.close(sequence);
    return copy;
  }

  ThreadPool pool_{2};
  const std::string folder_ =
      (fs::temp_directory_path() / ("byeol_saved_prefixes_" + std::to_string(::getpid())) / "kv")
          .string();
};

TEST_F(SavedPrefixes, GoOnWithTheSameBits) {
  const Tokens common = tiny_tokens(150, 1);
  Tokens texts[2] = {common, common};
  for (std::uint32_t i = 0; i < 2; ++i) {
    const Tokens end = tiny_tokens(45, 10 + i);
    texts[i].insert(texts[i].end(), end.begin(), end.end());
  }
  for (const auto kv : {kernels::KvType::kBF16, kernels::KvType::kQ8}) {
    const EngineOptions options{.kv_type = kv, .kv_tokens = 1024};
    const auto before = engine("gemma3", options);
    for (const Tokens& text : texts) compute(*before, text, true);
    const Status saved = before->save_prefixes(folder_);
    ASSERT_TRUE(saved) << saved.error().message;

    const auto after = engine("gemma3", options);
    const auto loaded = after->load_prefixes(folder_);
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(*loaded, 150 + 2 * 45);
    EXPECT_EQ(after->prefixes().tokens(), *loaded);
    const auto fresh = engine("gemma3", options);
    for (Tokens text : texts) {
      text.push_back(7);
      EXPECT_EQ(after->remembered(text), 195);
      EXPECT_EQ(compute(*after, text, false), compute(*fresh, text, false));
      // Page by page, too.
      const SequenceId a = after->open_remembered(std::span(text).first(192));
      const SequenceId b = before->open_remembered(std::span(text).first(192));
      for (std::int32_t page = 0; page < 192 / Engine::kPageTokens; ++page)
        EXPECT_TRUE(std::ranges::equal(after->page(a, page), before->page(b, page))) << page;
    }
  }
}

TEST_F(SavedPrefixes, ComeAsFarAsASmallerCacheHasRoom) {
  const auto before = engine();
  compute(*before, tiny_tokens(200, 1), true);
  compute(*before, tiny_tokens(100, 2), true);
  ASSERT_TRUE(before->save_prefixes(folder_));
  const auto after = engine("smollm2", {.kv_tokens = 160});
  const auto loaded = after->load_prefixes(folder_);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(*loaded, 100 + 32);
  EXPECT_EQ(after->free_tokens(), 160);  // All of it would give way.
  Tokens wanted = tiny_tokens(150, 3);
  compute(*after, wanted, false);
}

TEST_F(SavedPrefixes, MayBeLoadedBesideWhatRuns) {
  const auto before = engine();
  compute(*before, tiny_tokens(100, 1), true);
  ASSERT_TRUE(before->save_prefixes(folder_));
  compute(*before, tiny_tokens(60, 2), true);
  EXPECT_EQ(*before->load_prefixes(folder_), 0);  // It is all there.
  EXPECT_EQ(before->prefixes().tokens(), 160);
  ASSERT_TRUE(before->save_prefixes(folder_));  // The newer one replaces the older.
  EXPECT_EQ(*engine()->load_prefixes(folder_), 160);
}

TEST_F(SavedPrefixes, OfAnotherModelOrCacheAreRefused) {
  const auto before = engine();
  compute(*before, tiny_tokens(100, 1), true);
  ASSERT_TRUE(before->save_prefixes(folder_));
  const auto refusal = [&](const std::string& name, const EngineOptions& options) {
    const auto after = engine(name, options);
    const auto loaded = after->load_prefixes(folder_);
    EXPECT_FALSE(loaded);
    EXPECT_EQ(after->prefixes().tokens(), 0);
    return loaded ? "" : loaded.error().message;
  };
  EXPECT_NE(refusal("qwen3", {}).find("another model"), std::string::npos);
  EXPECT_NE(refusal("smollm2", {.kv_type = kernels::KvType::kQ8}).find("cache of BF16"),
            std::string::npos);
  fs::resize_file(folder_ + "/prefixes.kv", 5000);
  const std::string cut = refusal("smollm2", {});
  EXPECT_NE(cut.find("prefixes.kv"), std::string::npos) << cut;
  EXPECT_NE(cut.find("cut short"), std::string::npos) << cut;
}

TEST_F(SavedPrefixes, WithoutAFileThereAreNone) {
  EXPECT_EQ(*engine()->load_prefixes(folder_), 0);
  ASSERT_TRUE(engine()->save_prefixes(folder_));  // And an empty tree is a file without runs.
  EXPECT_EQ(*engine()->load_prefixes(folder_), 0);
}

TEST_F(SavedPrefixes, AFolderThatCannotBeIsASentence) {
  fs::create_directories(fs::path(folder_).parent_path());
  std::ofstream(folder_) << "a file";
  const Status saved = engine()->save_prefixes(folder_);
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, ErrorCode::kIo);
  EXPECT_NE(saved.error().message.find(folder_), std::string::npos) << saved.error().message;
  EXPECT_FALSE(engine()->load_prefixes(folder_));
}

}  // namespace
}  // namespace byeol::engine
