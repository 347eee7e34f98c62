#include <fstream>
#include <sstream>
#include <string>
#include <utility>

#include "wire/answer_parser_test.h"

namespace byeol::wire {
namespace {

TEST(AnswerFamily, IsGuessedFromTheTemplate) {
  const std::pair<const char*, Family> expected[] = {
      {"chatml_tools_qwen25", Family::kHermes}, {"thinking_qwen3", Family::kHermes},
      {"turns_exaone4", Family::kHermes},       {"smollm2", Family::kHermes},
      {"headers_llama31", Family::kLlama3},     {"headers_kanana", Family::kLlama3},
      {"inst_mistral_v7", Family::kMistral},    {"turns_gemma3", Family::kGemma},
      {"harmony_gptoss", Family::kHarmony}};
  for (const auto& [name, family] : expected) {
    std::ifstream file(std::string(BYEOL_SOURCE_DIR "/tests/golden/template/") + name + ".jinja");
    std::ostringstream text;
    text << file.rdbuf();
    ASSERT_FALSE(text.str().empty()) << name;
    EXPECT_EQ(name_of(answer_family(text.str())), name_of(family)) << name;
  }
  EXPECT_EQ(answer_family("{{ messages[0].content }}"), Family::kPlain);
}

TEST(AnswerFamily, SeesAThoughtThatThePromptOpens) {
  EXPECT_TRUE(prompt_opens_thought(Family::kHermes, "<|im_start|>assistant\n<think>\n"));
  EXPECT_FALSE(prompt_opens_thought(Family::kHermes, "assistant\n<think>\n\n</think>\n\n"));
  EXPECT_TRUE(prompt_opens_thought(Family::kMistral, "[/INST][THINK]"));
  EXPECT_FALSE(prompt_opens_thought(Family::kPlain, "<think>"));
  EXPECT_FALSE(prompt_opens_thought(Family::kHermes, ""));
}

TEST(AnswerFamily, SaysWhoseMarksAreControlTokens) {
  EXPECT_TRUE(answer_needs_control_text(Family::kHarmony));
  EXPECT_FALSE(answer_needs_control_text(Family::kHermes));
}

}  // namespace
}  // namespace byeol::wire
