#include "engine/stop.h"

#include <gtest/gtest.h>

#include <random>

#include "base/utf8.h"

namespace byeol::engine {
namespace {

using Strings = std::vector<std::string>;

std::string all_text(StopMatcher& matcher, const Strings& pieces) {
  std::string text;
  for (const std::string& piece : pieces) text += matcher.add(piece);
  if (!matcher.stopped()) text += matcher.finish();
  return text;
}

TEST(Stop, WithoutStopStringsTextPassesThrough) {
  StopMatcher matcher({});
  EXPECT_EQ(matcher.add("hello"), "hello");
  EXPECT_EQ(matcher.finish(), "");
  StopMatcher only_empty({""});
  EXPECT_EQ(only_empty.add("hello"), "hello");
  EXPECT_FALSE(only_empty.stopped());
}

TEST(Stop, HoldsBackWhatMayStillBecomeAStopString) {
  StopMatcher matcher({"\nUser:"});
  EXPECT_EQ(matcher.add("Hello"), "Hello");
  EXPECT_EQ(matcher.add("\nUs"), "");
  EXPECT_EQ(matcher.add("ually"), "\nUsually");
  EXPECT_EQ(matcher.add(" so.\nUser"), " so.");
  EXPECT_EQ(matcher.add(": more"), "");
  EXPECT_TRUE(matcher.stopped());
  EXPECT_EQ(matcher.stop_index(), 0);
  EXPECT_EQ(matcher.add("lost"), "");
}

TEST(Stop, WhatWasHeldBackComesAtTheEnd) {
  StopMatcher matcher({"###"});
  EXPECT_EQ(matcher.add("a##"), "a");
  EXPECT_EQ(matcher.finish(), "##");
}

TEST(Stop, OfTwoThatEndTogetherTheLongerWins) {
  StopMatcher matcher({"b", "ab"});
  EXPECT_EQ(all_text(matcher, {"xxab"}), "xx");
  EXPECT_EQ(matcher.stop_index(), 1);
}

TEST(Stop, TheOneThatIsCompleteFirstWins) {
  StopMatcher matcher({"abcd", "bc"});
  EXPECT_EQ(all_text(matcher, {"abcd"}), "a");
  EXPECT_EQ(matcher.stop_index(), 1);
}

TEST(Stop, PiecesStayWholeCharacters) {
  StopMatcher matcher({"별"});
  const std::string piece = matcher.add("벼");  // Shares its first byte with the stop string.
  EXPECT_TRUE(utf8::is_valid(piece));
  EXPECT_EQ(piece, "벼");
}

// Against the definition: the stop string that ends first, of those the longest.
std::string by_definition(const std::string& text, const Strings& stops) {
  for (std::size_t end = 1; end <= text.size(); ++end) {
    std::size_t longest = 0;
    for (const std::string& stop : stops)
      if (!stop.empty() && stop.size() <= end &&
          text.compare(end - stop.size(), stop.size(), stop) == 0)
        longest = std::max(longest, stop.size());
    if (longest > 0) return text.substr(0, end - longest);
  }
  return text;
}

TEST(Stop, DoesNotDependOnHowTheTextIsCut) {
  std::mt19937 random(3);
  const auto word = [&](int length_max) {
    std::string text;
    for (auto left = static_cast<int>(random() % static_cast<unsigned>(length_max)); left >= 0;
         --left)
      text.push_back(static_cast<char>('a' + random() % 2));
    return text;
  };
  for (int round = 0; round < 5000; ++round) {
    Strings stops;
    for (unsigned i = random() % 4; i > 0; --i) stops.push_back(word(6));
    const std::string text = word(20);
    Strings pieces;
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t size = 1 + random() % 4;
      pieces.push_back(text.substr(begin, size));
      begin += size;
    }
    StopMatcher matcher(stops);
    ASSERT_EQ(all_text(matcher, pieces), by_definition(text, stops)) << text;
  }
}

TEST(Stop, ManyStopStringsAreSearchedAtOnce) {
  Strings stops;
  for (int i = 0; i < 5000; ++i) stops.push_back("stop " + std::to_string(i) + ".");
  StopMatcher matcher(stops);
  EXPECT_EQ(all_text(matcher, {"never stop 12 ", "or stop 4711. here"}), "never stop 12 or ");
  EXPECT_EQ(matcher.stop_index(), 4711);
}

}  // namespace
}  // namespace byeol::engine
