#include "cli/editor/graphemes.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace byeol::cli {
namespace {

struct Case {
  std::string text;
  int columns;
};

// One cluster each, with its columns after Unicode's East Asian Width.
const Case kClusters[] = {
    {"a", 1},
    {"한", 2},
    {"\u1112\u1161\u11ab", 2},  // The same syllable in letters.
    {"e\u0301", 1},
    {"👋", 2},
    {"👋🏽", 2},
    {"👨\u200d👩\u200d👧", 2},
    {"❤\ufe0f", 2},
    {"🇰🇷", 2},
    {"\r\n", 0},
    {"\xff", 1},
};

TEST(Graphemes, WhatAPersonCallsACharacterIsOne) {
  for (const Case& each : kClusters) {
    EXPECT_EQ(first_cluster(each.text).bytes, each.text.size()) << each.text;
    EXPECT_EQ(first_cluster(each.text).columns, each.columns) << each.text;
    EXPECT_EQ(first_cluster(each.text + "x").bytes, each.text.size()) << each.text;
  }
}

TEST(Graphemes, BackwardsMeetsTheSameBoundaries) {
  std::string text;
  std::vector<std::size_t> begins;
  for (const Case& each : kClusters)
    for (const char* between : {"", "b", "\n"}) {
      for (const std::string& part : {each.text, std::string(between)}) {
        if (part.empty()) continue;
        begins.push_back(text.size());
        text += part;
      }
    }
  std::size_t at = text.size();
  for (std::size_t i = begins.size(); i-- > 0;) {
    EXPECT_EQ(next_cluster(text, begins[i]), at);
    at = previous_cluster(text, at);
    EXPECT_EQ(at, begins[i]);
  }
  EXPECT_EQ(previous_cluster(text, 0), 0u);
  EXPECT_EQ(next_cluster(text, text.size()), text.size());
}

TEST(Graphemes, FlagsPairFromTheirRunsBegin) {
  const std::string flags = "🇰🇷🇯🇵🇩🇪";
  EXPECT_EQ(previous_cluster(flags, flags.size()), flags.size() - 8);
}

}  // namespace
}  // namespace byeol::cli
