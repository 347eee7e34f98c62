#include <gtest/gtest.h>

#include <algorithm>

#include "base/utf8.h"
#include "constrain/notation/test_texts.h"

namespace byeol::constrain {
namespace {

using testing::Texts;

Texts without(std::string_view stop) {
  return Texts(
      [&](GrammarBuilder& b, Budget& budget) { return add_text_without(b, stop, budget); });
}
Texts of_regex(std::string_view expression) {
  return Texts([&](GrammarBuilder& b, Budget& budget) { return add_regex(b, expression, budget); });
}
Texts of_choice(const std::vector<std::string>& choices) {
  return Texts([&](GrammarBuilder& b, Budget& budget) { return add_choice(b, choices, budget); });
}

TEST(Regex, AllOfTheText) {
  const Texts texts = of_regex("[a-z]{2}\\d+|x");
  EXPECT_TRUE(texts.has("ab12"));
  EXPECT_TRUE(texts.has("x"));
  EXPECT_FALSE(texts.has("ab12x"));
  EXPECT_FALSE(of_regex("(").compiled());
  EXPECT_NE(of_regex("a\\b\\Bc").error().find("nothing can be written"), std::string::npos);
}

TEST(Choice, OneOfThem) {
  const Texts texts = of_choice({"yes", "no", "not now", "\xea\xb0\x80"});
  for (const char* text : {"yes", "no", "not now", "\xea\xb0\x80"}) EXPECT_TRUE(texts.has(text));
  for (const char* text : {"", "not", "yesno", "\xea\xb0"}) EXPECT_FALSE(texts.has(text)) << text;
  EXPECT_FALSE(of_choice({}).compiled());
}

// Every short text over the bytes of `stop` and one other.
void expect_as_searched(const std::string& stop, int length) {
  const Texts texts = without(stop);
  ASSERT_EQ(texts.error(), "");
  std::string letters = stop + ".";
  std::sort(letters.begin(), letters.end());
  letters.erase(std::unique(letters.begin(), letters.end()), letters.end());
  std::vector<std::string> all{""};
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string text = all[i];
    const bool expected = utf8::is_valid(text) && (text + stop).find(stop) == text.size();
    ASSERT_EQ(texts.has(text), expected) << stop << ": " << text;
    if (text.size() < static_cast<std::size_t>(length))
      for (const char letter : letters) all.push_back(text + letter);
  }
}

TEST(TextWithout, IsWhatStandsBeforeTheFirst) {
  expect_as_searched("a", 5);
  expect_as_searched("aa", 7);
  expect_as_searched("aab", 7);
  expect_as_searched("abab", 8);
  expect_as_searched("abaab", 8);
  expect_as_searched("\xea\xb0\x80", 6);
}

TEST(TextWithout, TakesAnyOtherCharacter) {
  const Texts texts = without("<|end|>");
  EXPECT_TRUE(texts.has("<|en \xf0\x9f\x98\x80 <<|end| \xeb\x82\x98\n\x00"));
  EXPECT_FALSE(texts.has("a<|end|>"));
  EXPECT_FALSE(texts.has("\xed\xa0\x80"));
  EXPECT_FALSE(texts.has("\xf4\x90\x80\x80"));
  EXPECT_FALSE(texts.has("\xc0\x80"));
}

TEST(TextWithout, NeedsAnEnd) {
  EXPECT_FALSE(without("").compiled());
  EXPECT_FALSE(without("\xff").compiled());
}

}  // namespace
}  // namespace byeol::constrain
