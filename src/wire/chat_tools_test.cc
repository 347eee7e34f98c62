#include <gtest/gtest.h>

#include "wire/chat_request.h"
#include "wire/request_test.h"

namespace byeol::wire {
namespace {

// A body with a message and these fields besides.
std::string with(const std::string& fields) {
  return R"({"model": "m", "messages": [{"role": "user", "content": "Hi"}], )" + fields + "}";
}

ChatRequest read(const std::string& text) {
  ApiResult<ChatRequest> request = read_chat_request(json_of(text));
  EXPECT_TRUE(request) << (request ? "" : request.error().message);
  return request ? *std::move(request) : ChatRequest{};
}

std::string refusal(const std::string& fields) {
  return error_of(read_chat_request, with(fields));
}

constexpr const char* kTools =
    R"("tools": [{"type": "function", "function": {"name": "get_weather", "description": "d",
       "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}},
       {"type": "function", "function": {"name": "get_time"}}])";

TEST(ChatTools, AreGivenToTheTemplateAsTheyAre) {
  const ChatTools tools = read(with(kTools)).tools;
  EXPECT_EQ(tools.functions, (std::vector<std::string>{"get_weather", "get_time"}));
  EXPECT_EQ(tools.tools[1].dump(), R"({"type":"function","function":{"name":"get_time"}})");
}

TEST(ChatTools, TheChoiceNarrowsThem) {
  const std::string tools = kTools;
  EXPECT_TRUE(read(with(tools + R"(, "tool_choice": "none")")).tools.tools.is_null());
  EXPECT_EQ(read(with(tools + R"(, "tool_choice": "auto")")).tools.functions.size(), 2u);
  const ChatTools allowed =
      read(with(tools + R"(, "tool_choice": {"type": "allowed_tools", "allowed_tools":
          {"mode": "auto", "tools": [{"type": "function", "function": {"name": "get_time"}}]}})"))
          .tools;
  EXPECT_EQ(allowed.functions, std::vector<std::string>{"get_time"});
  EXPECT_EQ(allowed.tools.size(), 1u);
  EXPECT_EQ(allowed.params, std::vector<std::string>{"tools[1].function.parameters"});
  const ChatTools twice =
      read(with(tools + R"(, "tool_choice": {"type": "allowed_tools", "allowed_tools":
          {"mode": "auto", "tools": [{"type": "function", "function": {"name": "get_time"}},
                                     {"type": "function", "function": {"name": "get_time"}}]}})"))
          .tools;
  EXPECT_EQ(twice.functions, std::vector<std::string>{"get_time"});
}

TEST(ChatTools, ACallCanBeDemanded) {
  const std::string tools = kTools;
  EXPECT_FALSE(read(with(tools)).tools.must_call);
  const ChatTools any = read(with(tools + R"(, "tool_choice": "required")")).tools;
  EXPECT_TRUE(any.must_call);
  EXPECT_EQ(any.functions.size(), 2u);
  const ChatTools one =
      read(with(tools +
                R"(, "tool_choice": {"type": "function", "function": {"name": "get_time"}})"))
          .tools;
  EXPECT_TRUE(one.must_call);
  EXPECT_EQ(one.functions, std::vector<std::string>{"get_time"});
  const ChatTools allowed =
      read(with(tools + R"(, "tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode":
          "required", "tools": [{"type": "function", "function": {"name": "get_weather"}}]}})"))
          .tools;
  EXPECT_TRUE(allowed.must_call);
  EXPECT_EQ(allowed.functions, std::vector<std::string>{"get_weather"});
}

TEST(ChatTools, StrictnessBelongsToAFunction) {
  const ChatTools tools =
      read(with(R"("tools": [{"type": "function", "function": {"name": "a", "strict": true}},
                             {"type": "function", "function": {"name": "b"}}])"))
          .tools;
  EXPECT_EQ(tools.strict, (std::vector<bool>{true, false}));
}

TEST(ChatTools, AreChecked) {
  const std::string choice = std::string(kTools) + R"(, "tool_choice": )";
  const std::pair<std::string, const char*> cases[] = {
      {R"("tools": [{"type": "function", "function": {"name": "a b"}}])",
       "tools[0].function.name: 'tools[0].function.name' is \"a b\"; expected 1 to 64 of the "
       "letters A-Z, a-z, 0-9, _ and -."},
      {R"("tools": [{"type": "function", "function": {"name": "a", "parameters": 1}}])",
       "tools[0].function.parameters: 'tools[0].function.parameters' is 1; expected an object."},
      {R"("tools": [{"type": "function", "function": {"name": "a"}},
                    {"type": "function", "function": {"name": "a"}}])",
       "tools[1].function.name: 'tools[1].function.name' is \"a\"; expected a name that no other "
       "tool has."},
      {R"("tool_choice": "required")",
       "tool_choice: 'tool_choice' demands a call, but 'tools' offers nothing to call."},
      {choice + R"({"type": "function", "function": {"name": "x"}})",
       "tool_choice.function.name: 'tool_choice.function.name' is \"x\"; expected the name of a "
       "tool."},
      {choice + R"("maybe")",
       "tool_choice: 'tool_choice' is \"maybe\"; expected \"none\", \"auto\", \"required\" or an "
       "object of type \"function\", \"custom\" or \"allowed_tools\"."},
      {choice + R"({"type": "allowed_tools", "allowed_tools":
          {"mode": "auto", "tools": [{"type": "function", "function": {"name": "x"}}]}})",
       "tool_choice.allowed_tools.tools[0].function.name: 'tool_choice.allowed_tools.tools[0]."
       "function.name' is \"x\"; expected the name of a tool."},
  };
  for (const auto& [fields, message] : cases) EXPECT_EQ(refusal(fields), message);
}

}  // namespace
}  // namespace byeol::wire
