// The index against a search that compares everything with everything.
#include "engine/lookup.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace byeol::engine {
namespace {

using model::TokenId;
using Tokens = std::vector<TokenId>;

struct Guess {
  Tokens tokens;
  std::int32_t match = 0;
  bool operator==(const Guess&) const = default;
};

void PrintTo(const Guess& guess, std::ostream* out) {
  *out << "match " << guess.match << ":";
  for (const TokenId token : guess.tokens) *out << ' ' << token;
}

// How many tokens before `end` are those at the end of the text.
std::int32_t common_suffix(const Tokens& text, std::size_t end) {
  std::int32_t length = 0;
  while (static_cast<std::size_t>(length) < end && length < Lookup::kMatchMax &&
         text[end - 1 - static_cast<std::size_t>(length)] ==
             text[text.size() - 1 - static_cast<std::size_t>(length)])
    ++length;
  return length;
}

Guess guess_by_search(const Tokens& text, std::size_t most) {
  std::size_t best = 0;
  std::int32_t best_length = 0;
  for (std::size_t end = 1; end < text.size(); ++end) {
    const std::int32_t length = std::min(common_suffix(text, end), Lookup::kLongest);
    if (length >= Lookup::kShortest && length >= best_length) {
      best = end;
      best_length = length;
    }
  }
  if (best == 0) return {};
  Guess guess{{}, common_suffix(text, best)};
  Tokens longer = text;
  for (std::size_t i = 0; i < most; ++i) {
    guess.tokens.push_back(longer[best + i]);
    longer.push_back(longer[best + i]);
  }
  return guess;
}

Guess guess_by_lookup(const Lookup& lookup, std::size_t most) {
  Guess guess;
  guess.tokens.resize(most);
  const Lookup::Draft draft = lookup.draft(guess.tokens);
  guess.tokens.resize(static_cast<std::size_t>(draft.tokens));
  guess.match = draft.match;
  return guess;
}

// Few different tokens, and now and then a passage again: matches of every length.
TokenId next_token(const Tokens& text, std::int32_t kinds, std::size_t& copied_from,
                   std::mt19937& random) {
  if (random() % 24 == 0) copied_from = text.empty() ? 0 : random() % text.size();
  if (random() % 16 != 0 && copied_from < text.size()) return text[copied_from++];
  return static_cast<TokenId>(random() % static_cast<std::uint32_t>(kinds)) * 1000;
}

TEST(Lookup, GuessesWhatASearchOfTheWholeTextGuesses) {
  std::mt19937 random(20261125);
  for (const std::int32_t kinds : {1, 2, 3, 10, 1000}) {
    Tokens text;
    Lookup lookup(400);
    std::size_t copied_from = 0;
    for (int i = 0; i < 400; ++i) {
      text.push_back(next_token(text, kinds, copied_from, random));
      lookup.append(text.back());
      ASSERT_EQ(guess_by_lookup(lookup, 9), guess_by_search(text, 9))
          << kinds << " kinds of tokens, after " << text.size();
    }
  }
}

TEST(Lookup, APeriodRepeats) {
  Lookup lookup(16);
  for (const TokenId token : {9, 1, 2, 1, 2, 1, 2}) lookup.append(token);
  EXPECT_EQ(guess_by_lookup(lookup, 5), (Guess{{1, 2, 1, 2, 1}, 4}));
}

TEST(Lookup, NothingMatchesATextThatNeverRepeats) {
  Lookup lookup(64);
  EXPECT_EQ(guess_by_lookup(lookup, 4), Guess{});
  for (TokenId token = 0; token < 64; ++token) {
    lookup.append(token);
    EXPECT_EQ(guess_by_lookup(lookup, 4), Guess{});
  }
}

}  // namespace
}  // namespace byeol::engine
