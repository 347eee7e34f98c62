#include "wire/responses_items.h"

#include <gtest/gtest.h>

#include <string>

namespace byeol::wire {
namespace {

ApiResult<Items> read(const std::string& input) {
  const ApiResult<Json> body = parse_body("{\"input\":" + input + "}");
  EXPECT_TRUE(body) << body.error().message;
  FieldErrors errors;
  Items items = read_input(FieldReader(*body, errors));
  if (errors) return errors.take();
  return items;
}

// The only item of an input.
std::string one(const std::string& item) {
  const ApiResult<Items> items = read("[" + item + "]");
  if (!items) return items.error().message;
  return items->front().dump();
}

std::string refusal(const std::string& input) {
  const ApiResult<Items> items = read(input);
  return items ? "accepted" : items.error().message;
}

TEST(ResponsesItems, AStringIsAUsersMessage) {
  const Items items = *read(R"("Hi")");
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0].dump(), R"({"id":null,"type":"message","status":"completed","role":"user",)"
                             R"("content":[{"type":"input_text","text":"Hi"}]})");
  EXPECT_EQ(read(R"("")")->size(), 1U);
}

TEST(ResponsesItems, EachKindHasOneForm) {
  EXPECT_EQ(one(R"({"role":"developer","content":"Be brief."})"),
            R"({"id":null,"type":"message","status":"completed","role":"developer",)"
            R"("content":[{"type":"input_text","text":"Be brief."}]})");
  EXPECT_EQ(one(R"({"type":"message","role":"assistant","content":"Hi","phase":"final_answer"})"),
            R"({"id":null,"type":"message","status":"completed","role":"assistant",)"
            R"("content":[{"type":"output_text","text":"Hi","annotations":[],"logprobs":[]}]})");
  EXPECT_EQ(one(R"({"type":"message","role":"assistant","id":"msg_1","status":"incomplete",)"
                R"("content":[{"type":"output_text","text":"A","annotations":[{"x":1}]},)"
                R"({"type":"refusal","refusal":"No"},{"type":"input_text","text":"B"}]})"),
            R"({"id":"msg_1","type":"message","status":"incomplete","role":"assistant",)"
            R"("content":[{"type":"output_text","text":"A","annotations":[],"logprobs":[]},)"
            R"({"type":"refusal","refusal":"No"},)"
            R"({"type":"output_text","text":"B","annotations":[],"logprobs":[]}]})");
  EXPECT_EQ(one(R"({"type":"function_call","call_id":"call_1","name":"f","arguments":"{}"})"),
            R"({"id":null,"type":"function_call","status":"completed","call_id":"call_1",)"
            R"("name":"f","arguments":"{}"})");
  EXPECT_EQ(one(R"({"type":"function_call_output","call_id":"call_1","output":"4"})"),
            R"({"id":null,"type":"function_call_output","status":"completed",)"
            R"("call_id":"call_1","output":"4"})");
  EXPECT_EQ(one(R"({"type":"function_call_output","call_id":"call_1","status":null,)"
                R"("output":[{"type":"input_text","text":"4"}]})"),
            R"({"id":null,"type":"function_call_output","status":"completed",)"
            R"("call_id":"call_1","output":[{"type":"input_text","text":"4"}]})");
  EXPECT_EQ(one(R"({"type":"custom_tool_call","call_id":"call_1","name":"f","input":"a"})"),
            R"({"id":null,"type":"custom_tool_call","status":"completed","call_id":"call_1",)"
            R"("name":"f","input":"a"})");
  EXPECT_EQ(one(R"({"type":"custom_tool_call_output","call_id":"call_1","output":"4"})"),
            R"({"id":null,"type":"custom_tool_call_output","status":"completed",)"
            R"("call_id":"call_1","output":"4"})");
  EXPECT_EQ(one(R"({"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"x",)"
                R"("content":[{"type":"reasoning_text","text":"Hm"}]})"),
            R"({"id":"rs_1","type":"reasoning","status":"completed","summary":[],)"
            R"("content":[{"type":"reasoning_text","text":"Hm"}]})");
  EXPECT_EQ(one(R"({"type":"item_reference","id":"msg_1"})"),
            R"({"id":"msg_1","type":"item_reference"})");
  EXPECT_EQ(one(R"({"id":"msg_1"})"), R"({"id":"msg_1","type":"item_reference"})");
}

