#include "wire/responses_messages.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace byeol::wire {
namespace {

std::string messages(const std::vector<std::string>& items,
                     const std::optional<std::string>& instructions = {}) {
  const ApiResult<Items> read = parse_items(items);
  EXPECT_TRUE(read) << read.error().message;
  return items_to_messages(*read, instructions).dump();
}

std::string said(const std::string& role, const std::string& text) {
  return R"({"role":")" + role + R"(","content":")" + text + R"("})";
}

std::string call(const std::string& id, const std::string& name) {
  return R"({"type":"function_call","call_id":")" + id + R"(","name":")" + name +
         R"(","arguments":"{\"a\":1}"})";
}

const std::string kThought =
    R"({"type":"reasoning","summary":[],"content":[{"type":"reasoning_text","text":"Hm."}]})";

TEST(ResponsesMessages, InstructionsComeFirstAndDevelopersAreTheSystem) {
  EXPECT_EQ(messages({said("user", "Hi")}, "Be brief."),
            R"([{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"}])");
  EXPECT_EQ(messages({said("developer", "Rhyme."), said("system", "Be kind."), said("user", "Hi"),
                      said("system", "Now.")},
                     "Be brief."),
            R"([{"role":"system","content":"Be brief.\n\nRhyme.\n\nBe kind."},)"
            R"({"role":"user","content":"Hi"},{"role":"system","content":"Now."}])");
  EXPECT_EQ(messages({}), "[]");
}

TEST(ResponsesMessages, PartsOfAUserStayParts) {
  EXPECT_EQ(messages({R"({"role":"user","content":[{"type":"input_text","text":"a"},)"
                      R"({"type":"input_text","text":"b"}]})"}),
            R"([{"role":"user","content":[{"type":"text","text":"a"},)"
            R"({"type":"text","text":"b"}]}])");
  EXPECT_EQ(messages({R"({"role":"user","content":[]})"}), R"([{"role":"user","content":""}])");
  EXPECT_EQ(messages({R"({"role":"assistant","content":[{"type":"output_text","text":"a"},)"
                      R"({"type":"refusal","refusal":"b"}]})"}),
            R"([{"role":"assistant","content":"ab"}])");
}

TEST(ResponsesMessages, OneAnswerIsOneMessage) {
  EXPECT_EQ(messages({said("user", "Hi"), kThought, said("assistant", "Wait."), call("c1", "f"),
                      call("c2", "g")}),
            R"([{"role":"user","content":"Hi"},)"
            R"({"role":"assistant","content":"Wait.","reasoning_content":"Hm.","tool_calls":[)"
            R"({"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},)"
            R"({"id":"c2","type":"function","function":{"name":"g","arguments":"{\"a\":1}"}}]}])");
  EXPECT_EQ(messages({kThought, call("c1", "f")}),
            R"([{"role":"assistant","content":"","reasoning_content":"Hm.","tool_calls":[)"
            R"({"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]}])");
  EXPECT_EQ(messages({said("assistant", "One."), kThought, call("c1", "f")}),
            R"([{"role":"assistant","content":"One."},)"
            R"({"role":"assistant","content":"","reasoning_content":"Hm.","tool_calls":[)"
            R"({"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]}])");
}

TEST(ResponsesMessages, OutputsOfCallsAreTheTools) {
  EXPECT_EQ(
      messages({call("c1", "f"), R"({"type":"function_call_output","call_id":"c1","output":"4"})",
                R"({"type":"function_call_output","call_id":"c9","output":)"
                R"([{"type":"input_text","text":"5"},{"type":"input_text","text":"6"}]})"}),
      R"([{"role":"assistant","content":"","tool_calls":[)"
      R"({"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},)"
      R"({"role":"tool","tool_call_id":"c1","name":"f","content":"4"},)"
      R"({"role":"tool","tool_call_id":"c9","content":"56"}])");
}

TEST(ResponsesMessages, CallsOfCustomToolsAreThoseOfTheirFunctions) {
  EXPECT_EQ(
      messages({R"({"type":"custom_tool_call","call_id":"c1","name":"sql","input":"a\n"})",
                R"({"type":"custom_tool_call_output","call_id":"c1","output":"4"})"}),
      R"([{"role":"assistant","content":"","tool_calls":[{"id":"c1","type":"function","function":)"
      R"({"name":"sql","arguments":"{\"input\": \"a\\n\"}"}}]},)"
      R"({"role":"tool","tool_call_id":"c1","name":"sql","content":"4"}])");
}

TEST(ResponsesMessages, ReasoningThatNoAnswerFollowsIsLeftOut) {
  EXPECT_EQ(messages({kThought, said("user", "Go on.")}),
            R"([{"role":"user","content":"Go on."}])");
  EXPECT_EQ(messages({said("user", "Hi"), kThought}), R"([{"role":"user","content":"Hi"}])");
}

}  // namespace
}  // namespace byeol::wire
