#include <gtest/gtest.h>

#include "constrain/notation/test_texts.h"

namespace byeol::constrain {
namespace {

using testing::of_lark;
using testing::Texts;

void expect(const Texts& texts, std::initializer_list<std::string_view> in,
            std::initializer_list<std::string_view> out) {
  ASSERT_EQ(texts.error(), "");
  for (const std::string_view text : in) EXPECT_TRUE(texts.has(text)) << text;
  for (const std::string_view text : out) EXPECT_FALSE(texts.has(text)) << text;
}

TEST(Lark, ArithmeticAsOpenAiShowsIt) {
  expect(of_lark(R"(start: expr
expr: term (SP ADD SP term)* -> add
| term
term: factor (SP MUL SP factor)* -> mul
| factor
factor: INT
SP: " "
ADD: "+"
MUL: "*"
%import common.INT
)"),
         {"1", "4 + 4", "12 * 3 + 7"}, {"", "4+4", "4 +", " 4"});
}

TEST(Lark, LeftRecursion) {
  expect(of_lark(R"lark(
?start: sum
      | NAME "=" sum    -> assign
?sum: product
    | sum "+" product   -> add
    | sum "-" product   -> sub
?product: atom | product "*" atom | product "/" atom
?atom: NUMBER -> number | "-" atom -> neg | NAME -> var | "(" sum ")"
%import common.CNAME -> NAME
%import common.NUMBER
%import common.WS_INLINE
%ignore WS_INLINE
)lark"),
         {"1+2*3", "x = (1 + -y) / 2.5e3", "x  -\t1"}, {"1+", "(1", "1 2", "x = = 1", "1+2 "});
}

TEST(Lark, IgnoredTextStandsBeforeTerminals) {
  expect(of_lark("start: A \"b\"\nA: \"a\" \"a\"\nWS: /[ \\n]+/\n%ignore WS\n%ignore /#[a-z]*;/"),
         {"aab", "aa b", "aa \n #x; b", " aab"}, {"a ab", "aab ", "aa#b"});
}

TEST(Lark, TextsRangesAndFlags) {
  expect(of_lark(R"(start: "If"i "A".."C" "\u00e9\x41\n\"\\")"),
         {"ifB\xc3\xa9"
          "A\n\"\\",
          "IFA\xc3\xa9"
          "A\n\"\\"},
         {"ifD\xc3\xa9"
          "A\n\"\\",
          "ifA"});
  expect(of_lark(R"(start: /a.[b-d\-\x41]\/(?P<name>x)/i)"), {"a-b/x", "A\rD/X", "a--/x", "aqA/x"},
         {"a\nb/x", "aqe/x", "aqb/"});
  expect(of_lark("start: /a.b/s"), {"a\nb", "a.b"}, {"ab"});
  expect(of_lark("start: /[]a][^]a]/"), {"]b", "ab"}, {"a]", "b"});
}

TEST(Lark, Quantifiers) {
  expect(of_lark("start: \"a\" ~ 2..3 [\"b\"] (\"c\" | \"d\")+ \"e\"{2} \"f\"{,1} \"g\"~2"),
         {"aaceegg", "aaabdceefgg"}, {"aceegg", "aabeegg", "aaceg", "aaceeffgg"});
}

TEST(Lark, EmptyAlternativesAndLines) {
  expect(of_lark("start: \"a\"\n  | \"b\" // c\n  # d\n  | (\n \"c\"\n )\n\n"), {"a", "b", "c"},
         {"", "ab"});
  expect(of_lark("start: \"x\" y\ny:\n  | \"a\" y \"b\""), {"x", "xaabb"}, {"xaab"});
  expect(of_lark("!start.2 : _list\r\n_list: X (\",\" X)*\r\nX.-1: \"x\" Y?\nY: \"y\""),
         {"x", "xy,x"}, {"x,", "y"});
}

TEST(Lark, CommonTerminals) {
  const auto of = [](const std::string& name) {
    return of_lark("%import common (" + name + ")\nstart: " + name);
  };
  expect(of("SIGNED_NUMBER"), {"-1", "1.5", ".5e-3", "+1.e2"}, {"", ".", "1e"});
  expect(of("FLOAT"), {"1.5", "1e5", "1."}, {"1"});
  expect(of("ESCAPED_STRING"), {R"("a\"b\\")", "\"\""}, {"\"a", "\"a\nb\"", R"("a\")"});
  expect(of("WORD"), {"Ab"}, {"", "a1"});
  expect(of("CNAME"), {"_a1"}, {"1a"});
  expect(of("C_COMMENT"), {"/**/", "/* a * b **/"}, {"/* */ */", "/*/"});
  expect(of("NEWLINE"), {"\n", "\r\n\n"}, {"\r"});
  for (const char* name :
       {"DIGIT", "HEXDIGIT", "INT", "SIGNED_INT", "DECIMAL", "_EXP", "SIGNED_FLOAT", "NUMBER",
        "LCASE_LETTER", "UCASE_LETTER", "LETTER", "WS_INLINE", "WS", "CR", "LF", "SH_COMMENT",
        "CPP_COMMENT", "SQL_COMMENT"})
    EXPECT_EQ(of(name).error(), "") << name;
}

TEST(Lark, ExpressionsThatLookAroundStayAlone) {
  expect(of_lark("start: /(?!no)[a-z]+/ \"!\" /^b$/"), {"yes!b"}, {"no!b", "yes!"});
}

TEST(Lark, ErrorsSayWhere) {
  const auto error = [](std::string_view grammar) { return of_lark(grammar).error(); };
  EXPECT_EQ(error("start: \"a"), "line 1, column 10: expected \"");
  EXPECT_EQ(error("start: /a"), "line 1, column 10: expected /");
  EXPECT_EQ(error("start: (\"a\"]"), "line 1, column 12: expected )");
  EXPECT_EQ(error("start \"a\""), "line 1, column 7: expected : after \"start\"");
  EXPECT_EQ(error("start: \"a\")"), "line 1, column 11: expected the end of the line");
  EXPECT_EQ(error("start: b\n\nc: D"), "line 1, column 8: the rule \"b\" is not defined");
  EXPECT_EQ(error("start: T\nT: start"),
            "line 2, column 4: a terminal is made of terminals, and \"start\" is a rule");
  EXPECT_EQ(error("begin: \"a\""), "the grammar has no rule \"start\", its root");
  EXPECT_EQ(error("start: \"ab\"..\"c\""),
            "line 1, column 8: a range is from one character to another");
  EXPECT_NE(error("start: \"a\"\n  /[/").find("line 2, column 3"), std::string::npos);
  EXPECT_NE(error("start: /(/").find("line 1, column 8: regular expression"), std::string::npos);
  EXPECT_NE(error("%import common.NOPE\nstart: \"a\"").find("NOPE"), std::string::npos);
}

TEST(Lark, WhatIsDeepIsRefused) {
  EXPECT_NE(of_lark("start: \"a\"" + std::string(150'000, '?')).error(), "");
  std::string deep = "\"a\"";
  for (int i = 0; i < 101; ++i) deep = "(" + deep + ")?";
  EXPECT_EQ(of_lark("start: " + deep).error(), "line 1, column 109: groups are nested too deeply");
  deep = "\"a\"";
  for (int i = 0; i < 99; ++i) deep = "[(" + deep.substr(0) + ")? | \"b\"]";
  EXPECT_NE(of_lark("start: " + deep).error(), "");
}

TEST(Lark, RefusedByName) {
  for (const auto& [grammar, name] : std::initializer_list<std::pair<const char*, const char*>>{
           {"start: <|im_end|>", "tokens in a grammar"},
           {"start: %json {}", "%json"},
           {"start: @other", "other grammars"},
           {"start: A & B", "intersections"},
           {"start[lazy]: \"a\"", "attributes"},
           {"_sep{x}: x", "templates"},
           {"start: _sep{x}", "templates"},
           {"start: /a/m", "the flag m"},
           {"start: /\xc3\xa9/i", "beyond ASCII"},
           {"start: /[[:alpha:]]/", "classes in classes"},
           {"start: /(a)\\1/", "back references"},
           {"%declare X", "%declare"},
           {"%import python.NAME", "imports"}}) {
    const Texts texts = of_lark(grammar);
    ASSERT_FALSE(texts.compiled()) << grammar;
    EXPECT_EQ(texts.code(), ErrorCode::kUnsupported) << grammar << ": " << texts.error();
    EXPECT_NE(texts.error().find(name), std::string::npos) << texts.error();
  }
}

}  // namespace
}  // namespace byeol::constrain
