#include "constrain/constraint.h"

#include <gtest/gtest.h>

#include <random>

#include "constrain/test_vocabulary.h"

namespace byeol::constrain {
namespace {

using testing::bytes_and;
using testing::Judge;
using testing::plain_text;
using testing::vocabulary_of;

using Random = std::mt19937;

int below(Random& random, int count) {
  return std::uniform_int_distribution<int>(0, count - 1)(random);
}

template <typename T>
T any_of(Random& random, const std::vector<T>& list) {
  return list[static_cast<std::size_t>(below(random, static_cast<int>(list.size())))];
}

std::string word(Random& random, const std::string& letters, int longest) {
  std::string result;
  for (int i = 1 + below(random, longest); i > 0; --i)
    result += letters[static_cast<std::size_t>(below(random, static_cast<int>(letters.size())))];
  return result;
}

NodeId random_node(GrammarBuilder& builder, Random& random, std::vector<NodeId>& rules, int depth) {
  const int kind = below(random, depth <= 0 ? 2 : 8);
  const auto child = [&] { return random_node(builder, random, rules, depth - 1); };
  switch (kind) {
    case 0:
      return builder.text(word(random, "ab\"", 3));
    case 1: {
      const int min = below(random, 2);
      return builder.regular(plain_text(min, below(random, 2) == 0 ? -1 : min + below(random, 3)));
    }
    case 2:
      return builder.optional(child());
    case 3:
      return builder.choice({child(), child(), builder.text(word(random, "ab", 3))});
    case 4:
      return builder.sequence({child(), child()});
    case 5: {
      const int min = below(random, 3);
      return builder.repeat(child(), min,
                            below(random, 2) == 0 ? kUnlimited : min + below(random, 3));
    }
    case 6: {
      // Guarded, so that it is not left recursive.
      const NodeId rule = builder.declare("rule");
      rules.push_back(rule);
      const NodeId body = child();
      rules.pop_back();
      builder.define(rule, body);
      return rule;
    }
    default:
      if (rules.empty()) return builder.sequence({child(), builder.text("\"")});
      return builder.sequence(
          {builder.text("("), builder.choice({any_of(random, rules), builder.text(")")})});
  }
}

std::shared_ptr<const Grammar> random_grammar(Random& random) {
  for (;;) {
    Budget budget;
    GrammarBuilder builder(budget);
    std::vector<NodeId> rules;
    const NodeId root = random_node(builder, random, rules, 4);
    if (auto grammar = builder.build(root)) return *grammar;
  }
}

std::vector<std::string> random_words(Random& random) {
  std::set<std::string> words{"a", "b", "\"", "(", ")", "\xc3", "\xa9", "x", "0", "\xc3\xa9"};
  for (int i = 0; i < 25; ++i) words.insert(word(random, "aab\"()x", 4));
  return {words.begin(), words.end()};
}

std::set<TokenId> expected(Judge& judge, const Vocabulary& vocabulary, const std::string& text) {
  std::set<TokenId> result;
  for (TokenId token = 0; token < vocabulary.size(); ++token)
    if (vocabulary.is_end(token) ? judge.is_whole(text)
                                 : judge.can_begin(text + std::string(vocabulary.bytes(token))))
      result.insert(token);
  return result;
}

TEST(Constraint, MaskIsWhatTheJudgeAllows) {
  Random random(1);
  std::size_t allowed = 0;
  for (int round = 0; round < 400; ++round) {
    const auto grammar = random_grammar(random);
    const auto vocabulary = vocabulary_of(random_words(random));
    const auto matcher = std::make_shared<Matcher>(grammar, vocabulary);
    Judge judge(*grammar);
    for (int answer = 0; answer < 3; ++answer) {
      Constraint constraint(matcher);
      std::string text;
      for (int step = 0; step < 6 && !constraint.is_over(); ++step) {
        const auto mask = constraint.mask();
        const std::vector<TokenId> tokens = mask->tokens.tokens();
        const std::set<TokenId> truth = expected(judge, *vocabulary, text);
        ASSERT_EQ(std::set<TokenId>(tokens.begin(), tokens.end()), truth) << round << ' ' << text;
        ASSERT_EQ(mask->count, static_cast<std::int32_t>(truth.size()));
        ASSERT_EQ(mask->few, tokens);
        ASSERT_EQ(constraint.may_end(), judge.is_whole(text));
        ASSERT_EQ(constraint.tokens_to_end() == 0, judge.is_whole(text));
        // What the mask does not have is not taken, and changes nothing.
        for (TokenId token = 0; token < vocabulary->size(); ++token)
          ASSERT_TRUE(truth.contains(token) || !constraint.take(token));
        const TokenId token = any_of(random, tokens);
        ASSERT_TRUE(constraint.take(token));
        text += vocabulary->bytes(token);
        allowed += tokens.size();
      }
    }
  }
  EXPECT_GT(allowed, 10000U);
}

TEST(Constraint, ForcedIsTheSameOneByOneAndAtOnce) {
  Random random(2);
  std::size_t forced = 0;
  for (int round = 0; round < 400; ++round) {
    const auto grammar = random_grammar(random);
    const auto vocabulary = vocabulary_of(random_words(random));
    const auto matcher = std::make_shared<Matcher>(grammar, vocabulary);
    Constraint one(matcher), all(matcher), blind(std::make_shared<Matcher>(grammar, vocabulary));
    for (int step = 0; step < 12 && !all.is_over(); ++step) {
      const auto view = all.forced();
      const std::vector<TokenId> tokens(view.begin(), view.end());
      for (std::size_t i = 0; i < tokens.size(); ++i) {
        ASSERT_FALSE(one.may_end() && !one.forced().empty());
        ASSERT_EQ(one.forced().size(), tokens.size() - i);
        ASSERT_EQ(one.forced()[0], tokens[i]);
        ASSERT_TRUE(one.mask()->tokens.has(tokens[i]));
        ASSERT_TRUE(one.take(tokens[i]));
        ASSERT_TRUE(blind.take(tokens[i]));
      }
      for (const TokenId token : tokens) ASSERT_TRUE(all.take(token));
      forced += tokens.size();
      // Whoever did not ask before is told the same now.
      const auto now = all.forced(), late = blind.forced();
      ASSERT_TRUE(std::equal(now.begin(), now.end(), late.begin(), late.end()));
      if (all.is_over()) break;
      const std::vector<TokenId> choice = all.mask()->tokens.tokens();
      const TokenId token = any_of(random, choice);
      for (Constraint* each : {&one, &all, &blind}) ASSERT_TRUE(each->take(token));
    }
  }
  EXPECT_GT(forced, 300U);
}

// A mask may be dear: what must be known between two tokens does not ask for it.
TEST(Constraint, AsksForNoMaskUntilSomebodyWantsIt) {
  Budget budget;
  GrammarBuilder builder(budget);
  const auto grammar = builder.build(builder.sequence(
      {builder.text("ab"), builder.regular(plain_text(0, -1)), builder.text("\"")}));
  ASSERT_TRUE(grammar);
  const auto matcher = std::make_shared<Matcher>(*grammar, bytes_and({"ab", "cd", "d\""}));
  Constraint constraint(matcher), again(matcher);
  for (const TokenId token : {TokenId{'a'}, TokenId{'b'}, TokenId{'c'}}) {
    constraint.forced();
    ASSERT_TRUE(constraint.take(token));
    ASSERT_TRUE(again.take(token));
  }
  EXPECT_TRUE(constraint.forced().empty());
  EXPECT_FALSE(constraint.may_end());
  EXPECT_FALSE(constraint.is_known());
  EXPECT_FALSE(constraint.has_mask());
  constraint.mask();
  EXPECT_TRUE(constraint.has_mask());
  EXPECT_TRUE(constraint.is_known());
  EXPECT_TRUE(again.is_known());
}

TEST(Constraint, SteersToTheEndInTime) {
  Random random(3);
  int steered = 0;
  for (int round = 0; round < 600; ++round) {
    const auto grammar = random_grammar(random);
    const auto words = random_words(random);
    const auto vocabulary = round % 2 == 0 ? vocabulary_of(words) : bytes_and(words);
    const auto matcher = std::make_shared<Matcher>(grammar, vocabulary);
    Constraint constraint(matcher);
    std::vector<TokenId> taken;
    std::int32_t left = constraint.tokens_to_end() + below(random, 5);
    for (; left > 0 && !constraint.is_over(); --left) {
      ASSERT_LE(constraint.tokens_to_end(), left) << round;
      // Asked of one that has no way yet, as well.
      for (std::int32_t most = -1; most <= left; ++most) {
        Constraint fresh(matcher);
        for (const TokenId token : taken) ASSERT_TRUE(fresh.take(token));
        ASSERT_EQ(fresh.ends_within(most), fresh.tokens_to_end() <= most) << round;
        ASSERT_EQ(constraint.ends_within(most), constraint.tokens_to_end() <= most) << round;
      }
      ASSERT_EQ(constraint.bytes_to_end() == 0, constraint.may_end());
      const std::vector<TokenId> choice = constraint.mask()->tokens.tokens();
      const TokenId wish = any_of(random, choice);
      const TokenId token = constraint.steer(wish, left);
      steered += token != wish;
      ASSERT_TRUE(constraint.take(token));
      taken.push_back(token);
    }
    ASSERT_TRUE(constraint.may_end()) << round;
  }
  EXPECT_GT(steered, 100);
}

}  // namespace
}  // namespace byeol::constrain
