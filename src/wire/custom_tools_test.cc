#include "wire/custom_tools.h"

#include <gtest/gtest.h>

#include "wire/chat_request.h"
#include "wire/request_test.h"

namespace byeol::wire {
namespace {

// A body with a message and these tools.
std::string with(const std::string& tools, const std::string& choice = "\"auto\"") {
  return R"({"messages": [{"role": "user", "content": "Hi"}], "tools": [)" + tools +
         R"(], "tool_choice": )" + choice + "}";
}

ChatTools read(const std::string& body) {
  ApiResult<ChatRequest> request = read_chat_request(json_of(body));
  EXPECT_TRUE(request) << (request ? "" : request.error().message);
  return request ? request->tools : ChatTools{};
}

std::string refusal(const std::string& body) {
  return error_of(read_chat_request, body);
}

constexpr const char* kFunction = R"({"type": "function", "function": {"name": "now"}})";
constexpr const char* kText =
    R"({"type": "custom", "custom": {"name": "say", "description": "Says."}})";
const std::string kLark =
    R"({"type": "custom", "custom": {"name": "sum", "format": {"type": "grammar",
        "grammar": {"syntax": "lark", "definition": "start: \"1\""}}}})";
const std::string kAll = std::string(kFunction) + "," + kText + "," + kLark;

TEST(CustomTools, AreOfferedAsFunctionsOfOneString) {
  const ChatTools tools = read(with(kAll));
  EXPECT_EQ(tools.functions, (std::vector<std::string>{"now", "say", "sum"}));
  EXPECT_EQ(tools.custom_names(), (std::vector<std::string>{"say", "sum"}));
  EXPECT_EQ(tools.type_of("say"), ToolType::kCustom);
  EXPECT_EQ(tools.type_of("now"), ToolType::kFunction);
  EXPECT_EQ(tools.tools[0].dump(), R"({"type":"function","function":{"name":"now"}})");
  EXPECT_EQ(
      tools.tools[1].dump(),
      R"({"type":"function","function":{"name":"say","description":"Says.","parameters":)"
      R"({"type":"object","properties":{"input":{"type":"string","description":"Any text."}},)"
      R"("required":["input"],"additionalProperties":false}}})");
  EXPECT_EQ(tools.tools[2]["function"]["parameters"]["properties"]["input"]["description"],
            "A text of this grammar (Lark):\nstart: \"1\"");
  EXPECT_FALSE(tools.tools[2]["function"].contains("description"));
}

TEST(CustomTools, AGrammarIsKept) {
  const ChatTools tools = read(with(kAll));
  EXPECT_EQ(tools.strict, (std::vector<bool>{false, false, true}));
  EXPECT_EQ(tools.custom.at("say").kind, AnswerForm::Kind::kText);
  EXPECT_EQ(tools.custom.at("sum").kind, AnswerForm::Kind::kLark);
  EXPECT_EQ(tools.custom.at("sum").text, "start: \"1\"");
  EXPECT_EQ(tools.params[2], "tools[2].custom.format.grammar.definition");
  const ChatTools regex =
      read(with(R"({"type": "custom", "custom": {"name": "a", "format": {"type": "grammar",
                    "grammar": {"syntax": "regex", "definition": "[0-9]+"}}}})"));
  EXPECT_EQ(regex.custom.at("a").kind, AnswerForm::Kind::kRegex);
  EXPECT_EQ(regex.tools[0]["function"]["parameters"]["properties"]["input"]["description"],
            "A text that matches this regular expression: [0-9]+");
  for (const char* format : {"null", R"({"type": "text"})"}) {
    const ChatTools any = read(with(R"({"type": "custom", "custom": {"name": "a", "format": )" +
                                    std::string(format) + "}}"));
    EXPECT_EQ(any.strict, std::vector<bool>{false});
    EXPECT_EQ(any.custom.at("a").kind, AnswerForm::Kind::kText);
  }
}

