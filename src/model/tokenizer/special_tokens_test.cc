#include "model/tokenizer/special_tokens.h"

#include <gtest/gtest.h>

#include "model/tokenizer/test_support.h"

namespace byeol::model {
namespace {

// "a|<7>|b": ids in angle brackets, texts as they are.
std::string shown(const SpecialTokens& tokens, std::string_view text) {
  std::string result;
  for (const Fragment& fragment : tokens.split(text)) {
    if (!result.empty()) result += '|';
    if (fragment.id == kNoToken)
      result += fragment.text;
    else
      result.append("<").append(std::to_string(fragment.id)).append(">");
  }
  return result;
}

TEST(SpecialTokens, TheLongestTokenAtAPositionWins) {
  const SpecialTokens tokens({{"\n", 1}, {"\n\n", 2}, {"\n\n\n", 3}, {"<a>", 4}, {"<a>b", 5}});
  EXPECT_EQ(shown(tokens, "\n\n\n\n\nx"), "<3>|<2>|x");
  EXPECT_EQ(shown(tokens, "x<a>by<a>"), "x|<5>|y|<4>");
  EXPECT_EQ(shown(tokens, "<a"), "<a");
  EXPECT_EQ(shown(tokens, ""), "");
}

TEST(SpecialTokens, TheLeftmostMatchComesBeforeALongerLaterOne) {
  const SpecialTokens tokens({{"ab", 1}, {"bcd", 2}});
  EXPECT_EQ(shown(tokens, "abcd"), "<1>|cd");
}

TEST(SpecialTokens, AGuardedTextHoldsNoToken) {
  const SpecialTokens tokens({{"<a>", 1}, {"a>", 2}, {"<a><", 3}, {"<b>", 4}});
  EXPECT_EQ(tokens.guarded("a < b > c"), "a < b > c");
  EXPECT_EQ(tokens.guarded("<<a><"), "<\uFDD0<\uFDD0a><");
  const auto fragments = tokens.split("<b>" + tokens.guarded("x<a><a><") + "<b>", Guards::kCount);
  ASSERT_EQ(fragments.size(), 3u);
  EXPECT_EQ(fragments[0].id, 4);
  EXPECT_EQ(fragments[1].id, kNoToken);
  EXPECT_EQ(fragments[2].id, 4);
}

TEST(SpecialTokens, AGuardInTheTextItselfCannotBeUsed) {
  const SpecialTokens tokens({{"<a>", 1}});
  EXPECT_EQ(tokens.guarded("\uFDD0x"), "\uFFFDx");
  EXPECT_EQ(shown(tokens, "\uFDD0<a>"), "\uFDD0|<1>");  // Unless asked for, it is a character.
}

TEST(SpecialTokens, WithoutTokensTheTextStaysWhole) {
  EXPECT_EQ(shown(SpecialTokens(), "a<|b|>"), "a<|b|>");
  EXPECT_EQ(shown(SpecialTokens({{"", 3}}), "ab"), "ab");
}

TEST(SpecialTokens, SwallowWhiteSpaceWhereTheModelWantsIt) {
  const SpecialTokens tokens({{"<l>", 1, true, false}, {"<r>", 2, false, true}});
  EXPECT_EQ(shown(tokens, "a \n<l> b"), "a|<1>| b");
  EXPECT_EQ(shown(tokens, "a <r> \t b"), "a |<2>|b");
  EXPECT_EQ(shown(tokens, "<r>  <l>"), "<2>|<1>");
}

std::vector<testing::TestToken> chat_tokens() {
  std::vector<testing::TestToken> tokens;
  for (const char* text : {"a", "b", "<", ">", "|", "x", "y"}) tokens.push_back({text, 0, 1});
  tokens.push_back({"<|x|>", 0, 3});
  tokens.push_back({"<|y|>", 0, 4});
  return tokens;
}

TEST(SpecialTokens, PlainTextCannotSpellAControlTokenUnlessParsingIsAskedFor) {
  const auto tokenizer = testing::must_load(testing::bpe_file(chat_tokens(), {}, "gpt-2"));
  ASSERT_TRUE(tokenizer);
  EXPECT_EQ(tokenizer->encode("a<|x|>b"), (std::vector<TokenId>{0, 7, 1}));
  EXPECT_EQ(tokenizer->encode("a<|x|>b", {.parse_special = false}),
            (std::vector<TokenId>{0, 2, 4, 5, 4, 3, 1}));
  // What the makers defined is text of its own and is found in any case.
  EXPECT_EQ(tokenizer->encode("<|y|>", {.parse_special = false}), (std::vector<TokenId>{8}));
}

TEST(SpecialTokens, MergesCannotSpellAControlTokenEither) {
  const std::vector<testing::TestToken> tokens = {{"<unk>", 0, 2}, {"<s>", 0, 3}, {"</s>", 0, 3},
                                                  {"<", -1, 1},    {"/", -2, 1},  {"s", -3, 1},
                                                  {">", -4, 1},    {"</", -5, 1}, {"s>", -6, 1}};
  auto file = testing::spm_file(tokens);
  file.add("tokenizer.ggml.add_space_prefix", false);
  const auto tokenizer = testing::must_load(file);
  ASSERT_TRUE(tokenizer);
  EXPECT_EQ(tokenizer->encode("</s>", {false, false}), (std::vector<TokenId>{7, 8}));
  EXPECT_EQ(tokenizer->encode("</s>", {false, true}), (std::vector<TokenId>{2}));
}

TEST(SpecialTokens, Phi3SwallowsTheSpaceAfterItsTokens) {
  auto file = testing::bpe_file(chat_tokens(), {}, "gpt-2");
  file.add("general.name", "Phi-3 mini");
  const auto tokenizer = testing::must_load(file);
  ASSERT_TRUE(tokenizer);
  EXPECT_EQ(tokenizer->encode("<|x|> \na"), (std::vector<TokenId>{7, 0}));
}

}  // namespace
}  // namespace byeol::model
