#include "constrain/mask.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "constrain/regular/language.h"
#include "constrain/test_vocabulary.h"

namespace byeol::constrain {
namespace {

// The state's mask has the tokens that it takes byte by byte, and no others. How many these are.
std::int32_t expect_exact(Automaton& automaton, Automaton::State state,
                          const Vocabulary& vocabulary, const std::string& what) {
  MaskWork work;
  const Mask mask = mask_of(automaton, state, vocabulary, work);
  for (TokenId token = 0; token < vocabulary.size(); ++token) {
    Automaton::State to = state;
    for (const char byte : vocabulary.bytes(token))
      if (to != Automaton::kDead) to = automaton.next(to, static_cast<std::uint8_t>(byte));
    const bool allowed =
        vocabulary.is_end(token) ? automaton.accepts(state) : to != Automaton::kDead;
    if (mask.tokens.has(token) != allowed) {
      ADD_FAILURE() << what << ": token " << token << " '" << vocabulary.bytes(token) << "' is "
                    << (allowed ? "taken" : "not taken");
      break;
    }
  }
  return mask.count;
}

std::shared_ptr<const Vocabulary> random_words(std::mt19937& random) {
  const std::vector<std::string> parts{"a",
                                       "b",
                                       "x",
                                       "Q",
                                       "7",
                                       " ",
                                       "-",
                                       "_",
                                       ".",
                                       "\"",
                                       "\\",
                                       "n",
                                       "@",
                                       "\n",
                                       "\xc3\xa9",
                                       "\xc2\xa0",
                                       "\xe2\x80\xa8",
                                       "\xe4\xb8\xad",
                                       "\xf0\x9f\x98\x80",
                                       "\xc3",
                                       "\x9f"};
  std::set<std::string> words;
  while (words.size() < 4000) {
    std::string word;
    for (std::size_t i = 1 + random() % 7; i > 0; --i) {
      const std::size_t many = random() % 3 == 0 ? parts.size() : 8;
      word += parts[random() % many];
    }
    words.insert(word);
  }
  return testing::bytes_and({words.begin(), words.end()});
}

// Whole subtrees are added at once where a pattern takes all of them: the same as byte by byte.
TEST(Mask, IsWhatEachTokenSaysByteByByte) {
  std::mt19937 random(4);
  const auto vocabulary = random_words(random);
  std::int64_t tokens = 0;
  for (const char* pattern : {"^[a-z0-9-]+$", "^[A-Za-z ]{1,6}$", "^[^x]*$", "^.+@.+\\.com$",
                              "^\\w+( \\w+)*$", "^(a|b){2,9}$", "^\\S{3,5}$", "x", "^([^\"]|bb)*$",
                              "^[a-y]*x[a-y]{0,4}$", "y$", "\\d", "^(?!ab)", "a.b"}) {
    Budget budget;
    GrammarBuilder builder(budget);
    auto language = Language::of_pattern(pattern, budget);
    ASSERT_TRUE(language);
    auto spelled = language->spell(Language::Spelling::kJson, budget);
    ASSERT_TRUE(spelled);
    auto grammar = builder.build(
        builder.sequence({builder.text("\""), builder.regular(*spelled), builder.text("\""),
                          builder.repeat(builder.text("}"), 0, 3)}));
    ASSERT_TRUE(grammar);
    Automaton automaton(*grammar);
    for (const char* begun : {"\"", "\"a", "\"ab", "\"a@", "\"aaaa", "\"\xe4", "\"aaaaa x@b."}) {
      Automaton::State state = automaton.start();
      for (const char* byte = begun; *byte != 0 && state != Automaton::kDead; ++byte)
        state = automaton.next(state, static_cast<std::uint8_t>(*byte));
      if (state == Automaton::kDead) continue;
      tokens += expect_exact(automaton, state, *vocabulary, std::string(pattern) + ' ' + begun);
    }
  }
  EXPECT_GT(tokens, 30'000);
}

// Strings whose lengths are told are made of a character that is repeated.
TEST(Mask, KnowsRunsOfRepeatedCharacters) {
  std::mt19937 random(7);
  const auto vocabulary = random_words(random);
  const auto below = [&random](int limit) {
    return static_cast<std::int32_t>(random() % static_cast<std::uint32_t>(limit));
  };
  std::int32_t runs = 0;
  for (int round = 0; round < 300; ++round) {
    Budget budget;
    GrammarBuilder builder(budget);
    const NodeId character = builder.regular(testing::plain_text(1, 1));
    const std::function<NodeId(int)> part = [&](int depth) {
      const std::int32_t min = below(4), max = below(3) == 0 ? min : min + below(4);
      switch (below(depth > 2 ? 4 : 8)) {
        case 0:
          return character;
        case 1:
          return builder.text(below(2) == 0 ? "b" : "\\n");
        case 2:
          return builder.regular(testing::plain_text(min, below(3) == 0 ? -1 : max + 1));
        case 3:
          return builder.repeat(character, min, below(5) == 0 ? kUnlimited : max + 1);
        case 4:
          return builder.repeat(part(depth + 1), min, max + 1);
        case 5:
          return builder.choice({part(depth + 1), part(depth + 1)});
        default:
          return builder.sequence({part(depth + 1), part(depth + 1)});
      }
    };
    const NodeId rule = builder.declare("again");
    builder.define(rule, builder.choice({character, builder.sequence({character, rule})}));
    const NodeId last = below(4) == 0 ? rule : part(0);
    auto grammar =
        builder.build(builder.sequence({builder.text("\""), part(0), last, builder.text("\"")}));
    ASSERT_TRUE(grammar) << grammar.error().message;
    Automaton automaton(*grammar);
    Automaton::State state = automaton.start();
    for (int step = 0; step < 8 && state != Automaton::kDead; ++step) {
      expect_exact(automaton, state, *vocabulary, "round " + std::to_string(round));
      if (HasFailure()) return;
      runs += automaton.plain_characters(state) > 1 ? 1 : 0;
      const std::string letters = "\"abQ7\\n";
      state = automaton.next(
          state,
          static_cast<std::uint8_t>(step == 0 ? '"' : letters[static_cast<std::size_t>(below(7))]));
    }
  }
  EXPECT_GT(runs, 300);
}

TEST(Mask, OfAStringWithLengthsIsOnePassOverTheOthers) {
  std::vector<std::string> words;
  for (int i = 0; i < 5000; ++i) words.push_back("word" + std::to_string(i * 7919));
  const auto vocabulary = testing::bytes_and(words);
  struct Case {
    std::int64_t min, max, plain;
  };
  for (const Case& lengths : {Case{0, 40, 40}, Case{3, 3, 3}, Case{4, 9, 9}, Case{4, -1, -1}}) {
    Budget budget;
    GrammarBuilder builder(budget);
    const NodeId character = builder.regular(testing::plain_text(1, 1));
    const NodeId more = builder.regular(testing::plain_text(0, -1));
    const NodeId body =
        lengths.max < 0
            ? builder.sequence({builder.repeat(character, lengths.min, lengths.min), more})
            : builder.repeat(character, lengths.min, lengths.max);
    Automaton automaton(
        *builder.build(builder.sequence({builder.text("\""), body, builder.text("\"")})));
    const Automaton::State state = automaton.next(automaton.start(), '"');
    EXPECT_EQ(automaton.plain_characters(state), lengths.plain);
    MaskWork work;
    mask_of(automaton, state, *vocabulary, work);
    EXPECT_LT(work.nodes, 300);
  }
}

// Such texts may be anything until they end.
TEST(Mask, KnowsWhatAnyPlainTextMayBegin) {
  struct Case {
    const char* pattern;
    std::int64_t plain;
  };
  for (const Case& one : {Case{"y$", -1},
                          {"\\d", -1},
                          {"^(?!(no|yes)$)", -1},
                          {"^(?!no)", 0},
                          {"^[^x]*$", 0},
                          {"^.*$", 0},
                          {"^[^]{3}$", 3},
                          {"^[^\\u00e9]*$", 0}}) {
    Budget budget;
    GrammarBuilder builder(budget);
    auto language = Language::of_pattern(one.pattern, budget);
    ASSERT_TRUE(language) << language.error().message;
    auto spelled = language->spell(Language::Spelling::kJson, budget);
    ASSERT_TRUE(spelled);
    Automaton automaton(*builder.build(
        builder.sequence({builder.text("\""), builder.regular(*spelled), builder.text("\"")})));
    const Automaton::State state = automaton.next(automaton.start(), '"');
    EXPECT_EQ(automaton.plain_characters(state), one.plain) << one.pattern;
  }
}

TEST(Mask, AddsWordsAsAWhole) {
  std::vector<std::string> words;
  for (int i = 0; i < 5000; ++i) words.push_back("word" + std::to_string(i * 7919));
  const auto vocabulary = testing::bytes_and(words);
  for (const char* pattern : {"^[a-z0-9]+$", "^[a-z0-9]{1,40}$"}) {
    Budget budget;
    GrammarBuilder builder(budget);
    const auto language = Language::of_pattern(pattern, budget);
    ASSERT_TRUE(language);
    const auto spelled = language->spell(Language::Spelling::kJson, budget);
    ASSERT_TRUE(spelled);
    auto grammar = builder.build(builder.regular(*spelled));
    ASSERT_TRUE(grammar);
    Automaton automaton(*grammar);
    MaskWork work;
    const Mask mask = mask_of(automaton, automaton.start(), *vocabulary, work);
    EXPECT_EQ(mask.count, 5000 + 36);
    EXPECT_LT(work.nodes, 600);
  }
}

}  // namespace
}  // namespace byeol::constrain
