#include <gtest/gtest.h>

#include <random>

#include "base/utf8.h"
#include "model/tokenizer/lenient_utf8.h"
#include "model/tokenizer/test_support.h"

namespace byeol::model {
namespace {

using testing::decode;

// Token n is byte n; 256 is a control token.
std::shared_ptr<const Tokenizer> bytes_tokenizer() {
  std::vector<testing::TestToken> tokens;
  char name[8];
  for (unsigned byte = 0; byte < 256; ++byte) {
    std::snprintf(name, sizeof(name), "<0x%02X>", byte);
    tokens.push_back({name, 0, 6});
  }
  tokens.push_back({"<|end|>", 0, 3});
  tokens.push_back({"▁별", 0, 1});
  auto file = testing::spm_file(tokens);
  file.add("tokenizer.ggml.add_space_prefix", false);
  return testing::must_load(file);
}

TEST(Detokenizer, HoldsBackACharacterUntilItIsWhole) {
  const auto tokenizer = bytes_tokenizer();
  Detokenizer detokenizer(*tokenizer);
  EXPECT_EQ(detokenizer.add(0xEB), "");
  EXPECT_EQ(detokenizer.add(0xB3), "");
  EXPECT_EQ(detokenizer.add(0x84), "별");
  EXPECT_EQ(detokenizer.finish(), "");
}

TEST(Detokenizer, ReplacesWhatCanBeNoCharacterAsSoonAsThatIsCertain) {
  const auto tokenizer = bytes_tokenizer();
  Detokenizer detokenizer(*tokenizer);
  EXPECT_EQ(detokenizer.add(0xF0), "");
  EXPECT_EQ(detokenizer.add(0x9F), "");
  EXPECT_EQ(detokenizer.add('a'),
            "\xEF\xBF\xBD"
            "a");
  EXPECT_EQ(detokenizer.add(0x80), "\xEF\xBF\xBD");
  EXPECT_EQ(detokenizer.add(0xE2), "");
  EXPECT_EQ(detokenizer.finish(), "\xEF\xBF\xBD");
  EXPECT_EQ(detokenizer.finish(), "");
}

TEST(Detokenizer, HidesControlTokensUnlessAskedToShowThem) {
  const auto tokenizer = bytes_tokenizer();
  EXPECT_EQ(decode(*tokenizer, {'a', 256, 'b'}), "ab");
  EXPECT_EQ(decode(*tokenizer, {'a', 256, 'b'}, Detokenizer::Control::kShow), "a<|end|>b");
}

TEST(Detokenizer, TakesAnyIdWithoutHarm) {
  const auto tokenizer = bytes_tokenizer();
  EXPECT_EQ(decode(*tokenizer, {-1, 1'000'000, 257, 'x'}), " 별x");
}

TEST(Detokenizer, DropsTheSpaceThatEncodingPutBeforeTheText) {
  std::vector<testing::TestToken> tokens = {{"<unk>", 0, 2}, {"<s>", 0, 3}, {"</s>", 0, 3},
                                            {"▁a", -1, 1},   {"▁", -2, 1},  {"a", -3, 1}};
  const auto tokenizer = testing::must_load(testing::spm_file(tokens));
  EXPECT_EQ(tokenizer->encode("a a"), (std::vector<TokenId>{1, 3, 3}));
  EXPECT_EQ(decode(*tokenizer, {1, 3, 3}), "a a");
  EXPECT_EQ(decode(*tokenizer, tokenizer->encode(" a")), " a");
}

TEST(Detokenizer, NeverEmitsBrokenUtf8WhateverComes) {
  const auto tokenizer = bytes_tokenizer();
  std::mt19937 random(20261124);
  for (int round = 0; round < 300; ++round) {
    Detokenizer detokenizer(*tokenizer);
    std::string streamed;
    for (int i = 0; i < 60; ++i) {
      // Mostly continuation and lead bytes: what breaks.
      const std::string text = detokenizer.add(static_cast<TokenId>(0x70 + random() % 0x90));
      EXPECT_TRUE(utf8::is_valid(text));
      streamed += text;
    }
    EXPECT_TRUE(utf8::is_valid(streamed + detokenizer.finish()));
  }
}

}  // namespace
}  // namespace byeol::model
