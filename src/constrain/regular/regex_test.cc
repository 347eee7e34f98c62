#include "constrain/regular/regex.h"

#include <gtest/gtest.h>

#include <string>

#include "constrain/regular/language.h"

namespace byeol::constrain {
namespace {

struct Refusal {
  const char* expression;
  ErrorCode code;
  const char* sentence;  // A part of it.
};

TEST(Regex, WhatIsRefusedIsNamed) {
  const ErrorCode invalid = ErrorCode::kInvalidArgument, unsupported = ErrorCode::kUnsupported;
  const Refusal refusals[] = {
      {"(a)\\1", unsupported, "back references"},
      {"(?<x>a)\\k<x>", unsupported, "back references"},
      {"(?P<x>a)(?P=x)", unsupported, "back references"},
      {"\\p{L}+", unsupported, "Unicode properties"},
      {"(?i)a", unsupported, "flags"},
      {"(?>a)", unsupported, "atomic groups"},
      {"a++", unsupported, "possessive"},
      {"a{,3}", unsupported, "{,n}"},
      {"\\ud83d", unsupported, "surrogate"},
      {"\\07", unsupported, "octal"},
      {"(?<=a$)b", unsupported, "$ within a look-behind"},
      {"(?<=\\b)b", unsupported, "within a look-behind"},
      {"(?<=(?=a))b", unsupported, "look-ahead within"},
      {"(?=(?<=a))b", unsupported, "look-behind within"},
      {"\\ga", invalid, "\\g"},
      {"a)", invalid, "character 2"},
      {"(a", invalid, "( without )"},
      {"[a", invalid, "[ without ]"},
      {"*a", invalid, "nothing to repeat"},
      {"a**", invalid, "nothing to repeat"},
      {"^*", invalid, "assertion"},
      {"{2}", invalid, "nothing to repeat"},
      {"a{3,2}", invalid, "out of order"},
      {"[b-a]", invalid, "out of order"},
      {"\\", invalid, "nothing after"},
      {"\\xg0", invalid, "hexadecimal"},
      {"\\u{110000}", invalid, "beyond"},
      {"a\xff", invalid, "UTF-8"},
  };
  for (const Refusal& refusal : refusals) {
    Budget budget;
    const auto language = Language::of_pattern(refusal.expression, budget);
    ASSERT_FALSE(language) << refusal.expression;
    EXPECT_EQ(language.error().code, refusal.code) << language.error().message;
    EXPECT_NE(language.error().message.find(refusal.sentence), std::string::npos)
        << refusal.expression << " " << language.error().message;
  }
}

TEST(Regex, DeepNestingIsAnError) {
  const std::string deep(100'000, '(');
  Budget budget;
  EXPECT_FALSE(Language::of_pattern(deep, budget));
  const std::string closed = std::string(5'000, '(') + "a" + std::string(5'000, ')');
  EXPECT_FALSE(Language::of_pattern(closed, budget));
}

TEST(Regex, HostileOnesSpendTheBudgetAndEnd) {
  std::string many_sets;
  for (int i = 0; i < 20'000; ++i) many_sets += "[a\\u{" + std::to_string(10'000 + i) + "}]";
  const std::string expressions[] = {
      "(a|b)*a(a|b){20}$",         "((a{1000}){1000}){1000}", "(){1000000000}", "^(?:a?){5000}b",
      "(?=.*a.{20})(?=.*b.{20})c", "^(?:(?!a.{30}b).)*$",     "a{1000000000}",  many_sets};
  for (const std::string& expression : expressions) {
    Budget budget;
    const auto language = Language::of_pattern(expression, budget);
    ASSERT_FALSE(language) << expression.substr(0, 40);
    EXPECT_NE(language.error().message.find("too complex"), std::string::npos);
  }
}

TEST(Regex, WhatPythonReadsInAnotherWay) {
  const auto of = [](const char* expression) {
    Budget budget;
    return *Language::of_pattern(expression, budget);
  };
  EXPECT_TRUE(of("^[]").is_empty());
  EXPECT_TRUE(of("^[^]$").contains("\n"));
  EXPECT_FALSE(of("^.$").contains("\r"));
  EXPECT_FALSE(of("^.$").contains("\xe2\x80\xa8"));
  EXPECT_TRUE(of("^\\s$").contains("\xef\xbb\xbf"));
  EXPECT_FALSE(of("^\\d$").contains("\xd9\xa3"));  // An Arabic-Indic digit.
  EXPECT_FALSE(of("^a$").contains("a\n"));
  EXPECT_TRUE(of("^\\ud83d\\ude00$").contains("\xf0\x9f\x98\x80"));
  EXPECT_TRUE(of("^\\u{1f600}$").contains("\xf0\x9f\x98\x80"));
  EXPECT_TRUE(of("^[\\w-.]+$").contains("a-."));
  EXPECT_TRUE(of("^[a-\\d]+$").contains("a-5"));
  EXPECT_TRUE(of("\\B").contains(""));
  EXPECT_TRUE(of("^(?:\\b)+a$").contains("a"));
  EXPECT_FALSE(of("\\Aa\\Z").contains("aa"));
  EXPECT_TRUE(of("^(?<year>\\d{4})$").contains("2024"));
}

}  // namespace
}  // namespace byeol::constrain