TEST(ResponsesItems, WhatIsNoItemIsASentence) {
  EXPECT_EQ(refusal("3"), "'input' is 3; expected a string or a list of items.");
  EXPECT_EQ(refusal("[3]"), "'input[0]' is 3; expected an object.");
  EXPECT_EQ(refusal(R"([{"role":"user","content":"a"},{}])"),
            R"('input[1].type' is missing; expected "message", "function_call", )"
            R"("function_call_output", "custom_tool_call", "custom_tool_call_output", "reasoning" )"
            R"(or "item_reference".)");
  EXPECT_EQ(refusal(R"([{"type":"web_search_call","id":"ws_1"}])"),
            R"('input[0].type' is "web_search_call"; expected "message", "function_call", )"
            R"("function_call_output", "custom_tool_call", "custom_tool_call_output", "reasoning" )"
            R"(or "item_reference".)");
  EXPECT_EQ(
      refusal(R"([{"type":"message","content":"a"}])"),
      R"('input[0].role' is missing; expected "user", "assistant", "system" or "developer".)");
  EXPECT_EQ(refusal(R"([{"role":"tool","content":"a"}])"),
            R"('input[0].role' is "tool"; expected "user", "assistant", "system" or "developer".)");
  EXPECT_EQ(refusal(R"([{"role":"user"}])"),
            "'input[0].content' is missing; expected a string or a list of parts.");
  EXPECT_EQ(refusal(R"([{"role":"user","content":"a","status":"late"}])"),
            R"('input[0].status' is "late"; expected "in_progress", "completed" or "incomplete".)");
  EXPECT_EQ(refusal(R"([{"role":"user","content":[{"type":"output_text","text":"a"}]}])"),
            R"('input[0].content[0].type' is "output_text"; expected "input_text".)");
  EXPECT_EQ(refusal(R"([{"role":"assistant","content":[{"type":"text","text":"a"}]}])"),
            R"('input[0].content[0].type' is "text"; expected "output_text" or "refusal".)");
  EXPECT_EQ(refusal(R"([{"role":"user","content":[{"type":"input_text"}]}])"),
            "'input[0].content[0].text' is missing; expected a string.");
  EXPECT_EQ(refusal(R"([{"type":"function_call","name":"f","arguments":"{}"}])"),
            "'input[0].call_id' is missing; expected a string.");
  EXPECT_EQ(refusal(R"([{"type":"function_call","call_id":"c","name":"f","arguments":{}}])"),
            "'input[0].arguments' is an object; expected a string.");
  EXPECT_EQ(refusal(R"([{"type":"function_call_output","call_id":"c","output":4}])"),
            "'input[0].output' is 4; expected a string or a list of parts.");
  EXPECT_EQ(refusal(R"([{"type":"custom_tool_call","call_id":"c","name":"f","arguments":"{}"}])"),
            "'input[0].input' is missing; expected a string.");
  EXPECT_EQ(refusal(R"([{"type":"custom_tool_call_output","output":"4"}])"),
            "'input[0].call_id' is missing; expected a string.");
  EXPECT_EQ(refusal(R"([{"type":"reasoning","summary":[{"type":"x","text":"a"}]}])"),
            R"('input[0].summary[0].type' is "x"; expected "summary_text".)");
  EXPECT_EQ(refusal(R"([{"type":"item_reference"}])"),
            "'input[0].id' is missing; expected a string.");
}

TEST(ResponsesItems, ImagesAndFilesAreUnsupported) {
  for (const char* type : {"input_image", "input_file", "input_audio"}) {
    const ApiResult<Items> items =
        read(R"([{"role":"user","content":[{"type":")" + std::string(type) + R"("}]}])");
    EXPECT_EQ(items.error().message, "'input[0].content[0]' is of type \"" + std::string(type) +
                                         "\"; this server reads text only.");
    EXPECT_EQ(items.error().status, 400);
    EXPECT_EQ(items.error().code, "unsupported_parameter");
    EXPECT_EQ(items.error().param, "input[0].content[0]");
  }
}

TEST(ResponsesItems, ReferencesAreReplacedByWhatIsStored) {
  Items items = *read(R"([{"role":"user","content":"a"},{"id":"fc_1"}])");
  EXPECT_TRUE(has_references(items));
  const ItemLookup stored = [](std::string_view id) -> std::optional<std::string> {
    if (id != "fc_1") return std::nullopt;
    return R"({"id":"fc_1","type":"function_call","call_id":"c","name":"f","arguments":""})";
  };
  ASSERT_TRUE(resolve_references(items, stored));
  EXPECT_FALSE(has_references(items));
  EXPECT_EQ(item_text(items[1], "name"), "f");

  Items absent = *read(R"([{"id":"msg_9"}])");
  EXPECT_EQ(resolve_references(absent, stored).error(),
            invalid_request(R"('input[0].id' refers to the item "msg_9", which is not stored.)",
                            "input[0].id"));
  const ItemLookup broken = [](std::string_view) { return "broken"; };
  EXPECT_EQ(resolve_references(absent, broken).error().status, 500);
}

TEST(ResponsesItems, IdsAreGivenWhereThereAreNone) {
  Items items = *read(R"([{"role":"user","content":"a"},{"role":"user","content":"a","id":"own"},
      {"type":"function_call","call_id":"c","name":"f","arguments":""},
      {"type":"function_call_output","call_id":"c","output":""},{"type":"reasoning"},
      {"type":"custom_tool_call","call_id":"d","name":"f","input":""},
      {"type":"custom_tool_call_output","call_id":"d","output":""}])");
  assign_item_ids(items, [] { return std::uint64_t{0}; });
  EXPECT_TRUE(item_text(items[0], "id").starts_with("msg_"));
  EXPECT_EQ(item_text(items[1], "id"), "own");
  EXPECT_TRUE(item_text(items[2], "id").starts_with("fc_"));
  EXPECT_TRUE(item_text(items[3], "id").starts_with("fco_"));
  EXPECT_TRUE(item_text(items[4], "id").starts_with("rs_"));
  EXPECT_TRUE(item_text(items[5], "id").starts_with("ctc_"));
  EXPECT_TRUE(item_text(items[6], "id").starts_with("ctco_"));
  EXPECT_EQ(items[0].begin().key(), "id");
}

TEST(ResponsesItems, StoredItemsAreReadAgain) {
  const Items items = *read(R"([{"role":"user","content":"a"},{"type":"reasoning","id":"rs_1"}])");
  const Items again = *parse_items(std::vector<std::string>{items[0].dump(), items[1].dump()});
  EXPECT_EQ(again, items);
  const ApiError broken =
      parse_items(std::vector<std::string>{items[0].dump(), R"({"type":3})"}).error();
  EXPECT_EQ(broken.message, "'stored item 1.type' is 3; expected a string.");
  EXPECT_EQ(broken.status, 500);
  EXPECT_EQ(parse_items(std::vector<std::string>{"["}).error().status, 500);
}

}  // namespace
}  // namespace byeol::wire
