#include "constrain/notation/json_string.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "constrain/notation/test_texts.h"

namespace byeol::constrain {
namespace {

using testing::Add;
using testing::of_lark;
using testing::Texts;

Texts as_json(const Add& add) {
  return Texts([&](GrammarBuilder& builder, Budget& budget) -> Result<NodeId> {
    GrammarBuilder plain(budget);
    BYEOL_TRY(const NodeId root, add(plain, budget));
    BYEOL_TRY(const auto texts, plain.build(root));
    return add_json_string(builder, *texts, budget);
  });
}
Texts lark_as_json(std::string_view grammar) {
  return as_json([&](GrammarBuilder& b, Budget& budget) { return add_lark(b, grammar, budget); });
}
Texts regex_as_json(std::string_view expression) {
  return as_json(
      [&](GrammarBuilder& b, Budget& budget) { return add_regex(b, expression, budget); });
}

std::string json_of(const std::string& text) {
  return nlohmann::json(text).dump();
}

constexpr const char* kLists = R"(
start: list
list: "[" (item ("," "\n"? item)*)? "]"
item: list | /[a-z"\\\t]+/ | "\u0001\u007f" | /[가-힣]/
)";

TEST(JsonString, HasTheTextsOfTheGrammarAndNoOthers) {
  const Texts plain = of_lark(kLists), strings = lark_as_json(kLists);
  ASSERT_EQ(strings.error(), "");
  for (const char* text :
       {"[]", "[a,b]", "[[a],\n[[]]]", "[\"a\\,\t]", "[\x01\x7f]", "[\xea\xb0\x80,[\xed\x9e\xa3]]",
        "", "[", "[a,]", "[A]", "[\x01]", "[\n]", "[a\\u0009]"})
    EXPECT_EQ(strings.has(json_of(text)), plain.has(text)) << text;
}

// All texts of these letters up to a length.
std::vector<std::string> all_texts(std::string_view letters, std::size_t length) {
  std::vector<std::string> all{""};
  for (std::size_t i = 0; i < all.size() && all[i].size() < length; ++i)
    for (const char letter : letters) all.push_back(all[i] + letter);
  return all;
}

TEST(JsonString, EveryShortStringIsOneOfATextOrNone) {
  // Regular, nested, and of rules whose texts end within an escape.
  for (const char* grammar :
       {R"(start: /([^"]|"[a\\\x01]*")*/)", R"(start: "a" | "\"" start "\n" | "\\" start "\\\x01")",
        R"(start: (/[\n\x01u]/ "\\")* tail?
tail: "\"" tail? /["0-1]/)"}) {
    const Texts plain = of_lark(grammar), strings = lark_as_json(grammar);
    ASSERT_EQ(strings.error(), "") << grammar;
    for (const std::string& text : all_texts("a\"\\\n\x01u0", 4))
      ASSERT_EQ(strings.has(json_of(text)), plain.has(text)) << grammar << ": " << json_of(text);
    for (const std::string& body : all_texts("a\"\\nu01", 5)) {
      const std::string string = "\"" + body + "\"";
      const auto value = nlohmann::json::parse(string, nullptr, false);
      const bool is_one = value.is_string() && value.dump() == string;
      ASSERT_EQ(strings.has(string), is_one && plain.has(value.get<std::string>()))
          << grammar << ": " << string;
    }
  }
}

