#include "bench/load/prompts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace byeol::bench {
namespace {

std::ptrdiff_t words_of(const std::string& text) {
  return text.empty() ? 0 : std::ranges::count(text, ' ') + 1;
}

TEST(Prompts, HaveSoManyWords) {
  EXPECT_EQ(make_text(1, 0), "");
  EXPECT_EQ(words_of(make_text(1, 1)), 1);
  EXPECT_EQ(words_of(make_text(1, 500)), 500);
  EXPECT_EQ(words_of(make_question(1, 7, 20)), 22);  // "Question 7:" before them.
}

TEST(Prompts, AreTheSameForTheSameSeed) {
  EXPECT_EQ(make_text(3, 40), make_text(3, 40));
  EXPECT_NE(make_text(3, 40), make_text(4, 40));
  EXPECT_EQ(make_question(3, 5, 40), make_question(3, 5, 40));
  EXPECT_NE(make_system_prompt(3, 40), make_system_prompt(4, 40));
}

TEST(Prompts, NoQuestionIsAnotherOrItsBeginning) {
  std::set<std::string> questions;
  for (int number = 0; number < 500; ++number) questions.insert(make_question(1, number, 2));
  EXPECT_EQ(questions.size(), 500u);
  EXPECT_TRUE(make_question(1, 12, 2).starts_with("Question 12: "));
}

}  // namespace
}  // namespace byeol::bench
