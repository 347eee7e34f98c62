#include <gtest/gtest.h>

#include "constrain/notation/test_texts.h"

namespace byeol::constrain {
namespace {

using testing::of_gbnf;
using testing::Texts;

void expect(const Texts& texts, std::initializer_list<std::string_view> in,
            std::initializer_list<std::string_view> out) {
  ASSERT_EQ(texts.error(), "");
  for (const std::string_view text : in) EXPECT_TRUE(texts.has(text)) << text;
  for (const std::string_view text : out) EXPECT_FALSE(texts.has(text)) << text;
}

constexpr std::string_view kJson = R"(root   ::= object
value  ::= object | array | string | number | ("true" | "false" | "null") ws

object ::=
  "{" ws (
            string ":" ws value
    ("," ws string ":" ws value)*
  )? "}" ws

array  ::=
  "[" ws (
            value
    ("," ws value)*
  )? "]" ws

string ::=
  "\"" (
    [^"\\\x7F\x00-\x1F] |
    "\\" (["\\bfnrt] | "u" [0-9a-fA-F]{4}) # escapes
  )* "\"" ws

number ::= ("-"? ([0-9] | [1-9] [0-9]{0,15})) ("." [0-9]+)? ([eE] [-+]? [0-9] [1-9]{0,15})? ws

# Optional space: by convention, applied in this grammar after literal chars when allowed
ws ::= | " " | "\n" [ \t]{0,20}
)";

TEST(Gbnf, JsonAsLlamaCppHasIt) {
  expect(of_gbnf(kJson),
         {"{}", "{\"a\": [1, -2.5e+3, {\"b\": null}]}", "{ \"\\u00e9\\n\": \"가\"}\n  "},
         {"", "[]", "{\"a\": 01}", "{a: 1}", "{\"a\": \"\n\"}", "{\"a\": [1,}"});
}

TEST(Gbnf, LiteralsAreCharacters) {
  expect(of_gbnf(R"(root ::= "\x41\u00e9\U0001F600\"\\\n\t\r\[")"),
         {"A\xc3\xa9\xf0\x9f\x98\x80\"\\\n\t\r["}, {"A", ""});
  expect(of_gbnf("root ::= \"\xea\xb0\x80\"+"), {"\xea\xb0\x80\xea\xb0\x80"}, {"\xea\xb0"});
}

TEST(Gbnf, ClassesTakeCharacters) {
  expect(of_gbnf("root ::= [a-c\xea\xb0\x80-\xed\x9e\xa3_-]"), {"a", "c", "_", "-", "\xeb\x82\x98"},
         {"d", "", "ab", "\xea"});
  expect(of_gbnf("root ::= [^a-c\\]]"), {"d", "\n", "\xeb\x82\x98"}, {"a", "]", "dd"});
  expect(of_gbnf("root ::= . ."), {"ab", "\n\xeb\x82\x98"}, {"a", "abc"});
}

TEST(Gbnf, Repetitions) {
  expect(of_gbnf("root ::= \"ab\"{2} \"c\"{1,} \"d\"{0,2} \"e\"? \"f\"* \"g\"+"),
         {"ababcg", "ababcccddefffgg"}, {"abcg", "ababg", "ababcdddg", "ababc"});
  expect(of_gbnf("root ::= (\"a\" | \"b\"){2,3}"), {"ab", "bab"}, {"a", "abab"});
  expect(of_gbnf("root ::= \"a\"+?"), {"", "aa"}, {"b"});
}

TEST(Gbnf, RulesGoOnAfterABarAndInGroups) {
  expect(of_gbnf("# a\nroot ::= # b\n  x | # c\n  \"y\"\n  | (\n \"z\"\n )\r\n\nx ::= \"x\" # d"),
         {"x", "y", "z"}, {"xy"});
}

TEST(Gbnf, RecursionOfAnyKind) {
  expect(of_gbnf("root ::= root \"+\" item | item\nitem ::= \"x\" | \"(\" root \")\""),
         {"x", "x+x+x", "(x+(x))"}, {"", "+x", "x+", "(x"});
  expect(of_gbnf("root ::= \"[\" list \"]\"\nlist ::= (\"a\" list)?"), {"[]", "[aaa]"}, {"[a"});
  expect(of_gbnf("root ::= \"a\" root \"b\" | \"\""), {"", "aabb"}, {"aab", "abb"});
  expect(of_gbnf("root ::= root root | \"a\""), {"a", "aaa"}, {""});
}

TEST(Gbnf, LongChainsOfRulesAndDeepOnesAreFine) {
  std::string chain = "root ::= r0\n";
  for (int i = 0; i < 3000; ++i)
    chain += "r" + std::to_string(i) + " ::= \"a\" r" + std::to_string(i + 1) + "\n";
  expect(of_gbnf(chain + "r3000 ::= \"b\" | \"(\" r0 \")\""), {std::string(3000, 'a') + "b"},
         {"ab"});
  // Doubled sixteen times, it is as long as a shortest text may be and no one automaton.
  std::string doubled = "root ::= d0?\n";
  for (int i = 0; i < 16; ++i)
    doubled += "d" + std::to_string(i) + " ::= d" + std::to_string(i + 1) + " d" +
               std::to_string(i + 1) + "\n";
  expect(of_gbnf(doubled + "d16 ::= [ab]"), {"", std::string(1 << 16, 'a')}, {"a"});
}

TEST(Gbnf, ErrorsSayWhere) {
  const auto error = [](std::string_view grammar) { return of_gbnf(grammar).error(); };
  EXPECT_EQ(error("root ::= \"a"), "line 1, column 12: expected \"");
  EXPECT_EQ(error("root ::= [a"), "line 1, column 12: expected ]");
  EXPECT_EQ(error("root ::= (\"a\"\n"), "line 2, column 1: expected )");
  EXPECT_EQ(error("root ::= \"a\" )"), "line 1, column 14: a ) without (");
  EXPECT_EQ(error("root = \"a\""), "line 1, column 6: expected ::= after \"root\"");
  EXPECT_EQ(error("root ::= \"\\q\""), "line 1, column 11: an escape that is not known");
  EXPECT_EQ(error("root ::= \"\\x4\""), "line 1, column 14: expected 2 hexadecimal digits");
  EXPECT_EQ(error("root ::= \"\\ud800\""), "line 1, column 13: not a character");
  EXPECT_EQ(error("root ::= *"), "line 1, column 10: nothing to repeat");
  EXPECT_EQ(error("root ::= \"a\"{3,2}"), "line 1, column 13: a repetition that is out of order");
  EXPECT_EQ(error("root ::= \"a\"{,2}"), "line 1, column 14: expected a number");
  EXPECT_EQ(error("root ::= [b-a]"), "line 1, column 10: a range that is out of order");
  EXPECT_EQ(error("root ::= a\n\na ::= b c"), "line 3, column 7: the rule \"b\" is not defined");
  EXPECT_EQ(error("root ::= \"a\"\nroot ::= \"b\""),
            "line 2, column 1: the rule \"root\" is defined twice");
  EXPECT_EQ(error("top ::= \"a\""), "the grammar has no rule \"root\", its root");
  EXPECT_EQ(error("\xff"), "the grammar is not UTF-8");
  EXPECT_EQ(error("root ::= " + std::string(1000, '(')),
            "line 1, column 111: groups are nested too deeply");
  EXPECT_EQ(error("root ::= a \"x\"\na ::= root \"y\" | \"z\""),
            "the rule \"a\" is left recursive: it may begin with itself");
  EXPECT_NE(error("root ::= root").find("nothing can be written"), std::string::npos);
  EXPECT_NE(error("root ::= \"a\" root").find("nothing can be written"), std::string::npos);
}

TEST(Gbnf, WhatIsDeepIsRefused) {
  EXPECT_TRUE(of_gbnf("root ::= \"a\"" + std::string(300, '?')).has("a"));
  for (const char sign : {'?', '*', '+'})
    EXPECT_EQ(of_gbnf("root ::= \"a\"" + std::string(150'000, sign)).error(),
              "line 1, column 412: nested deeper than 400 levels");
  // Groups, alternatives and signs at once, as deep as they may be.
  std::string deep = "\"a\"";
  for (int i = 0; i < 99; ++i) deep = "(\"b\" | " + deep + ")+";
  const Texts texts = of_gbnf("root ::= " + deep);
  EXPECT_TRUE(texts.has("bab")) << texts.error();
}

TEST(Gbnf, APieceThatIsNoRegularExpressionIsMadeOfItsParts) {
  // Joined, its groups are nested deeper than those of an expression may be.
  std::string grammar = "root ::= r119\nr0 ::= \"a\"\n";
  for (int i = 1; i < 120; ++i)
    grammar +=
        "r" + std::to_string(i) + " ::= \"(\" r" + std::to_string(i - 1) + "? \")\" | \"a\"\n";
  const Texts texts = of_gbnf(grammar);
  EXPECT_TRUE(texts.has(std::string(119, '(') + "a" + std::string(119, ')'))) << texts.error();
  EXPECT_TRUE(texts.has("(())"));
  EXPECT_FALSE(texts.has(std::string(120, '(') + "a" + std::string(120, ')')));
  EXPECT_FALSE(texts.has("(()"));
}

TEST(Gbnf, TokensAreRefusedByName) {
  for (const std::string_view grammar : {"root ::= <think> \"a\"", "root ::= !<[1000]>"}) {
    const Texts texts = of_gbnf(grammar);
    ASSERT_FALSE(texts.compiled());
    EXPECT_EQ(texts.code(), ErrorCode::kUnsupported);
    EXPECT_NE(texts.error().find("tokens in a grammar"), std::string::npos);
  }
}

TEST(Gbnf, WhatExplodesIsNotMadeOneAutomaton) {
  // Its smallest deterministic automaton has a million states.
  const Texts texts = of_gbnf("root ::= [ab]* \"a\" [ab]{20}");
  EXPECT_TRUE(texts.has("a" + std::string(20, 'b'))) << texts.error();
  EXPECT_FALSE(texts.has("b" + std::string(20, 'a')));
}

}  // namespace
}  // namespace byeol::constrain