TEST(JsonString, EveryCharacterHasOneSpelling) {
  const Texts any = regex_as_json("[\\s\\S]");
  ASSERT_EQ(any.error(), "");
  for (int byte = 0; byte < 0x80; ++byte)
    EXPECT_TRUE(any.has(json_of(std::string(1, static_cast<char>(byte))))) << byte;
  for (const char* text : {"\xc2\x80", "\xea\xb0\x80", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(any.has(json_of(text))) << text;
  for (const char* other :
       {"\"\"\"", "\"\\\"", "\"\n\"", "\"\\/\"", "\"\\u0041\"", "\"\\u000a\"", "\"\\u001F\"",
        "\"\\u0022\"", "\"\\u005c\"", "\"\\u007f\"", "\"\\ud83d\\ude00\"", "\"\\v\"", "\"\\u001\"",
        "a", "\"a", "\"ab\"", "\"\"", "\"\xff\"", "\"\xc2\""})
    EXPECT_FALSE(any.has(other)) << other;
}

TEST(JsonString, RulesThatReferToThemselvesAreFollowed) {
  const Texts nested = lark_as_json("start: \"\\\"\" start \"\\n\" | \"\\b\" | \"\\u0000\"");
  ASSERT_EQ(nested.error(), "");
  EXPECT_TRUE(nested.has(R"("\"\"\b\n\n")"));
  EXPECT_TRUE(nested.has(R"("\"\u0000\n")"));
  EXPECT_FALSE(nested.has(R"("\"\"\b\n")"));
  EXPECT_FALSE(nested.has(R"("\u0008")"));
  // Letters that escapes are made of stay letters.
  const Texts letters = regex_as_json("(\\\\?[nu\"01])+");
  for (const char* text : {"n", "\\n", "u0010", "\\u\\0", "\"n\\\""})
    EXPECT_TRUE(letters.has(json_of(text))) << text;
  EXPECT_FALSE(letters.has("\"\\n\""));
  EXPECT_FALSE(letters.has("\"\\u0010\""));
}

TEST(JsonString, PlainTextsAreEscaped) {
  const std::string text = "\\\"\n\x01\x1f\x7f\xea\xb0\x80/";
  const Texts one = as_json(
      [&](GrammarBuilder& builder, Budget&) -> Result<NodeId> { return builder.text(text); });
  ASSERT_EQ(one.error(), "");
  EXPECT_TRUE(one.has(json_of(text)));
  EXPECT_FALSE(one.has("\"" + text + "\""));
  const Texts none =
      as_json([&](GrammarBuilder& builder, Budget&) -> Result<NodeId> { return builder.empty(); });
  EXPECT_TRUE(none.has("\"\""));
}

TEST(JsonString, ExcludesWhatTheTextsExclude) {
  const Texts no_quotes = regex_as_json("[^\"\\n\\x00-\\x05]*");
  ASSERT_EQ(no_quotes.error(), "");
  for (const char* text : {R"("")", R"("a\\b\t")", R"("\u0006\u001f")"})
    EXPECT_TRUE(no_quotes.has(text)) << text;
  for (const char* text : {R"("\"")", R"("a\n")", R"("\u0005")", R"("\u0000")"})
    EXPECT_FALSE(no_quotes.has(text)) << text;
}

TEST(JsonString, WhatIsRepeatedIsCounted) {
  // Too many states for one automaton: a repetition of the grammar.
  const Texts counted = lark_as_json("start: (\"\\t\" pair){2,3}\npair: \"(\" pair? \")\"");
  ASSERT_EQ(counted.error(), "");
  EXPECT_TRUE(counted.has(json_of("\t()\t(())")));
  EXPECT_TRUE(counted.has(json_of("\t()\t()\t()")));
  EXPECT_FALSE(counted.has(json_of("\t()")));
  EXPECT_FALSE(counted.has(json_of("\t()\t()\t()\t()")));
}

TEST(JsonString, DeepAndLongGrammarsAreNoTrouble) {
  std::string chain = "start: a0\n";
  for (int i = 0; i < 3000; ++i)
    chain += "a" + std::to_string(i) + ": \"(\" a" + std::to_string(i + 1) + "? \"\\n\"\n";
  chain += "a3000: \"x\" start? \"y\"\n";
  EXPECT_EQ(lark_as_json(chain).error(), "");
}

TEST(JsonString, WhatIsTooLargeIsRefused) {
  const Texts long_text = lark_as_json("start: /a{10001}/");
  EXPECT_EQ(long_text.error(), "the shortest text of the grammar is longer than 10000 bytes");

  Budget budget;
  GrammarBuilder plain(budget);
  const auto root = add_regex(plain, "[^\"]{2000}", budget);
  ASSERT_TRUE(root);
  const auto texts = plain.build(*root);
  ASSERT_TRUE(texts);
  Budget small(1000);
  GrammarBuilder builder(budget);
  const auto refused = add_json_string(builder, **texts, small);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(refused.error().message, "the grammar is too complex: it takes more than 1000 states");
}

}  // namespace
}  // namespace byeol::constrain
