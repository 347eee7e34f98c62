// Both algorithms on small vocabularies whose answers can be checked by hand.
#include "model/tokenizer/merge.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <random>
#include <set>

#include "model/tokenizer/lenient_utf8.h"
#include "model/tokenizer/test_support.h"

namespace byeol::model {
namespace {

using Ids = std::vector<TokenId>;

// Ids 0 to 4, with merges where the sum of two ids is at most 4: many ties, many chains.
std::vector<std::int32_t> merged(std::size_t count, std::uint32_t seed, std::size_t copies) {
  std::mt19937 random(seed);
  std::vector<std::int32_t> word(count);
  for (std::int32_t& id : word) id = static_cast<std::int32_t>(random() % 3);
  MergeScratch scratch;
  // A separator that never merges: the copies are independent, but long enough for the heap.
  for (std::size_t copy = 0; copy < copies; ++copy) {
    for (const std::int32_t id : word)
      scratch.symbols.push_back({static_cast<std::uint32_t>(scratch.symbols.size()), 1, id});
    scratch.symbols.push_back({static_cast<std::uint32_t>(scratch.symbols.size()), 1, 100});
  }
  scratch.run([](const Symbol& left, const Symbol& right) {
    const std::int32_t sum = left.id + right.id;
    return sum > 4 ? Merge{kNoMerge, -1} : Merge{static_cast<std::uint32_t>((sum * 3) % 5), sum};
  });
  std::vector<std::int32_t> ids;
  for (const Symbol& symbol : scratch.symbols) ids.push_back(symbol.id);
  return ids;
}

TEST(Merge, ShortAndLongWordsMergeAlike) {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    const std::size_t count = 1 + seed % 20;
    const std::vector<std::int32_t> by_scan = merged(count, seed, 1);
    std::vector<std::int32_t> expected;
    for (int copy = 0; copy < 30; ++copy)
      expected.insert(expected.end(), by_scan.begin(), by_scan.end());
    EXPECT_EQ(merged(count, seed, 30), expected) << "seed " << seed;
  }
}

std::shared_ptr<const Tokenizer> spm(std::vector<testing::TestToken> pieces) {
  std::vector<testing::TestToken> tokens = {{"<unk>", 0, 2}, {"<s>", 0, 3}, {"</s>", 0, 3}};
  tokens.insert(tokens.end(), pieces.begin(), pieces.end());
  auto file = testing::spm_file(tokens);
  file.add("tokenizer.ggml.add_space_prefix", false);
  return testing::must_load(file);
}

TEST(Spm, TheHighestScoreMergesFirst) {
  const auto tokenizer =
      spm({{"a", -9}, {"b", -9}, {"c", -9}, {"ab", -2}, {"bc", -1}, {"abc", -3}});
  ASSERT_TRUE(tokenizer);
  // "bc" first, then "a" + "bc" is a piece, too.
  EXPECT_EQ(tokenizer->encode("abc", {false, false}), (Ids{8}));
  EXPECT_EQ(tokenizer->encode("abbc", {false, false}), (Ids{6, 7}));
}

TEST(Spm, AmongEqualsTheLeftmostMergesFirst) {
  const auto tokenizer = spm({{"a", -9}, {"aa", -1}});
  ASSERT_TRUE(tokenizer);
  EXPECT_EQ(tokenizer->encode("aaa", {false, false}), (Ids{4, 3}));
}

TEST(Spm, ACharacterWithoutAPieceMergesAllTheSame) {
  const auto tokenizer = spm({{"\t\t", -1}, {"<0x09>", 0, 6}});
  ASSERT_TRUE(tokenizer);
  EXPECT_EQ(tokenizer->encode("\t\t\t", {false, false}), (Ids{3, 4}));
}

TEST(Spm, UnknownCharactersBecomeBytesOrElseTheUnknownToken) {
  const auto tokenizer = spm({{"<0xEB>", 0, 6}, {"<0xB3>", 0, 6}, {"<0x84>", 0, 6}});
  ASSERT_TRUE(tokenizer);
  EXPECT_EQ(tokenizer->encode("별", {false, false}), (Ids{3, 4, 5}));
  EXPECT_EQ(tokenizer->encode("z", {false, false}), (Ids{0}));
  EXPECT_EQ(testing::decode(*tokenizer, {3, 4, 5}), "별");
}

TEST(Spm, PutsASpaceBeforeTextAndAfterSpecialTokensWhereTheModelWantsIt) {
  const auto tokenizer = testing::must_load(testing::spm_file(
      {{"<unk>", 0, 2}, {"<s>", 0, 3}, {"</s>", 0, 3}, {"▁", -5}, {"a", -5}, {"▁a", -1}}));
  ASSERT_TRUE(tokenizer);
  EXPECT_TRUE(tokenizer->adds_bos());
  EXPECT_EQ(tokenizer->encode("a"), (Ids{1, 5}));
  EXPECT_EQ(tokenizer->encode("a</s>a"), (Ids{1, 5, 2, 5}));
  EXPECT_EQ(tokenizer->encode(""), (Ids{1}));
  EXPECT_EQ(tokenizer->encode("", {false, true}), (Ids{}));
}

TEST(Bpe, TheLowestRankMergesFirstAndTheLeftmostAmongEquals) {
  const auto tokenizer = testing::must_load(testing::bpe_file(
      {{"a"}, {"b"}, {"c"}, {"bc"}, {"ab"}, {"aa"}}, {"b c", "a b", "a a"}, "gpt-2"));
  ASSERT_TRUE(tokenizer);
  EXPECT_EQ(tokenizer->encode("abc"), (Ids{0, 3}));
  EXPECT_EQ(tokenizer->encode("aaab"), (Ids{5, 4}));  // "ab" before "aa".
  EXPECT_EQ(tokenizer->encode("aaa"), (Ids{5, 0}));
}

TEST(Bpe, IgnoreMergesTakesAWholeWordThatNoMergeLeadsTo) {
  const std::vector<testing::TestToken> tokens = {{"a"}, {"b"}, {"ab"}};
  const auto with = testing::must_load(testing::bpe_file(tokens, {}, "tekken"));
  const auto without = testing::must_load(testing::bpe_file(tokens, {}, "gpt-4o"));
  EXPECT_EQ(with->encode("ab", {false, true}), (Ids{2}));
  EXPECT_EQ(without->encode("ab", {false, true}), (Ids{0, 1}));
}

TEST(Bpe, AMergeWithoutATokenFallsBackToItsBytes) {
  const auto tokenizer = testing::must_load(
      testing::bpe_file({{"a"}, {"b"}, {"c"}, {"abc"}}, {"a b", "ab c"}, "gpt-2"));
  EXPECT_EQ(tokenizer->encode("abc"), (Ids{3}));  // Through "ab", which is no token.
  EXPECT_EQ(tokenizer->encode("abab"), (Ids{0, 1, 0, 1}));
}

TEST(Bpe, Gemma4MergesCharactersAndFallsBackToByteTokens) {
  const auto tokenizer = testing::must_load(testing::bpe_file(
      {{"▁"}, {"별"}, {"▁별"}, {"\n\n"}, {"<0xC3>", 0, 6}, {"<0xA9>", 0, 6}}, {"▁ 별"}, "gemma4"));
  ASSERT_TRUE(tokenizer);
  EXPECT_EQ(tokenizer->encode(" 별\n\né"), (Ids{2, 3, 4, 5}));
  EXPECT_EQ(testing::decode(*tokenizer, {2, 3, 4, 5}), " 별\n\né");
}

// <unk>, the byte tokens, the characters of the merges in order, what they merge to.
formats::GgufWriter character_bpe_file(const std::vector<std::string>& merges,
                                       const std::string& pre) {
  std::set<std::string> characters, seen;
  std::vector<testing::TestToken> tokens = {{"<unk>", 0, 2}};
  char name[8];
  for (unsigned byte = 0; byte < 256; ++byte) {
    std::snprintf(name, sizeof(name), "<0x%02X>", byte);
    tokens.push_back({name, 0, 6});
  }
  std::vector<std::string> merged;
  for (std::string text : merges) {
    text.erase(text.find(' ', 1), 1);
    for (std::size_t at = 0; at < text.size(); at += announced_bytes(text[at]))
      characters.insert(text.substr(at, announced_bytes(text[at])));
    merged.push_back(text);
  }
  merged.insert(merged.begin(), characters.begin(), characters.end());
  for (const std::string& text : merged)
    if (seen.insert(text).second) tokens.push_back({text});
  return testing::bpe_file(tokens, merges, pre);
}

TEST(Bpe, OfCharactersGivesHuggingFacesIds) {
  const std::vector<std::string> texts = testing::golden_texts("corpus.txt");
  const std::vector<std::string> hashes = testing::golden_lines("gemma4.ids");
  const auto tokenizer =
      testing::must_load(character_bpe_file(testing::golden_texts("small_chars.txt"), "gemma4"));
  ASSERT_TRUE(tokenizer);
  ASSERT_EQ(texts.size(), hashes.size());
  for (std::size_t i = 0; i < texts.size(); ++i)
    EXPECT_EQ(testing::hash_ids(tokenizer->encode(texts[i], {.parse_special = false})),
              std::stoul(hashes[i], nullptr, 16))
        << "line " << i + 1 << ": " << texts[i];
}

TEST(Bpe, MetaspaceBeginsEveryLineAndWordWithASpace) {
  const auto tokenizer = testing::must_load(
      testing::bpe_file({{"▁"}, {"a"}, {"▁a"}, {"a▁"}, {"\n"}}, {"a ▁", "▁ a"}, "mmbert"));
  ASSERT_TRUE(tokenizer);
  EXPECT_EQ(tokenizer->encode("a a\na"), (Ids{2, 2, 4, 2}));
}

}  // namespace
}  // namespace byeol::model
