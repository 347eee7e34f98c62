#include <gtest/gtest.h>

#include "wire/chat_request.h"
#include "wire/request_test.h"

namespace byeol::wire {
namespace {

ChatRequest read(const std::string& text) {
  ApiResult<ChatRequest> request = read_chat_request(json_of(text));
  EXPECT_TRUE(request) << (request ? "" : request.error().message);
  return request ? *std::move(request) : ChatRequest{};
}

std::string messages_of(const std::string& messages) {
  return read(R"({"messages": )" + messages + "}").messages.dump();
}

std::string messages_refusal(const std::string& messages) {
  return error_of(read_chat_request, R"({"messages": )" + messages + "}");
}

TEST(ChatMessages, AreNormalised) {
  EXPECT_EQ(messages_of(R"([{"role": "developer", "content": "a", "name": "n", "x": 1},
      {"role": "user", "content": [{"type": "text", "text": "b"}, {"type": "text", "text": "c"}]},
      {"role": "assistant", "content": null, "refusal": null, "reasoning_content": "r",
       "tool_calls": [{"id": "1", "type": "function",
                       "function": {"name": "f", "arguments": "{\"a\":1}"}}]},
      {"role": "tool", "content": "d", "tool_call_id": "1"},
      {"role": "assistant", "content": "e", "tool_calls": []}])"),
            R"([{"role":"system","content":"a","name":"n"},{"role":"user","content":"b\nc"},)"
            R"({"role":"assistant","content":"","reasoning_content":"r","thinking":"r",)"
            R"("tool_calls":[{"id":"1","type":"function","function":{"name":"f",)"
            R"("arguments":"{\"a\":1}"}}]},{"role":"tool","content":"d","tool_call_id":"1"},)"
            R"({"role":"assistant","content":"e"}])");
}

TEST(ChatMessages, CallsOfCustomToolsAreThoseOfTheirFunctions) {
  EXPECT_EQ(messages_of(R"([{"role": "assistant", "content": null, "tool_calls": [
                             {"id": "1", "type": "custom",
                              "custom": {"name": "sql", "input": "SELECT \"a\";\n"}}]},
                            {"role": "tool", "tool_call_id": "1", "content": "a"}])"),
            R"([{"role":"assistant","content":"","tool_calls":[{"id":"1","type":"function",)"
            R"("function":{"name":"sql","arguments":"{\"input\": \"SELECT \\\"a\\\";\\n\"}"}}]},)"
            R"({"role":"tool","content":"a","tool_call_id":"1"}])");
}

TEST(ChatMessages, TheOldFormOfCallsBecomesTheNew) {
  EXPECT_EQ(messages_of(R"([{"role": "assistant", "content": null,
                             "function_call": {"name": "f", "arguments": "{}"}},
                            {"role": "function", "name": "f", "content": null}])"),
            R"([{"role":"assistant","content":"","tool_calls":[{"id":"call_f","type":"function",)"
            R"("function":{"name":"f","arguments":"{}"}}]},)"
            R"({"role":"tool","content":"","name":"f","tool_call_id":"call_f"}])");
}

TEST(ChatMessages, AreChecked) {
  const std::pair<const char*, const char*> cases[] = {
      {"[]", "messages: 'messages' is an empty list; expected a list of at least 1."},
      {"3", "messages: 'messages' is 3; expected a list of at least 1."},
      {"[3]", "messages[0]: 'messages[0]' is 3; expected an object."},
      {"[{}]",
       "messages[0].role: 'messages[0].role' is missing; expected a role such as "
       "\"user\"."},
      {R"([{"role": "bot"}])",
       "messages[0].role: 'messages[0].role' is \"bot\"; expected \"developer\", \"system\", "
       "\"user\", \"assistant\", \"tool\" or \"function\"."},
      {R"([{"role": "user"}])",
       "messages[0].content: 'messages[0].content' is missing; expected "
       "a string or a list of text parts."},
      {R"([{"role": "user", "content": {}}])",
       "messages[0].content: 'messages[0].content' is an object; expected a string or a list of "
       "text parts."},
      {R"([{"role": "user", "content": [{"type": "text", "text": "a"},
                                        {"type": "image_url", "image_url": {"url": "x"}}]}])",
       "messages[0].content[1]: 'messages[0].content[1]' is of type \"image_url\"; this model "
       "reads text only."},
      {R"([{"role": "user", "content": [{"type": "smell"}]}])",
       "messages[0].content[0].type: 'messages[0].content[0].type' is \"smell\"; expected "
       "\"text\"."},
      {R"([{"role": "user", "content": [{"type": "text"}]}])",
       "messages[0].content[0].text: 'messages[0].content[0].text' is missing; expected a "
       "string."},
      {R"([{"role": "tool", "content": "a"}])",
       "messages[0].tool_call_id: 'messages[0].tool_call_id' is missing; expected a string."},
      {R"([{"role": "assistant"}])",
       "messages[0].content: 'messages[0].content' is missing; expected a string, or tool_calls "
       "beside it."},
      {R"([{"role": "assistant", "tool_calls": [{"id": "1", "function": {"name": "f",
                                                 "arguments": {}}}]}])",
       "messages[0].tool_calls[0].function.arguments: 'messages[0].tool_calls[0].function."
       "arguments' is an object; expected a string."},
      {R"([{"role": "assistant", "tool_calls": [{"id": "1", "type": "custom"}]}])",
       "messages[0].tool_calls[0].custom: 'messages[0].tool_calls[0].custom' is missing; expected "
       "an object."},
      {R"([{"role": "assistant", "tool_calls": [{"id": "1", "type": "custom",
                                                 "custom": {"name": "f"}}]}])",
       "messages[0].tool_calls[0].custom.input: 'messages[0].tool_calls[0].custom.input' is "
       "missing; expected a string."},
      {R"([{"role": "assistant", "tool_calls": [{"id": "1", "type": "mcp"}]}])",
       "messages[0].tool_calls[0].type: 'messages[0].tool_calls[0].type' is \"mcp\"; expected "
       "\"function\" or \"custom\"."},
      {R"([{"role": "assistant", "audio": {"id": "x"}}])",
       "messages[0].audio: 'messages[0].audio' is given; this model reads text only."},
  };
  for (const auto& [messages, message] : cases) EXPECT_EQ(messages_refusal(messages), message);
}

}  // namespace
}  // namespace byeol::wire
