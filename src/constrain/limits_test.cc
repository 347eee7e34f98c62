// What strangers may write: nothing of it is slow, large, or wrong.
#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "constrain/automaton.h"
#include "constrain/constraint.h"
#include "constrain/mask.h"
#include "constrain/test_vocabulary.h"

namespace byeol::constrain {
namespace {

using testing::bytes_and;
using testing::plain_text;

class LimitsTest : public ::testing::Test {
 protected:
  std::shared_ptr<const Grammar> built(NodeId root) {
    auto grammar = builder.build(root);
    EXPECT_TRUE(grammar) << grammar.error().message;
    return *grammar;
  }
  // ( … ) around itself.
  NodeId brackets() {
    const NodeId rule = builder.declare("brackets");
    builder.define(
        rule, builder.sequence({builder.text("("), builder.optional(rule), builder.text(")")}));
    return rule;
  }
  Budget budget;
  GrammarBuilder builder{budget};
  std::shared_ptr<const Vocabulary> vocabulary = bytes_and({"((", "))", "\"a", "ab", "aaaa"});
};

TEST_F(LimitsTest, TenThousandBrackets) {
  Constraint constraint(std::make_shared<Matcher>(built(brackets()), vocabulary));
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_TRUE(constraint.take('('));
    if (i % 1000 == 500) {
      ASSERT_EQ(constraint.mask()->few, (std::vector<TokenId>{'(', ')', 256, 257}));
    }
  }
  EXPECT_EQ(constraint.tokens_to_end(), 5000);  // "))".
  for (int i = 0; i < 5'000; ++i) {
    ASSERT_FALSE(constraint.may_end());
    ASSERT_TRUE(constraint.take(257));
  }
  EXPECT_TRUE(constraint.is_over());
}

TEST_F(LimitsTest, RightRecursionTakesNoRoom) {
  const NodeId rule = builder.declare("list");
  builder.define(rule, builder.optional(builder.sequence({builder.text("ab"), rule})));
  Automaton automaton(built(rule));
  Automaton::State state = automaton.start();
  for (int i = 0; i < 100'000; ++i) {
    state = automaton.next(automaton.next(state, 'a'), 'b');
    ASSERT_TRUE(automaton.accepts(state));
  }
  EXPECT_LT(automaton.states(), 5U);
}

TEST_F(LimitsTest, CountsWithoutALimitAreForgotten) {
  Automaton automaton(built(builder.repeat(builder.text("ab"), 3, kUnlimited)));
  Automaton::State state = automaton.start();
  EXPECT_EQ(automaton.shortest_end(state), "ababab");
  for (int i = 0; i < 1000; ++i) state = automaton.next(automaton.next(state, 'a'), 'b');
  EXPECT_TRUE(automaton.accepts(state));
  EXPECT_LT(automaton.states(), 12U);
}

TEST_F(LimitsTest, RepetitionsOfTheEmptyText) {
  const NodeId maybe = builder.optional(builder.text("a"));
  const NodeId inner = builder.repeat(maybe, 5, 1'000'000'000);
  Automaton automaton(built(builder.repeat(builder.repeat(inner, 0, kUnlimited), 2, 3'000)));
  Automaton::State state = automaton.start();
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(automaton.accepts(state));
    state = automaton.next(state, 'a');
  }
  EXPECT_LT(automaton.width(state), 500);
}

TEST_F(LimitsTest, ExponentiallyManyWays) {
  NodeId node = builder.optional(builder.text("x"));
  for (int i = 0; i < 60; ++i) {
    const NodeId rule = builder.declare("rule" + std::to_string(i));
    builder.define(rule, builder.sequence({node, node}));
    node = rule;
  }
  Constraint constraint(std::make_shared<Matcher>(built(node), vocabulary));
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(constraint.may_end());
    ASSERT_TRUE(constraint.take('x'));
  }
}

TEST_F(LimitsTest, ExponentiallyManyStacks) {
  // Each `a` may be closed by a `b` or by a `c`, which is a different stack.
  const NodeId rule = builder.declare("palindrome");
  const NodeId a1 = builder.repeat(builder.text("a"), 1, 2);
  const NodeId a2 = builder.repeat(builder.text("a"), 1, 3);
  builder.define(
      rule, builder.choice({builder.sequence({a1, rule, builder.text("b")}),
                            builder.sequence({a2, rule, builder.text("c")}), builder.text("-")}));
  Constraint constraint(std::make_shared<Matcher>(built(rule), vocabulary));
  std::int32_t left = 80;
  for (; left > 0 && !constraint.is_over(); --left) {
    ASSERT_LE(constraint.tokens_to_end(), left);
    ASSERT_TRUE(constraint.take(constraint.steer('a', left)));
  }
  EXPECT_TRUE(constraint.may_end());
}

TEST_F(LimitsTest, AMaskIsCutWhereItWouldTakeTooLong) {
  std::mt19937 random(5);
  std::set<std::string> words;
  while (words.size() < 30'000) {
    std::string word;
    for (std::size_t i = 1 + random() % 9; i > 0; --i)
      word += static_cast<char>('a' + random() % 26);
    words.insert(word);
  }
  const auto many = bytes_and({words.begin(), words.end()});
  std::vector<NodeId> letters;
  for (char c = 'a'; c <= 'z'; ++c) letters.push_back(builder.text(std::string(1, c)));
  for (const bool ambiguous : {false, true}) {
    // Palindromes; or letters of which any may be closed by any.
    const NodeId rule = builder.declare("palindrome");
    std::vector<NodeId> ways{builder.text("-")};
    for (const NodeId letter : letters)
      ways.push_back(
          builder.sequence({ambiguous ? builder.choice(letters) : letter, rule, letter}));
    builder.define(rule, builder.choice(ways));
    const auto grammar = built(rule);
    Automaton automaton(grammar);
    Automaton::State state = automaton.start();
    for (int i = 0; i < 4; ++i) {
      const std::int64_t before = automaton.work();
      MaskWork work;
      const Mask mask = mask_of(automaton, state, *many, work);
      EXPECT_EQ(mask.is_whole, !work.is_cut);
      EXPECT_LT(automaton.work() - before, 3 * MaskWork::kMost);
      EXPECT_LT(automaton.states(), 20'000U);
      if (i == 0) {
        EXPECT_TRUE(work.is_cut);
      }
      state = automaton.next(state, 'a');
      ASSERT_NE(state, Automaton::kDead);
    }
    // Whoever keeps to the masks comes to the end, also in time; other tokens are taken as well.
    const auto matcher = std::make_shared<Matcher>(grammar, many);
    Constraint constraint(matcher), other(matcher);
    EXPECT_TRUE(constraint.forced().empty());
    EXPECT_FALSE(constraint.mask()->is_whole);
    EXPECT_FALSE(constraint.mask()->tokens.has('z'));
    EXPECT_TRUE(other.take('z'));
    EXPECT_TRUE(other.ends_within(2));
    std::int32_t left = 12;
    for (; left > 0 && !constraint.is_over(); --left) {
      const auto mask = constraint.mask();
      ASSERT_TRUE(constraint.ends_within(left));
      const TokenId way = constraint.steer(many->end_tokens()[0], 0);  // Which cannot follow.
      ASSERT_TRUE(mask->tokens.has(way));
      const std::vector<TokenId> tokens = mask->tokens.tokens();
      const TokenId token = constraint.steer(tokens[random() % tokens.size()], left);
      ASSERT_TRUE(constraint.take(token));
    }
    EXPECT_TRUE(constraint.may_end());
  }
}

TEST_F(LimitsTest, AFarEndIsNotSoughtForEachToken) {
  const NodeId letter = builder.regular(plain_text(1, 1));
  const NodeId quote = builder.text("\"");
  const auto grammar = built(builder.sequence({quote, builder.repeat(letter, 60'000, -1), quote}));
  Constraint constraint(std::make_shared<Matcher>(grammar, vocabulary));
  EXPECT_EQ(constraint.bytes_to_end(), 60'002);
  const auto start = std::chrono::steady_clock::now();
  for (std::int32_t left = 70'000; left > 20'000; --left) {
    ASSERT_TRUE(constraint.ends_within(left));
    const TokenId token = constraint.steer(left == 70'000 ? '"' : 'b', left);
    ASSERT_TRUE(constraint.take(token));
  }
  // Minutes, if each were to make its way.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  EXPECT_EQ(constraint.bytes_to_end(), 10'002);
  EXPECT_FALSE(constraint.ends_within(100));
}

TEST_F(LimitsTest, ATextThatFitsInNoAnswerIsRefused) {
  const NodeId long_text = builder.repeat(builder.text("ab"), 500'000, 600'000);
  const auto grammar = builder.build(long_text);
  ASSERT_FALSE(grammar);
  EXPECT_NE(grammar.error().message.find("longer than 65536 bytes"), std::string::npos);
}

TEST_F(LimitsTest, ForcedTextIsCutIntoPieces) {
  const std::string text(10'000, 'a');
  Constraint constraint(std::make_shared<Matcher>(built(builder.text(text)), vocabulary));
  EXPECT_EQ(constraint.forced().size(), 1023U);  // 4,096 bytes in tokens of four, but the last.
  std::size_t bytes = 0;
  while (!constraint.is_over()) {
    const auto forced = constraint.forced();
    ASSERT_FALSE(forced.empty());
    for (const TokenId token : std::vector<TokenId>(forced.begin(), forced.end())) {
      ASSERT_TRUE(constraint.take(token));
      bytes += vocabulary->bytes(token).size();
    }
  }
  EXPECT_EQ(bytes, text.size());
}

TEST_F(LimitsTest, LittleMemoryChangesNothing) {
  const NodeId item = builder.choice({brackets(), builder.regular(plain_text(0, 3))});
  const NodeId root = builder.repeat(builder.sequence({item, builder.text("\"")}), 0, 500);
  const auto grammar = built(root);
  const auto small = std::make_shared<Matcher>(grammar, vocabulary, 20'000);
  const auto large = std::make_shared<Matcher>(grammar, vocabulary);
  // Two that take turns with one matcher.
  Constraint first(small), second(small), truth(large);
  for (int i = 0; i < 1500; ++i) {
    const auto mask = truth.mask();
    ASSERT_EQ(first.mask()->tokens, mask->tokens);
    ASSERT_EQ(second.mask()->tokens, mask->tokens);
    ASSERT_EQ(first.tokens_to_end(), second.tokens_to_end());
    const auto some = mask->tokens.tokens();
    const TokenId token = some[static_cast<std::size_t>(i) * 7 % some.size()];
    ASSERT_EQ(first.take(token), truth.take(token));
    ASSERT_TRUE(second.take(token));
    if (truth.is_over()) break;
  }
}

TEST_F(LimitsTest, PlainTextCostsOnePassOverTheOthers) {
  std::vector<std::string> words;
  for (int i = 0; i < 5000; ++i) words.push_back("word" + std::to_string(i * 7919));
  words.insert(words.end(), {"\",\"", "\"}", "a\"b", "\n\n"});
  const auto many = bytes_and(words);
  for (const std::int32_t most : {-1, 40, 5}) {
    const NodeId value = builder.regular(plain_text(0, most));
    Automaton automaton(built(builder.sequence({builder.text("\""), value, builder.text("\"}")})));
    Automaton::State state = automaton.next(automaton.start(), '"');
    EXPECT_EQ(automaton.plain_characters(state), most);
    MaskWork work;
    const Mask mask = mask_of(automaton, state, *many, work);
    EXPECT_LT(work.nodes, 300);
    EXPECT_TRUE(mask.tokens.has(256));           // "word0" has five characters,
    EXPECT_EQ(mask.tokens.has(257), most != 5);  // "word7919" more.
    EXPECT_TRUE(mask.tokens.has(256 + 5001));    // `"}`
    EXPECT_FALSE(mask.tokens.has(256 + 5000));
    EXPECT_FALSE(mask.tokens.has(256 + 5002));
    EXPECT_TRUE(mask.tokens.has('a'));
  }
}

}  // namespace
}  // namespace byeol::constrain
