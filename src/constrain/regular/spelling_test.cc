#include <gtest/gtest.h>

#include <cstdio>
#include <functional>
#include <random>

#include "base/utf8.h"
#include "constrain/regular/language.h"

namespace byeol::constrain {
namespace {

using Spelling = Language::Spelling;

std::shared_ptr<const ByteAutomaton> spelled(const char* expression, Spelling spelling) {
  Budget budget;
  return *(*Language::of_regex(expression, budget)).spell(spelling, budget);
}

bool accepts(const ByteAutomaton& automaton, std::string_view bytes) {
  std::int32_t state = 0;
  for (const char byte : bytes) {
    state = automaton.next(state, static_cast<std::uint8_t>(byte));
    if (state < 0) return false;
  }
  return automaton.accepts(state);
}

std::string as_it_is(char32_t character) {
  std::string text;
  utf8::append(text, character);
  return text;
}

std::string unit(std::uint32_t value, bool upper) {
  char text[8];
  std::snprintf(text, sizeof text, upper ? "\\u%04X" : "\\u%04x", value);
  return text;
}

std::string hex_escape(char32_t character, bool upper) {
  if (character < 0x10000) return unit(character, upper);
  const std::uint32_t value = character - 0x10000;
  return unit(0xd800 + (value >> 10), upper) + unit(0xdc00 + (value & 0x3ff), upper);
}

// By character; empty for those that have none.
std::string short_escape(char32_t character) {
  const std::u32string characters = U"\b\t\n\f\r\"\\";
  const auto at = characters.find(character);
  return at == std::u32string::npos ? "" : std::string("\\") + "btnfr\"\\"[at];
}

void for_each_character(const std::function<void(char32_t)>& act) {
  for (char32_t character = 0; character <= 0x10ffff; ++character) {
    if (character == 0xd800) character = 0xe000;
    act(character);
  }
}

TEST(Spelling, EveryCharacterAsItIs) {
  const auto any = spelled("[^]", Spelling::kText);
  for_each_character([&](char32_t c) { ASSERT_TRUE(accepts(*any, as_it_is(c))); });
  for (const char* broken : {"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80",
                             "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"})
    EXPECT_FALSE(accepts(*any, broken));
}

TEST(Spelling, EveryCharacterOfAJsonStringInOneWay) {
  const auto any = spelled("[^]", Spelling::kJson);
  for_each_character([&](char32_t c) {
    const bool plain = c >= 0x20 && c != '"' && c != '\\';
    const std::string short_one = short_escape(c);
    ASSERT_EQ(accepts(*any, as_it_is(c)), plain);
    ASSERT_EQ(accepts(*any, hex_escape(c, false)), !plain && short_one.empty());
    ASSERT_FALSE(hex_escape(c, true) != hex_escape(c, false) && accepts(*any, hex_escape(c, true)));
    ASSERT_EQ(accepts(*any, short_one), !short_one.empty());
  });
  EXPECT_FALSE(accepts(*any, "\\/"));
}

TEST(Spelling, EveryCharacterOfAJsonStringInAnyWay) {
  const auto any = spelled("[^]", Spelling::kJsonAnyEscape);
  for_each_character([&](char32_t c) {
    const bool plain = c >= 0x20 && c != '"' && c != '\\';
    const std::string short_one = short_escape(c);
    ASSERT_EQ(accepts(*any, as_it_is(c)), plain);
    ASSERT_TRUE(accepts(*any, hex_escape(c, false)));
    ASSERT_TRUE(accepts(*any, hex_escape(c, true)));
    ASSERT_EQ(accepts(*any, short_one), !short_one.empty());
  });
  EXPECT_TRUE(accepts(*any, "\\/"));
  for (const char* half : {"\\ud800", "\\udc00", "\\ud800\\ud800", "\\ud800x", "\\U0041", "\\u004"})
    EXPECT_FALSE(accepts(*any, half)) << half;
}

TEST(Spelling, IsTheLanguageAtRandom) {
  std::mt19937 random(5);
  const std::u32string characters =
      U"ab\"\\/\n\x01\x7f\x80\x7ff\x800\ud7ff\ue000\uffff\U00010000\U0001f600\U0010ffff";
  for (const char* expression :
       {"(?:a|\\u{1f600}|\"|\\\\)*", "[\\u0080-\\u{10000}a]+", "(?!.*ab)[^]*", "[^a-\\uffff]*b?",
        "(?:[\\0-\\x1f]|/)*", "[\\ud7ff-\\ue000]*|[\\x7f-\\u{1f600}]{1,2}"}) {
    Budget budget;
    const Language language = *Language::of_regex(expression, budget);
    const auto text = *language.spell(Spelling::kText, budget);
    const auto json = *language.spell(Spelling::kJson, budget);
    const auto any = *language.spell(Spelling::kJsonAnyEscape, budget);
    for (int round = 0; round < 3000; ++round) {
      std::string plain, needed, wild;
      for (auto length = random() % 4; length > 0; --length) {
        const char32_t c = characters[random() % characters.size()];
        const bool bare = c >= 0x20 && c != '"' && c != '\\';
        plain += as_it_is(c);
        const std::string escape = short_escape(c).empty() ? hex_escape(c, false) : short_escape(c);
        needed += bare ? as_it_is(c) : escape;
        const auto choice = random() % 4;
        wild += choice == 0   ? hex_escape(c, false)
                : choice == 1 ? hex_escape(c, true)
                : bare        ? as_it_is(c)
                              : escape;
      }
      const bool expected = language.contains(plain);
      ASSERT_EQ(accepts(*text, plain), expected) << expression << " " << plain;
      ASSERT_EQ(accepts(*json, needed), expected) << expression << " " << needed;
      ASSERT_EQ(accepts(*any, wild), expected) << expression << " " << wild;
    }
  }
}

TEST(ByteAutomaton, KnowsTheWayToTheEnd) {
  const auto automaton = spelled("abc|ab\\u{1f600}|x", Spelling::kText);
  EXPECT_EQ(automaton->bytes_to_end(0), 1);
  std::int32_t state = automaton->next(0, 'a');
  EXPECT_EQ(automaton->bytes_to_end(state), 2);
  state = automaton->next(automaton->next(state, 'b'), 0xf0);
  EXPECT_EQ(automaton->bytes_to_end(state), 3);
  EXPECT_EQ(automaton->bytes_to_end(automaton->next(0, 'x')), 0);
}

TEST(ByteAutomaton, KnowsWhereAnyPlainTextMayFollow) {
  for (const Spelling spelling : {Spelling::kText, Spelling::kJson, Spelling::kJsonAnyEscape}) {
    EXPECT_TRUE(spelled("[^]*", spelling)->loops_on_plain(0));
    EXPECT_TRUE(spelled("[^\"\\\\\\0-\\x1f]*", spelling)->loops_on_plain(0));
    EXPECT_TRUE(spelled("[^\\n]*", spelling)->loops_on_plain(0));
    EXPECT_FALSE(spelled(".*", spelling)->loops_on_plain(0));  // U+2028.
    EXPECT_FALSE(spelled("[^a]*", spelling)->loops_on_plain(0));
    EXPECT_FALSE(spelled("[^\\u{10ffff}]*", spelling)->loops_on_plain(0));
    EXPECT_FALSE(spelled("[^\\u{fffff}]*", spelling)->loops_on_plain(0));
    EXPECT_FALSE(spelled("[^\\x80]*", spelling)->loops_on_plain(0));
    EXPECT_FALSE(spelled("[^]{0,9}", spelling)->loops_on_plain(0));
    EXPECT_FALSE(spelled("[\\0-\\x7f]*", spelling)->loops_on_plain(0));
  }
}

}  // namespace
}  // namespace byeol::constrain
