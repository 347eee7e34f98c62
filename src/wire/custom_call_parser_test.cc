#include "wire/answer_parser_test.h"

namespace byeol::wire {
namespace {

RecordedAnswer parsed_custom(Family family, std::string_view text) {
  return parsed({.family = family, .functions = {"sql", "get_time"}, .custom_tools = {"sql"}},
                text);
}

RecordedCall sql(std::string input, bool whole = true) {
  return {"sql", std::move(input), ToolType::kCustom, whole};
}

TEST(CustomCalls, AreReadInTheFormOfEachFamily) {
  const std::string arguments = R"({"input": "SELECT \"a\";\n"})";
  const Calls expected{sql("SELECT \"a\";\n")};
  EXPECT_EQ(parsed_custom(Family::kHermes, "<tool_call>\n{\"name\": \"sql\", \"arguments\": " +
                                               arguments + "}\n</tool_call>")
                .calls,
            expected);
  EXPECT_EQ(parsed_custom(Family::kLlama3, "{\"name\": \"sql\", \"parameters\": " + arguments + "}")
                .calls,
            expected);
  for (const std::string& call :
       {"[{\"name\": \"sql\", \"arguments\": " + arguments + "}]", "sql[ARGS]" + arguments})
    EXPECT_EQ(parsed_custom(Family::kMistral, "[TOOL_CALLS]" + call).calls, expected);
  EXPECT_EQ(parsed_custom(Family::kHarmony,
                          "<|channel|>commentary to=functions.sql <|constrain|>json<|message|>" +
                              arguments + "<|call|>")
                .calls,
            expected);
  for (const std::string& call :
       {"```json\n{\"name\": \"sql\", \"parameters\": " + arguments + "}\n```",
        std::string("```tool_code\nsql(input='SELECT \"a\";\\n')\n```"),
        std::string("<start_function_call>call:sql{input:<escape>SELECT \"a\";\n<escape>}"
                    "<end_function_call>")})
    EXPECT_EQ(parsed_custom(Family::kGemma, call).calls, expected) << call;
}

TEST(CustomCalls, StandBesideTextAndCallsOfFunctions) {
  EXPECT_EQ(
      parsed_custom(Family::kHermes,
                    "Both.\n<tool_call>\n{\"name\": \"get_time\", \"arguments\": {\"input\": "
                    "\"a\"}}\n</tool_call>\n<tool_call>\n{\"name\": \"sql\", \"arguments\": "
                    "{\"input\": \"\"}}\n</tool_call>\n<tool_call>\n{\"name\": \"get_time\", "
                    "\"arguments\": {}}\n</tool_call>\nDone."),
      (RecordedAnswer{.content = "Both.Done.",
                      .calls = {{"get_time", "{\"input\": \"a\"}"}, sql(""), {"get_time", "{}"}}}));
}

TEST(CustomCalls, ThatAreCutOffSayIt) {
  EXPECT_EQ(parsed_custom(Family::kHermes,
                          "<tool_call>\n{\"name\": \"sql\", \"arguments\": {\"input\": \"SEL\\")
                .calls,
            (Calls{sql("SEL", false)}));
}

TEST(CustomCalls, TheEndOfACallInTheirTextIsNone) {
  for (const std::string mark :
       {"```", "</tool_call>", "<|call|>", "<|end|>", "<|start|>", "}]", "</function>"}) {
    const std::string arguments = R"({"input": "\"a\" {\\)" + mark + "\\\"\"}";
    const Calls expected{sql("\"a\" {\\" + mark + "\"")};
    const std::string named = "{\"name\": \"sql\", \"arguments\": " + arguments + "}";
    EXPECT_EQ(parsed_custom(Family::kHermes, "<tool_call>\n" + named + "\n</tool_call>").calls,
              expected);
    EXPECT_EQ(parsed_custom(Family::kLlama3, "<function=sql>" + arguments + "</function>").calls,
              expected);
    EXPECT_EQ(parsed_custom(Family::kMistral, "[TOOL_CALLS][" + named + "]").calls, expected);
    EXPECT_EQ(parsed_custom(Family::kGemma, "```json\n" + named + "\n```"),
              (RecordedAnswer{.calls = expected}));
    EXPECT_EQ(parsed_custom(Family::kHarmony,
                            "<|channel|>commentary to=functions.sql<|message|>" + arguments +
                                "<|call|><|start|>assistant<|channel|>final<|message|>Done."),
              (RecordedAnswer{.content = "Done.", .calls = expected}));
  }
}

}  // namespace
}  // namespace byeol::wire
