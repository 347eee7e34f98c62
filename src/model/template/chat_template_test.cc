#include "model/template/chat_template.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace byeol::model {
namespace {

using Json = nlohmann::ordered_json;

ChatTemplate compiled(std::string_view source) {
  Result<ChatTemplate> made = ChatTemplate::compile(source);
  if (!made) ADD_FAILURE() << made.error().message;
  return *std::move(made);
}

constexpr std::string_view kChatMl =
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

TEST(ChatTemplate, RendersAConversationWithTheGenerationPrompt) {
  ChatInputs inputs;
  inputs.messages = Json::parse(R"([{"role": "user", "content": "안녕"}])");
  inputs.add_generation_prompt = true;
  const Result<std::string> prompt = compiled(kChatMl).render(inputs);
  ASSERT_TRUE(prompt) << prompt.error().message;
  EXPECT_EQ(*prompt, "<|im_start|>user\n안녕<|im_end|>\n<|im_start|>assistant\n");
}

TEST(ChatTemplate, ShowsToolArgumentsAsAnObjectThoughOpenAiSendsAString) {
  ChatInputs inputs;
  inputs.messages = Json::parse(R"([{"role": "assistant", "tool_calls": [{"type": "function",
      "function": {"name": "f", "arguments": "{\"city\": \"서울\", \"n\": 1.50}"}}]}])");
  const Result<std::string> prompt = compiled(
                                         "{{ messages[0].tool_calls[0].function.arguments.city }} "
                                         "{{ messages[0].tool_calls[0].function | tojson }}")
                                         .render(inputs);
  ASSERT_TRUE(prompt) << prompt.error().message;
  EXPECT_EQ(*prompt, R"(서울 {"name": "f", "arguments": {"city": "서울", "n": 1.5}})");
}

TEST(ChatTemplate, LeavesArgumentsThatAreNoJsonObjectAsTheyAre) {
  ChatInputs inputs;
  inputs.messages = Json::parse(
      R"([{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": "{oops"}}]}])");
  const Result<std::string> prompt =
      compiled("{{ messages[0].tool_calls[0].function.arguments }}").render(inputs);
  ASSERT_TRUE(prompt) << prompt.error().message;
  EXPECT_EQ(*prompt, "{oops");
}

TEST(ChatTemplate, JoinsTextPartsOnlyForATemplateThatTakesStrings) {
  ChatInputs inputs;
  inputs.messages = Json::parse(R"([{"role": "user", "content":
      [{"type": "text", "text": "one"}, {"type": "text", "text": "two"}]}])");
  const Result<std::string> joined = compiled("{{ messages[0]['content'] + '!' }}").render(inputs);
  ASSERT_TRUE(joined) << joined.error().message;
  EXPECT_EQ(*joined, "one\ntwo!");

  const ChatTemplate takes_parts = compiled(
      "{% for p in messages[0].content %}{% if p is mapping %}[{{ p.text }}]{% endif %}{% endfor "
      "%}");
  EXPECT_TRUE(takes_parts.capabilities().content_parts);
  const Result<std::string> parts = takes_parts.render(inputs);
  ASSERT_TRUE(parts) << parts.error().message;
  EXPECT_EQ(*parts, "[one][two]");
}

TEST(ChatTemplate, TellsWhatATemplateSupports) {
  const ChatTemplate plain = compiled(kChatMl);
  EXPECT_TRUE(plain.supports_system());
  EXPECT_FALSE(plain.capabilities().tools);
  EXPECT_FALSE(plain.capabilities().tool_calls);
  EXPECT_FALSE(plain.capabilities().thinking);
  EXPECT_FALSE(plain.capabilities().content_parts);

  const ChatTemplate rich = compiled(
      "{% if tools %}{{ tools | tojson }}{% endif %}{% for m in messages %}"
      "{% if m.role == 'system' %}{{ raise_exception('no system role') }}{% endif %}"
      "{% for c in m.tool_calls or [] %}{{ c.function.name }}{% endfor %}{{ m.content }}"
      "{% endfor %}{% if enable_thinking %}<think>{% endif %}");
  EXPECT_FALSE(rich.supports_system());
  EXPECT_TRUE(rich.capabilities().tools);
  EXPECT_TRUE(rich.capabilities().tool_calls);
  EXPECT_TRUE(rich.capabilities().thinking);
}

TEST(ChatTemplate, SaysWhatTheTemplateRaisedAndWhere) {
  ChatInputs inputs;
  const Result<std::string> prompt =
      compiled("ok\n  {{ raise_exception('roles must alternate') }}").render(inputs);
  ASSERT_FALSE(prompt);
  EXPECT_EQ(prompt.error().message, "chat template line 2, column 21: roles must alternate");
}

TEST(ChatTemplate, SyntaxErrorsNameLineColumnAndWhatWasExpected) {
  const auto message = [](std::string_view source) {
    const Result<ChatTemplate> made = ChatTemplate::compile(source);
    return made ? "no error" : made.error().message;
  };
  EXPECT_EQ(
      message("a\n{% if x %}\nb"),
      "chat template line 3, column 2: expected '{% endif %}', found the end of the template");
  EXPECT_EQ(message("{{ a b }}"), "chat template line 1, column 6: expected '}}', found 'b'");
  EXPECT_EQ(message("한글 {{ 'x }}"),
            "chat template line 1, column 7: the string is never closed; expected '");
  EXPECT_EQ(message("{% include 'x' %}"),
            "chat template line 1, column 4: the tag 'include' is unknown; expected if, for, set, "
            "macro, call, filter, with, raw, break, continue or generation");
  EXPECT_EQ(message("{{ (1] }}"), "chat template line 1, column 6: found ']', expected ')'");
  EXPECT_EQ(message("{% break %}"),
            "chat template line 1, column 4: 'break' stands outside of a for block");
}

TEST(ChatTemplate, UsesTheTimeThatItIsGiven) {
  ChatInputs inputs;
  inputs.now_seconds = 1'721'952'000;
  const Result<std::string> prompt = compiled("{{ strftime_now('%d %b %Y') }}").render(inputs);
  ASSERT_TRUE(prompt) << prompt.error().message;
  EXPECT_EQ(*prompt, "26 Jul 2024");
}

TEST(ChatTemplate, AppendsToListsThoughHuggingFaceForbidsIt) {
  const Result<std::string> prompt =
      compiled("{% set l = [1] %}{% set _ = l.append(2) %}{{ l }}").render({});
  ASSERT_TRUE(prompt) << prompt.error().message;
  EXPECT_EQ(*prompt, "[1, 2]");
}

TEST(ChatTemplate, RefusesMessagesThatAreNoArray) {
  ChatInputs inputs;
  inputs.messages = "hello";
  const Result<std::string> prompt = compiled(kChatMl).render(inputs);
  ASSERT_FALSE(prompt);
  EXPECT_EQ(prompt.error().message, "the messages of a chat are an array; found string");
}

TEST(ChatTemplate, RendersOnManyThreadsAtOnce) {
  const ChatTemplate chat = compiled(kChatMl);
  ChatInputs inputs;
  for (int i = 0; i < 50; ++i) inputs.messages.push_back({{"role", "user"}, {"content", "hi"}});
  const Result<std::string> expected = chat.render(inputs);
  ASSERT_TRUE(expected);
  std::vector<int> same(4, 0);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < same.size(); ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        const Result<std::string> prompt = chat.render(inputs);
        same[t] += prompt && *prompt == *expected;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(same, std::vector<int>(4, 20));
}

}  // namespace
}  // namespace byeol::model
