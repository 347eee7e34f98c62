#include "wire/responses_tools.h"

#include <gtest/gtest.h>

#include <string>

namespace byeol::wire {
namespace {

ApiResult<ResponsesTools> read(const std::string& fields) {
  const ApiResult<Json> body = parse_body("{" + fields + "}");
  EXPECT_TRUE(body) << body.error().message;
  FieldErrors errors;
  ResponsesTools tools = read_responses_tools(FieldReader(*body, errors));
  if (errors) return errors.take();
  return tools;
}

const std::string kTwo =
    R"("tools":[{"type":"function","name":"add","description":"Adds.","parameters":)"
    R"({"type":"object","properties":{"a":{"type":"number"}}},"strict":false},)"
    R"({"type":"function","name":"now"}])";

TEST(ResponsesTools, AreFlatOnTheWireAndNestedForTemplates) {
  const ResponsesTools tools = *read(kTwo);
  EXPECT_EQ(tools.written.dump(),
            R"([{"type":"function","name":"add","description":"Adds.","parameters":)"
            R"({"type":"object","properties":{"a":{"type":"number"}}},"strict":false},)"
            R"({"type":"function","name":"now","description":null,"parameters":null,)"
            R"("strict":false}])");
  EXPECT_EQ(tools.offered.tools.dump(),
            R"([{"type":"function","function":{"name":"add","description":"Adds.","parameters":)"
            R"({"type":"object","properties":{"a":{"type":"number"}}}}},)"
            R"({"type":"function","function":{"name":"now","parameters":)"
            R"({"type":"object","properties":{}}}}])");
  EXPECT_EQ(tools.offered.functions, (std::vector<std::string>{"add", "now"}));
  EXPECT_EQ(tools.choice_written, "auto");
}

TEST(ResponsesTools, WithoutAnyThereIsNothingToOffer) {
  for (const char* fields : {"", R"("tools":[])", R"("tools":[],"tool_choice":"auto")"}) {
    const ResponsesTools tools = *read(fields);
    EXPECT_TRUE(tools.offered.tools.is_null());
    EXPECT_TRUE(tools.offered.functions.empty());
    EXPECT_EQ(tools.written.dump(), "[]");
  }
}

TEST(ResponsesTools, AChoiceLeavesSomeOut) {
  const ResponsesTools none = *read(kTwo + R"(,"tool_choice":"none")");
  EXPECT_TRUE(none.offered.tools.is_null());
  EXPECT_TRUE(none.offered.functions.empty());
  EXPECT_EQ(none.written.size(), 2U) << "the Response tells all of them";
  EXPECT_EQ(none.choice_written, "none");

  const ResponsesTools one = *read(kTwo + R"(,"tool_choice":{"type":"allowed_tools","mode":"auto",)"
                                          R"("tools":[{"type":"function","name":"now"}]})");
  EXPECT_EQ(one.offered.functions, std::vector<std::string>{"now"});
  EXPECT_EQ(one.offered.params, std::vector<std::string>{"tools[1].parameters"});
  EXPECT_EQ(one.offered.tools.size(), 1U);
  EXPECT_EQ(one.choice_written.dump(),
            R"({"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"now"}]})");
}

TEST(ResponsesTools, ACallCanBeDemanded) {
  const auto any = read(kTwo + R"(,"tool_choice":"required")");
  ASSERT_TRUE(any);
  EXPECT_TRUE(any->offered.must_call);
  EXPECT_EQ(any->choice_written, "required");
  const auto one = read(kTwo + R"(,"tool_choice":{"type":"function","name":"add"})");
  ASSERT_TRUE(one);
  EXPECT_TRUE(one->offered.must_call);
  EXPECT_EQ(one->offered.functions, std::vector<std::string>{"add"});
  EXPECT_EQ(one->choice_written.dump(), R"({"type":"function","name":"add"})");
}