TEST(CustomTools, TheChoiceNamesThem) {
  const ChatTools one = read(with(kAll, R"({"type": "custom", "custom": {"name": "sum"}})"));
  EXPECT_TRUE(one.must_call);
  EXPECT_EQ(one.functions, std::vector<std::string>{"sum"});
  EXPECT_EQ(one.custom_names(), std::vector<std::string>{"sum"});
  const ChatTools allowed =
      read(with(kAll, R"({"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [
                {"type": "custom", "custom": {"name": "say"}},
                {"type": "function", "function": {"name": "now"}}]}})"));
  EXPECT_TRUE(allowed.must_call);
  EXPECT_EQ(allowed.functions, (std::vector<std::string>{"say", "now"}));
  EXPECT_EQ(allowed.custom_names(), std::vector<std::string>{"say"});
  EXPECT_TRUE(read(with(kAll, "\"none\"")).custom.empty());
}

TEST(CustomTools, WhatIsWrongIsNamed) {
  const auto format = [](const std::string& text) {
    return with(R"({"type": "custom", "custom": {"name": "a", "format": )" + text + "}}");
  };
  const std::string at = "tools[0].custom.format";
  const auto told = [](const std::string& path, const std::string& sentence) {
    return std::string(path).append(": '").append(path).append("' ").append(sentence);
  };
  EXPECT_EQ(refusal(with(R"({"type": "custom"})")),
            told("tools[0].custom", "is missing; expected an object."));
  EXPECT_EQ(refusal(with(R"({"type": "custom", "custom": {"name": "a b"}})")),
            told("tools[0].custom.name",
                 "is \"a b\"; expected 1 to 64 of the letters A-Z, a-z, 0-9, _ and -."));
  EXPECT_EQ(refusal(with(std::string(kText) + "," + kText)),
            told("tools[1].custom.name", "is \"say\"; expected a name that no other tool has."));
  EXPECT_EQ(refusal(format("\"text\"")), told(at, "is \"text\"; expected an object."));
  EXPECT_EQ(refusal(format("{}")), told(at + ".type", "is missing; expected a string."));
  EXPECT_EQ(refusal(format(R"({"type": "json"})")),
            told(at + ".type", "is \"json\"; expected \"text\" or \"grammar\"."));
  EXPECT_EQ(refusal(format(R"({"type": "grammar"})")),
            told(at + ".grammar", "is missing; expected an object."));
  EXPECT_EQ(refusal(format(R"({"type": "grammar", "grammar": {"definition": "a"}})")),
            told(at + ".grammar.syntax", "is missing; expected \"lark\" or \"regex\"."));
  EXPECT_EQ(
      refusal(format(R"({"type": "grammar", "grammar": {"syntax": "gbnf", "definition": "a"}})")),
      told(at + ".grammar.syntax", "is \"gbnf\"; expected \"lark\" or \"regex\"."));
  EXPECT_EQ(refusal(format(R"({"type": "grammar", "grammar": {"syntax": "lark"}})")),
            told(at + ".grammar.definition", "is missing; expected a string."));
  EXPECT_EQ(refusal(with(R"({"type": "web_search"})")),
            told("tools[0].type", "is \"web_search\"; expected \"function\" or \"custom\"."));
}

TEST(CustomTools, AChoiceThatNamesAnotherKindIsRefused) {
  EXPECT_EQ(refusal(with(kAll, R"({"type": "custom", "custom": {"name": "now"}})")),
            "tool_choice.custom.name: 'tool_choice.custom.name' is \"now\"; expected the name of a "
            "custom tool.");
  EXPECT_EQ(refusal(with(kAll, R"({"type": "function", "function": {"name": "say"}})")),
            "tool_choice.function.name: 'tool_choice.function.name' is \"say\"; expected the name "
            "of a function.");
  EXPECT_EQ(refusal(with(kAll, R"({"type": "allowed_tools", "allowed_tools": {"mode": "auto",
                                   "tools": [{"type": "mcp"}]}})")),
            "tool_choice.allowed_tools.tools[0].type: 'tool_choice.allowed_tools.tools[0].type' is "
            "\"mcp\"; expected \"function\" or \"custom\".");
}

}  // namespace
}  // namespace byeol::wire
