#include "constrain/regular/language.h"

#include <gtest/gtest.h>

namespace byeol::constrain {
namespace {

Language regex(const char* expression) {
  Budget budget;
  return *Language::of_regex(expression, budget);
}

TEST(Language, NothingAndAnything) {
  EXPECT_TRUE(Language::nothing().is_empty());
  EXPECT_FALSE(Language::nothing().contains(""));
  EXPECT_TRUE(Language::anything().is_anything());
  EXPECT_TRUE(Language::anything().contains("a\n\xf0\x9f\x98\x80"));
  EXPECT_FALSE(Language::anything().contains("\xff"));
  EXPECT_TRUE(regex("[^]*").is_anything());
  EXPECT_FALSE(regex(".*").is_anything());
  EXPECT_TRUE(regex("(?!a)a").is_empty());
}

TEST(Language, ARegexIsTheWholeTextAPatternIsAnyPart) {
  Budget budget;
  const Language pattern = *Language::of_pattern("b+", budget);
  EXPECT_TRUE(pattern.contains("abc"));
  EXPECT_FALSE(regex("b+").contains("abc"));
  EXPECT_TRUE(regex("b+").contains("bb"));
}

TEST(Language, IsOpenEndedWhereEveryBeginningGoesOnForEver) {
  for (const char* open : {"[^]*", "x_.*", "[a-z]+", "(?:ab)*a", "a.*|b+"})
    EXPECT_TRUE(regex(open).is_open_ended()) << open;
  for (const char* not_open : {"", "a", "a*b", "[a-z]{1,3}", "a+|b", "(?!a)a"})
    EXPECT_FALSE(regex(not_open).is_open_ended()) << not_open;
}

TEST(Language, CombinesExactly) {
  Budget budget;
  const Language even = regex("(?:..)*"), as = regex("a*"), none = Language::nothing();
  const Language both = *even.intersect(as, budget);
  EXPECT_TRUE(both.contains("aa"));
  EXPECT_FALSE(both.contains("a"));
  EXPECT_FALSE(both.contains("ab"));
  const Language either = *even.unite(as, budget);
  EXPECT_TRUE(either.contains("aaa"));
  EXPECT_TRUE(either.contains("ab"));
  EXPECT_FALSE(either.contains("abb"));
  const Language odd_as = *as.subtract(even, budget);
  EXPECT_TRUE(odd_as.contains("a"));
  EXPECT_FALSE(odd_as.contains("aa"));
  EXPECT_TRUE((*as.subtract(as, budget)).is_empty());
  EXPECT_TRUE((*as.intersect(none, budget)).is_empty());
  EXPECT_TRUE((*none.unite(as, budget)).contains("aa"));
  EXPECT_TRUE((*as.subtract(none, budget)).contains("aa"));
  EXPECT_TRUE((*Language::anything().intersect(as, budget)).contains("a"));
  const Language rest = *Language::anything().subtract(as, budget);
  EXPECT_TRUE((*rest.unite(as, budget)).is_anything());
}

TEST(Language, ConcatenatesWithEveryCut) {
  Budget budget;
  const Language joined = *regex("a*|ab").concatenate(regex("b?c|"), budget);
  for (const char* text : {"", "a", "aa", "ab", "abc", "abbc", "aac", "aabc", "bc"})
    EXPECT_TRUE(joined.contains(text)) << text;
  for (const char* text : {"aab", "b", "abbbc", "cc"}) EXPECT_FALSE(joined.contains(text)) << text;
  EXPECT_TRUE((*joined.concatenate(Language::nothing(), budget)).is_empty());
}

TEST(Language, LengthsAreInCharacters) {
  Budget budget;
  const Language two = *Language::of_length(1, 2, budget);
  EXPECT_FALSE(two.contains(""));
  EXPECT_TRUE(two.contains("\xf0\x9f\x98\x80\xc3\xa9"));
  EXPECT_FALSE(two.contains("abc"));
  EXPECT_TRUE((*Language::of_length(0, kUnlimited, budget)).is_anything());
  EXPECT_TRUE((*Language::of_length(2, kUnlimited, budget)).contains("abc"));
  EXPECT_FALSE((*Language::of_length(2, kUnlimited, budget)).contains("a"));
  EXPECT_TRUE((*Language::of_length(3, 2, budget)).is_empty());
  EXPECT_FALSE(Language::of_length(0, std::int64_t{1} << 40, budget));
}

TEST(Language, TextsComeBack) {
  Budget budget;
  const std::vector<std::string> texts{
      "", "b", "ba", "ab", "\xed\x9f\xbf", "\xee\x80\x80", "\xf4\x8f\xbf\xbf", "b"};
  const Language language = *Language::of_texts(texts, budget);
  for (const std::string& text : texts) EXPECT_TRUE(language.contains(text));
  EXPECT_FALSE(language.contains("a"));
  const auto back = language.texts(7);
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, (std::vector<std::string>{"", "ab", "b", "ba", "\xed\x9f\xbf", "\xee\x80\x80",
                                             "\xf4\x8f\xbf\xbf"}));
  EXPECT_FALSE(language.texts(6));
  EXPECT_FALSE(regex("ab*c").texts(1'000'000));
  EXPECT_EQ(regex("a(b|c)?").texts(10)->size(), 3U);
  EXPECT_EQ(regex("[^]").texts(2'000'000)->size(), 0x110000U - 0x800U);
  EXPECT_TRUE(Language::nothing().texts(0)->empty());
  EXPECT_TRUE((*Language::of_texts({}, budget)).is_empty());
  EXPECT_FALSE(Language::of_texts({"\xff"}, budget));
}

TEST(Language, FormatsHaveNames) {
  Budget budget;
  const auto unknown = language_of_format("colour", budget);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(language_of_format("regex", budget));
}

TEST(Language, EveryDayOfTheCalendarIsADate) {
  Budget budget;
  const Language date = *language_of_format("date", budget);
  const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (int year = 0; year < 10'000; ++year)
    for (int month = 0; month < 12; ++month) {
      const bool leap = month == 1 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
      for (int day = 28; day <= 32; ++day) {
        char text[16];
        std::snprintf(text, sizeof text, "%04d-%02d-%02d", year, month + 1, day);
        ASSERT_EQ(date.contains(text), year > 0 && day <= days[month] + (leap ? 1 : 0)) << text;
      }
    }
}

}  // namespace
}  // namespace byeol::constrain