TEST(ResponsesTools, CustomOnesAreFlatToo) {
  const std::string tools =
      R"("tools":[{"type":"custom","name":"say","description":"Says."},{"type":"custom",)"
      R"("name":"sum","format":{"type":"grammar","syntax":"regex","definition":"[0-9]+"}},)"
      R"({"type":"function","name":"now"}])";
  const ResponsesTools all = *read(tools);
  EXPECT_EQ(all.written[0].dump(), R"({"type":"custom","name":"say","description":"Says.",)"
                                   R"("format":{"type":"text"}})");
  EXPECT_EQ(all.written[1].dump(),
            R"({"type":"custom","name":"sum","format":{"type":"grammar","syntax":"regex",)"
            R"("definition":"[0-9]+"}})");
  EXPECT_EQ(all.offered.functions, (std::vector<std::string>{"say", "sum", "now"}));
  EXPECT_EQ(all.offered.custom_names(), (std::vector<std::string>{"say", "sum"}));
  EXPECT_EQ(all.offered.strict, (std::vector<bool>{false, true, false}));
  EXPECT_EQ(all.offered.params[1], "tools[1].format.definition");
  EXPECT_EQ(all.offered.custom.at("sum").text, "[0-9]+");

  const ResponsesTools one = *read(tools + R"(,"tool_choice":{"type":"custom","name":"sum"})");
  EXPECT_TRUE(one.offered.must_call);
  EXPECT_EQ(one.offered.functions, std::vector<std::string>{"sum"});
  EXPECT_EQ(one.choice_written.dump(), R"({"type":"custom","name":"sum"})");
  const ResponsesTools some =
      *read(tools + R"(,"tool_choice":{"type":"allowed_tools","mode":"auto","tools":)"
                    R"([{"type":"custom","name":"say"},{"type":"function","name":"now"}]})");
  EXPECT_EQ(some.choice_written.dump(),
            R"({"type":"allowed_tools","mode":"auto","tools":[{"type":"custom","name":"say"},)"
            R"({"type":"function","name":"now"}]})");
  EXPECT_EQ(read(tools + R"(,"tool_choice":{"type":"custom","name":"now"})").error().message,
            "'tool_choice.name' is \"now\"; expected the name of a custom tool.");
  EXPECT_EQ(
      read(R"("tools":[{"type":"custom","name":"a","format":{"type":"grammar"}}])").error().message,
      R"('tools[0].format.syntax' is missing; expected "lark" or "regex".)");
}

TEST(ResponsesTools, WhatIsWrongIsASentence) {
  const auto refusal = [](const std::string& fields) {
    const ApiResult<ResponsesTools> tools = read(fields);
    return tools ? "accepted" : tools.error().message;
  };
  EXPECT_EQ(refusal(R"("tools":[{"type":"web_search"}])"),
            R"('tools[0].type' is "web_search"; this server offers tools of type "function" )"
            R"(and "custom".)");
  EXPECT_EQ(refusal(R"("tools":[{"type":"function","function":{"name":"f"}}])"),
            "'tools[0].name' is missing; expected a string.");
  EXPECT_EQ(refusal(R"("tools":[{"type":"function","name":"a b"}])"),
            "'tools[0].name' is \"a b\"; expected 1 to 64 of the letters A-Z, a-z, 0-9, _ and -.");
  EXPECT_EQ(refusal(R"("tools":[{"type":"function","name":"f","parameters":"{}"}])"),
            "'tools[0].parameters' is \"{}\"; expected an object.");
  EXPECT_EQ(refusal(R"("tools":[{"type":"function","name":"f"},{"type":"function","name":"f"}])"),
            "'tools[1].name' is \"f\"; expected a name that no other tool has.");
  EXPECT_EQ(refusal(R"("tool_choice":"required")"),
            "'tool_choice' demands a call, but 'tools' offers nothing to call.");
  EXPECT_EQ(refusal(kTwo + R"(,"tool_choice":{"type":"function","name":"sub"})"),
            "'tool_choice.name' is \"sub\"; expected the name of a tool.");
  EXPECT_EQ(refusal(kTwo + R"(,"tool_choice":{"type":"allowed_tools","mode":"auto","tools":)"
                           R"([{"type":"function","name":"other"}]})"),
            "'tool_choice.tools[0].name' is \"other\"; expected the name of a tool.");
  EXPECT_EQ(refusal(kTwo + R"(,"tool_choice":{"type":"web_search"})"),
            R"('tool_choice.type' is "web_search"; this server offers tools of type )"
            R"("function" and "custom".)");
  EXPECT_EQ(refusal(kTwo + R"(,"tool_choice":"always")"),
            R"('tool_choice' is "always"; expected "none", "auto", "required" or an object of )"
            R"(type "function", "custom" or "allowed_tools".)");
}

}  // namespace
}  // namespace byeol::wire
