#include "model/tokenizer/pre_tokenizer.h"

#include <gtest/gtest.h>

#include <ctime>
#include <set>
#include <sstream>

#include "model/tokenizer/test_support.h"

namespace byeol::model {
namespace {

std::vector<std::string> words(std::string_view family, std::string_view text) {
  const PreTokenizerFamily* found = find_pre_tokenizer_family(family);
  if (!found) return {"no family " + std::string(family)};
  Result<PreTokenizer> pre_tokenizer = PreTokenizer::make(*found);
  if (!pre_tokenizer) return {pre_tokenizer.error().message};
  std::vector<std::string> pieces;
  std::size_t begin = 0;
  for (const std::size_t end : pre_tokenizer->split(text)) {
    pieces.emplace_back(text.substr(begin, end - begin));
    begin = end;
  }
  return pieces;
}

using Words = std::vector<std::string>;

// The whole table against Hugging Face with the models' own expressions: one vocabulary whose
// merges know no word borders, so that a wrong border shows.
TEST(PreTokenizer, CutsEveryTextAsHuggingFaceDoesInEveryFamily) {
  const std::vector<std::string> texts = testing::golden_texts("corpus.txt");
  const std::vector<std::string> merges = testing::golden_lines("small_bpe.txt");
  ASSERT_GE(texts.size(), 5000u);
  constexpr std::size_t kBlockLines = 4;
  std::set<const PreTokenizerFamily*> seen;
  for (const std::string& line : testing::golden_lines("pre.ids")) {
    std::istringstream fields(line);
    std::string family, hashes;
    fields >> family >> hashes;
    seen.insert(find_pre_tokenizer_family(family));
    const auto tokenizer = testing::must_load(testing::byte_bpe_file(merges, family));
    ASSERT_TRUE(tokenizer) << family;
    ASSERT_EQ(hashes.size(), texts.size() / kBlockLines * 8);
    for (std::size_t block = 0; block * kBlockLines < texts.size(); ++block) {
      std::uint32_t hash = testing::kHashStart;
      for (std::size_t i = 0; i < kBlockLines; ++i) {
        std::vector<TokenId> ids = tokenizer->encode(texts[block * kBlockLines + i], {false, true});
        ids.push_back(kNoToken);
        hash = testing::hash_ids(ids, hash);
      }
      EXPECT_EQ(hash, std::stoul(hashes.substr(block * 8, 8), nullptr, 16))
          << family << ", texts from line " << block * kBlockLines + 1;
    }
  }
  EXPECT_GE(seen.size(), 30u);
}

TEST(PreTokenizer, EveryFamilyOfTheTableCompiles) {
  for (const PreTokenizerFamily& family : pre_tokenizer_families()) {
    Result<PreTokenizer> pre_tokenizer = PreTokenizer::make(family);
    EXPECT_TRUE(pre_tokenizer) << family.names << ": " << pre_tokenizer.error().message;
  }
}

TEST(PreTokenizer, KnowsANameOnlyAsAWhole) {
  EXPECT_TRUE(find_pre_tokenizer_family("llama-bpe"));
  EXPECT_TRUE(find_pre_tokenizer_family("exaone4"));
  EXPECT_FALSE(find_pre_tokenizer_family("llama"));
  EXPECT_FALSE(find_pre_tokenizer_family("bpe"));
  EXPECT_FALSE(find_pre_tokenizer_family(""));
  EXPECT_FALSE(find_pre_tokenizer_family("gpt-2 phi-2"));
}

TEST(PreTokenizer, CutsWordsNumbersAndSpacesAsTheFamiliesDiffer) {
  EXPECT_EQ(words("gpt-2", "I'll go 12345  now"),
            (Words{"I", "'ll", " go", " 12345", " ", " now"}));
  EXPECT_EQ(words("smollm", "go 123"), (Words{"go", " ", "1", "2", "3"}));
  EXPECT_EQ(words("llama-bpe", "go 12345"), (Words{"go", " ", "123", "45"}));
  EXPECT_EQ(words("llama-bpe", "WE'LL a\n\n b"), (Words{"WE", "'LL", " a", "\n\n", " b"}));
  EXPECT_EQ(words("gpt-4o", "helloWorld ÀÉ"), (Words{"hello", "World", " ÀÉ"}));
  EXPECT_EQ(words("superbpe", "a 1234567 b"), (Words{"a ", "1", "234", "567", " b"}));
  EXPECT_EQ(words("tiny_aya", "12345 1234x"), (Words{"12", "345", " ", "123", "4", "x"}));
  EXPECT_EQ(words("gemma4", "a b\n\nc"), (Words{"a b", "\n\n", "c"}));
}

TEST(PreTokenizer, SpaceIsUnicodesWhiteSpace) {
  // U+0085 and U+2028 are; U+180E and U+200B are not.
  EXPECT_EQ(words("gpt-2", "a\xC2\x85 b"), (Words{"a", "\xC2\x85", " b"}));
  EXPECT_EQ(words("gpt-2", "\xE2\x80\xA8!"), (Words{"\xE2\x80\xA8", "!"}));
  EXPECT_EQ(words("gpt-2", "\xE1\xA0\x8E!"), (Words{"\xE1\xA0\x8E!"}));
  EXPECT_EQ(words("gpt-2", "\xE2\x80\x8B!"), (Words{"\xE2\x80\x8B!"}));
}

TEST(PreTokenizer, LosesNoByte) {
  EXPECT_EQ(words("gpt-2", ""), Words{});
  EXPECT_EQ(words("kimi-k2", "\xED\xA0\x80x"), (Words{"\xED\xA0\x80x"}));  // A surrogate.
}

// Runs that make a careless expression quadratic or its stack overflow.
TEST(PreTokenizer, TakesLinearTimeForAnyRunInEveryFamily) {
  // Enough to tell: a quadratic expression takes minutes at this size already.
  constexpr std::size_t kBytes = 300'000;
  std::vector<std::string> texts;
  for (const char c : {'a', 'A', '1', ' ', '\n', '!'}) texts.emplace_back(kBytes, c);
  texts.push_back("a" + texts[3] + "b");
  texts.push_back(texts[2] + "x");
  std::string korean, mixed;
  for (std::size_t i = 0; i < kBytes / 3; ++i) korean += "가";
  for (std::size_t i = 0; i < kBytes / 3; ++i) mixed += " a\n";
  texts.push_back(korean);
  texts.push_back(mixed);
  for (const PreTokenizerFamily& family : pre_tokenizer_families()) {
    const Result<PreTokenizer> pre_tokenizer = PreTokenizer::make(family);
    ASSERT_TRUE(pre_tokenizer);
    for (const std::string& text : texts) {
      const std::clock_t start = std::clock();  // Of this process: others may be busy.
      const std::vector<std::size_t> ends = (*pre_tokenizer).split(text);
      const std::clock_t took = std::clock() - start;
      EXPECT_EQ(ends.back(), text.size());
      EXPECT_LT(took, 2 * CLOCKS_PER_SEC) << family.names << " on " << text.substr(0, 8);
    }
  }
}

}  // namespace
}  // namespace byeol::model
