#include "runtime/prompt_encoder.h"

#include <gtest/gtest.h>

#include "runtime/tiny_runtime.h"

namespace byeol::runtime {
namespace {

using Json = nlohmann::ordered_json;

Json conversation() {
  return {{{"role", "system"}, {"content", "Be brief."}},
          {{"role", "user"}, {"content", "Hi"}},
          {{"role", "assistant"}, {"content", "Hello"}},
          {{"role", "user"}, {"content", "Bye"}}};
}

// A model file whose template is this; "": none.
class EncoderTest : public testing::Test {
 protected:
  std::unique_ptr<Runtime> smollm2 = tiny_runtime(1);
  std::unique_ptr<Runtime> gemma3 = [] {
    RuntimeOptions options;
    options.threads = 1;
    return *Runtime::load(tiny_model_path("gemma3"), options);
  }();
};

TEST_F(EncoderTest, TheTemplateWritesThePrompt) {
  const PromptEncoder encoder = *PromptEncoder::create(smollm2->model());
  if (!encoder.has_template()) GTEST_SKIP() << "the tiny model has no template";
  const auto prompt = encoder.encode({.messages = conversation()});
  ASSERT_TRUE(prompt) << prompt.error().message;
  EXPECT_NE(prompt->text.find("Be brief."), std::string::npos);
  EXPECT_TRUE(encoder.stops().empty());
}

TEST_F(EncoderTest, WithoutATemplateThereIsOnePlainForm) {
  const PromptEncoder encoder = *PromptEncoder::create(gemma3->model());
  if (encoder.has_template()) GTEST_SKIP() << "the tiny model has a template";
  const auto prompt = encoder.encode({.messages = conversation()});
  ASSERT_TRUE(prompt) << prompt.error().message;
  EXPECT_EQ(prompt->text, "Be brief.\n\nUser: Hi\nAssistant: Hello\nUser: Bye\nAssistant:");
  EXPECT_EQ(encoder.stops(), std::vector<std::string>{"\nUser:"});
  Json unfinished = conversation();
  unfinished.push_back({{"role", "assistant"}, {"content", "See"}});
  EXPECT_TRUE(encoder.encode({.messages = unfinished, .continue_final_message = true})
                  ->text.ends_with("User: Bye\nAssistant: See"));
}

TEST_F(EncoderTest, TextsComeBack) {
  const PromptEncoder encoder = *PromptEncoder::create(smollm2->model());
  const std::string text = "별 is a star";
  EXPECT_EQ(encoder.decode(encoder.encode_text(text, false)), text);
  std::string joined;
  for (const TokenId token : encoder.encode_text(text, false)) joined += encoder.bytes_of(token);
  EXPECT_EQ(joined, text);
}

}  // namespace
}  // namespace byeol::runtime
