#include "constrain/vocabulary.h"

#include <gtest/gtest.h>

#include "constrain/constraint.h"
#include "constrain/test_vocabulary.h"

namespace byeol::constrain {
namespace {

using testing::bytes_and;
using testing::vocabulary_of;

TEST(Vocabulary, TrieIsDepthFirst) {
  const auto vocabulary = vocabulary_of({"b", "abc", "a", "abd", "", "b"});
  const auto& trie = vocabulary->trie();
  ASSERT_EQ(trie.size(), 5U);
  const std::string bytes = "abcdb";
  const std::vector<TokenId> tokens{2, -1, 1, 3, 0};
  const std::vector<int> depths{1, 2, 3, 3, 1}, after{4, 4, 3, 4, 5};
  for (std::size_t i = 0; i < trie.size(); ++i) {
    EXPECT_EQ(trie[i].byte, static_cast<std::uint8_t>(bytes[i]));
    EXPECT_EQ(trie[i].token, tokens[i]);
    EXPECT_EQ(trie[i].depth, depths[i]);
    EXPECT_EQ(trie[i].after, after[i]);
  }
  EXPECT_EQ(vocabulary->same_bytes(0), std::vector<TokenId>{5});
  EXPECT_EQ(vocabulary->same_bytes(5), std::vector<TokenId>{0});
  EXPECT_TRUE(vocabulary->same_bytes(1).empty());
  EXPECT_TRUE(vocabulary->has_longer("ab"));
  EXPECT_TRUE(vocabulary->has_longer("a"));
  EXPECT_FALSE(vocabulary->has_longer("abc"));
  EXPECT_FALSE(vocabulary->has_longer("x"));
  EXPECT_FALSE(vocabulary->has_usual_bytes());
  EXPECT_TRUE(bytes_and({"a"})->has_usual_bytes());
}

TEST(Vocabulary, PlainTokensByLength) {
  const auto vocabulary = vocabulary_of({"ab", "\xc3\xa9", "a\"", "\xc3", "abcd", "\n", "\x7f"});
  EXPECT_EQ(vocabulary->longest_plain(), 4);
  EXPECT_EQ(vocabulary->plain(0).count(), 0);
  EXPECT_EQ(vocabulary->plain(1).tokens(), (std::vector<TokenId>{1, 6}));
  EXPECT_EQ(vocabulary->plain(3).tokens(), (std::vector<TokenId>{0, 1, 6}));
  EXPECT_EQ(vocabulary->plain(99).tokens(), (std::vector<TokenId>{0, 1, 4, 6}));
  std::vector<TokenId> others;
  for (const auto& node : vocabulary->not_plain())
    if (node.token >= 0) others.push_back(node.token);
  EXPECT_EQ(others, (std::vector<TokenId>{5, 2, 3}));
}

TEST(Vocabulary, ShortestSplit) {
  const auto vocabulary = vocabulary_of({"a", "b", "c", "ab", "bcd", "abc", "d"});
  EXPECT_EQ(vocabulary->shortest_split("abcd"), (std::vector<TokenId>{5, 6}));
  EXPECT_EQ(vocabulary->shortest_split("aabcd").size(), 3U);
  EXPECT_TRUE(vocabulary->shortest_split("ax").empty());
  EXPECT_TRUE(vocabulary->shortest_split("").empty());
}

TEST(Vocabulary, ControlAndEndTokensAndDoubles) {
  VocabularyOptions options;
  options.token_bytes = {"a", "b", "a", "", "", "<end>", ""};
  options.end_tokens = {4, 5};
  const auto vocabulary = Vocabulary::make(options);
  EXPECT_TRUE(vocabulary->is_end(5));
  EXPECT_FALSE(vocabulary->is_end(3));
  Budget budget;
  GrammarBuilder builder(budget);
  const NodeId root = builder.sequence(
      {builder.choice({builder.token(3), builder.text("a")}), builder.optional(builder.token(6))});
  auto grammar = builder.build(root);
  ASSERT_TRUE(grammar);
  const auto matcher = std::make_shared<Matcher>(*grammar, vocabulary);
  Constraint constraint(matcher);
  EXPECT_EQ(constraint.mask()->few, (std::vector<TokenId>{0, 2, 3}));
  EXPECT_TRUE(constraint.forced().empty());
  EXPECT_FALSE(constraint.take(4));
  EXPECT_FALSE(constraint.take(99));
  EXPECT_FALSE(constraint.take(-1));
  EXPECT_EQ(constraint.tokens_to_end(), 1);
  ASSERT_TRUE(constraint.take(3));
  EXPECT_EQ(constraint.mask()->few, (std::vector<TokenId>{4, 5, 6}));
  EXPECT_EQ(constraint.steer(6, 0), 4);
  EXPECT_EQ(constraint.steer(6, 1), 6);
  EXPECT_TRUE(constraint.may_end());
  EXPECT_FALSE(constraint.is_over());
  ASSERT_TRUE(constraint.take(5));
  EXPECT_TRUE(constraint.is_over());
  EXPECT_FALSE(constraint.take(6));
  EXPECT_EQ(constraint.mask()->count, 0);
}

TEST(Vocabulary, TheLastForcedTokenIsLeftOpen) {
  const auto vocabulary = bytes_and({"{\"", "name", "\":", "\":\"", "\":7", "}"});
  Budget budget;
  GrammarBuilder builder(budget);
  const auto forced = [&](NodeId root) {
    auto grammar = builder.build(root);
    Constraint constraint(std::make_shared<Matcher>(*grammar, vocabulary));
    const auto tokens = constraint.forced();
    std::string text;
    for (const TokenId token : tokens) text += vocabulary->bytes(token);
    return text;
  };
  const NodeId begin = builder.text("{\"name\":");
  const NodeId numbers = builder.choice({builder.text("1"), builder.text("2")});
  // `":"` and `":7` are no way on here, so that `":` is certain.
  EXPECT_EQ(forced(builder.sequence({begin, numbers})), "{\"name\":");
  const NodeId sevens = builder.choice({builder.text("7"), builder.text("2")});
  EXPECT_EQ(forced(builder.sequence({begin, sevens})), "{\"name");
  EXPECT_EQ(forced(begin), "{\"name\":");
  // The end may come: behind it nothing is certain.
  EXPECT_EQ(forced(builder.sequence({begin, builder.optional(builder.text("7"))})), "{\"name");
  EXPECT_EQ(forced(builder.sequence({begin, builder.optional(builder.text("8"))})), "{\"name\":");
}

}  // namespace
}  // namespace byeol::constrain
