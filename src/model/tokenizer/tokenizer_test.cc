// What a whole tokenizer promises: its special ids, its round trip, and its errors.
#include "model/tokenizer/tokenizer.h"

#include <gtest/gtest.h>

#include <ctime>

#include "model/tokenizer/test_support.h"

namespace byeol::model {
namespace {

using Ids = std::vector<TokenId>;
using testing::TestToken;

std::string error_of(const formats::GgufWriter& file) {
  Result<std::shared_ptr<const Tokenizer>> tokenizer = testing::load(file);
  return tokenizer ? "no error" : tokenizer.error().message;
}

TEST(Tokenizer, GivesBackTheBytesOfEveryText) {
  const auto tokenizer = testing::must_load(
      testing::byte_bpe_file(testing::golden_lines("small_bpe.txt"), "llama-bpe"));
  ASSERT_TRUE(tokenizer);
  for (const std::string& text : testing::golden_texts("corpus.txt"))
    EXPECT_EQ(testing::decode(*tokenizer, tokenizer->encode(text)), text);
}

TEST(Tokenizer, TakesAMegabyteOfOneLetterInLinearTime) {
  const auto tokenizer =
      testing::must_load(testing::bpe_file({{"a"}, {"aa"}, {"aaaa"}}, {"a a", "aa aa"}, "gpt-2"));
  ASSERT_TRUE(tokenizer);
  const std::clock_t start = std::clock();  // Of this process: others may be busy.
  EXPECT_EQ(tokenizer->encode(std::string(1'000'000, 'a')).size(), 250'000u);
  EXPECT_LT(std::clock() - start, 2 * CLOCKS_PER_SEC);
}

TEST(Tokenizer, ComposesTheTextWhereTheModelsTokenizerDoes) {
  const std::vector<TestToken> tokens = {{"e"}, {"Ì"}, {"ģ"}, {"Ã"}, {"©"}};
  const auto composing = testing::must_load(testing::bpe_file(tokens, {}, "qwen2"));
  const auto plain = testing::must_load(testing::bpe_file(tokens, {}, "gpt-2"));
  EXPECT_EQ(composing->encode("e\xCC\x81"), (Ids{3, 4}));  // é
  EXPECT_EQ(plain->encode("e\xCC\x81"), (Ids{0, 1, 2}));
}

TEST(Tokenizer, GuardedTextBecomesWhatItIsWithoutSpecialTokens) {
  std::vector<TestToken> tokens = {{"<|end|>", 0, 3}, {"<|e", 0, 4}, {"▁", 0, 1}};
  for (const char letter : std::string_view("<|end>hi")) tokens.push_back({{letter}, 0, 1});
  for (const bool space_prefix : {false, true}) {
    auto file = testing::spm_file(tokens);
    file.add("tokenizer.ggml.add_space_prefix", space_prefix);
    const auto tokenizer = testing::must_load(file);
    ASSERT_TRUE(tokenizer);
    const EncodeOptions whole{.add_special = false, .parse_special = true, .guarded = true};
    const EncodeOptions part{.add_special = false, .parse_special = false};
    for (const std::string text : {"hi", "<|end|>", "<|end|><|end|>hi<|e", "<<|end|>"}) {
      const Ids ids = tokenizer->encode("<|end|>" + tokenizer->guarded(text) + "<|end|>", whole);
      Ids expected = tokenizer->encode(text, part);
      expected.insert(expected.begin(), 0);
      expected.push_back(0);
      EXPECT_EQ(ids, expected) << text;
    }
    EXPECT_EQ(tokenizer->guarded("hi <|e"), "hi <|e");
  }
}

TEST(Tokenizer, AddsBeginAndEndAsTheFileSays) {
  std::vector<TestToken> tokens = {{"a"}, {"<s>", 0, 3}, {"</s>", 0, 3}};
  auto file = testing::bpe_file(tokens, {}, "gpt-2");
  file.add("tokenizer.ggml.bos_token_id", std::uint32_t{1});
  file.add("tokenizer.ggml.eos_token_id", std::uint32_t{2});
  EXPECT_EQ(testing::must_load(file)->encode("a"), (Ids{0}));  // gpt2: not by default.
  file.add("tokenizer.ggml.add_bos_token", true);
  file.add("tokenizer.ggml.add_eos_token", true);
  const auto tokenizer = testing::must_load(file);
  EXPECT_TRUE(tokenizer->adds_bos());
  EXPECT_EQ(tokenizer->encode("a"), (Ids{1, 0, 2}));
  EXPECT_EQ(tokenizer->encode("a", {.add_special = false}), (Ids{0}));
}

TEST(Tokenizer, LlamaThreeBeginsWithBosUnlessTheFileSaysNo) {
  auto file = testing::bpe_file({{"a"}, {"<|begin_of_text|>", 0, 3}}, {}, "llama-bpe");
  file.add("tokenizer.ggml.bos_token_id", std::uint32_t{1});
  EXPECT_EQ(testing::must_load(file)->encode("a"), (Ids{1, 0}));
  file.add("tokenizer.ggml.add_bos_token", false);
  EXPECT_EQ(testing::must_load(file)->encode("a"), (Ids{0}));
}

TEST(Tokenizer, KnowsEndTokensByTheirSpelling) {
  auto file = testing::bpe_file(
      {{"a"}, {"<|im_end|>"}, {"<|eot_id|>", 0, 3}, {"<eos>", 0, 3}, {"<|fim_pad|>", 0, 3}}, {},
      "gpt-2");
  file.add("tokenizer.ggml.eos_token_id", std::uint32_t{3});
  const auto tokenizer = testing::must_load(file);
  ASSERT_TRUE(tokenizer);
  for (const TokenId id : {1, 2, 3, 4}) EXPECT_TRUE(tokenizer->is_end_of_generation(id)) << id;
  EXPECT_FALSE(tokenizer->is_end_of_generation(0));
  EXPECT_FALSE(tokenizer->is_end_of_generation(kNoToken));
  EXPECT_TRUE(tokenizer->is_control(1));  // Though the file calls it normal.
  ASSERT_EQ(tokenizer->warnings().size(), 1u);
  EXPECT_NE(tokenizer->warnings()[0].find("<|im_end|>"), std::string::npos);
}

TEST(Tokenizer, InGptOssAMessagesEndIsNotTheTurnsEnd) {
  const auto tokenizer = testing::must_load(testing::bpe_file(
      {{"a"}, {"<|return|>", 0, 3}, {"<|call|>", 0, 3}, {"<|end|>", 0, 3}}, {}, "gpt-4o"));
  EXPECT_TRUE(tokenizer->is_end_of_generation(1));
  EXPECT_TRUE(tokenizer->is_end_of_generation(2));
  EXPECT_FALSE(tokenizer->is_end_of_generation(3));
}

TEST(Tokenizer, TellsPiecesFromTexts) {
  const auto tokenizer =
      testing::must_load(testing::bpe_file({{"Ġthe"}, {"<|im_end|>", 0, 3}}, {}, "gpt-2"));
  EXPECT_EQ(tokenizer->piece(0), " the");
  EXPECT_EQ(tokenizer->text(0), "Ġthe");
  EXPECT_EQ(tokenizer->piece(1), "");
  EXPECT_EQ(tokenizer->text(1), "<|im_end|>");
  EXPECT_EQ(tokenizer->find("Ġthe"), 0);
  EXPECT_EQ(tokenizer->find("the"), std::nullopt);
  EXPECT_EQ(tokenizer->piece(-1), "");
  EXPECT_EQ(tokenizer->text(2), "");
  EXPECT_EQ(tokenizer->bos(), kNoToken);
}

TEST(Tokenizer, AnAbsentPreTokenizerIsAWarning) {
  const auto tokenizer = testing::must_load(testing::bpe_file({{"a"}}, {}, ""));
  ASSERT_TRUE(tokenizer);
  ASSERT_EQ(tokenizer->warnings().size(), 1u);
  EXPECT_NE(tokenizer->warnings()[0].find("tokenizer.ggml.pre"), std::string::npos);
}

TEST(Tokenizer, ASpecialIdOutsideOfTheVocabularyIsAWarning) {
  auto file = testing::bpe_file({{"a"}}, {}, "gpt-2");
  file.add("tokenizer.ggml.bos_token_id", std::uint32_t{7});
  const auto tokenizer = testing::must_load(file);
  EXPECT_EQ(tokenizer->bos(), kNoToken);
  ASSERT_EQ(tokenizer->warnings().size(), 1u);
}

TEST(Tokenizer, RefusesWhatItCannotHonourWithASentence) {
  EXPECT_NE(error_of(testing::bpe_file({{"a"}}, {}, "brand-new\n")).find("'brand-new"),
            std::string::npos);
  formats::GgufWriter bert;
  bert.add("tokenizer.ggml.model", "bert");
  EXPECT_NE(error_of(bert).find("'bert'"), std::string::npos);
  EXPECT_NE(error_of(formats::GgufWriter()).find("tokenizer.ggml.model"), std::string::npos);
  EXPECT_NE(error_of(testing::bpe_file({{"a"}}, {"ab"}, "gpt-2")).find("merges[0]"),
            std::string::npos);
  EXPECT_NE(error_of(testing::bpe_file({{"a", 0, 9}}, {}, "gpt-2")).find("token_type"),
            std::string::npos);
  EXPECT_NE(error_of(testing::spm_file({})).find("tokenizer.ggml.tokens"), std::string::npos);

  formats::GgufWriter uneven;
  uneven.add("tokenizer.ggml.model", "llama");
  uneven.add("tokenizer.ggml.tokens", std::vector<std::string>{"a", "b"});
  uneven.add("tokenizer.ggml.scores", std::vector<float>{0});
  EXPECT_NE(error_of(uneven).find("scores has 1 entries for 2 tokens"), std::string::npos);
}

}  // namespace
}  // namespace byeol::model
