#include "constrain/mask.h"

#include <gtest/gtest.h>

#include <random>

#include "constrain/regular/language.h"
#include "constrain/test_vocabulary.h"

namespace byeol::constrain {
namespace {

// Whole subtrees are added at once where a pattern takes all of them: the same as byte by byte.
TEST(Mask, IsWhatEachTokenSaysByteByByte) {
  std::mt19937 random(4);
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
  const auto vocabulary = testing::bytes_and({words.begin(), words.end()});
  std::int64_t tokens = 0;
  for (const char* pattern :
       {"^[a-z0-9-]+$", "^[A-Za-z ]{1,6}$", "^[^x]*$", "^.+@.+\\.com$", "^\\w+( \\w+)*$",
        "^(a|b){2,9}$", "^\\S{3,5}$", "x", "^([^\"]|bb)*$", "^[a-y]*x[a-y]{0,4}$"}) {
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
      MaskWork work;
      const Mask mask = mask_of(automaton, state, *vocabulary, work);
      tokens += mask.count;
      for (TokenId token = 0; token < vocabulary->size(); ++token) {
        Automaton::State to = state;
        for (const char byte : vocabulary->bytes(token))
          if (to != Automaton::kDead) to = automaton.next(to, static_cast<std::uint8_t>(byte));
        const bool allowed =
            vocabulary->is_end(token) ? automaton.accepts(state) : to != Automaton::kDead;
        ASSERT_EQ(mask.tokens.has(token), allowed) << pattern << ' ' << begun << ' ' << token;
      }
    }
  }
  EXPECT_GT(tokens, 30'000);
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
