#include "wire/answer_form.h"

#include <gtest/gtest.h>

#include "wire/request_test.h"

namespace byeol::wire {
namespace {

using Kind = AnswerForm::Kind;

AnswerForm form_of(const std::string& text) {
  FieldErrors errors;
  const Json json = json_of(text);
  AnswerForm form = read_answer_form(FieldReader(json, errors));
  EXPECT_FALSE(errors) << text << (errors ? errors.take().message : "");
  return form;
}

std::string wrong_in(const std::string& text) {
  FieldErrors errors;
  const Json json = json_of(text);
  read_answer_form(FieldReader(json, errors));
  return errors ? errors.take().message : "no error";
}

TEST(AnswerForm, IsTextUnlessTheRequestSays) {
  EXPECT_EQ(form_of("{}"), AnswerForm{});
  EXPECT_EQ(form_of(R"({"response_format": {"type": "text"}, "grammar": null})"), AnswerForm{});
}

TEST(AnswerForm, OfASchema) {
  EXPECT_EQ(form_of(R"({"response_format": {"type": "json_schema", "json_schema": {"name": "n",
                       "strict": true, "schema": {"type": "object", "z": 1, "a": 2}}}})"),
            (AnswerForm{.kind = Kind::kJsonSchema,
                        .text = R"({"type":"object","z":1,"a":2})",
                        .strict = true,
                        .name = "n",
                        .param = "response_format"}));
  EXPECT_EQ(form_of(R"({"response_format": {"type": "json_object"}})").kind, Kind::kJsonObject);
  EXPECT_EQ(form_of(R"({"structured_outputs": {"json": {"type": "null"}}})").text,
            R"({"type":"null"})");
  EXPECT_EQ(form_of(R"({"structured_outputs": {"json": {}, "json_object": false}})").param,
            "structured_outputs");
  EXPECT_EQ(form_of(R"({"guided_json": "{\"type\": \"null\"}"})").text, R"({"type": "null"})");
  EXPECT_EQ(form_of(R"({"json_schema": true})").text, "true");
}

TEST(AnswerForm, OfOtherNotations) {
  EXPECT_EQ(form_of(R"({"regex": "[a-z]+"})"),
            (AnswerForm{.kind = Kind::kRegex, .text = "[a-z]+", .param = "regex"}));
  EXPECT_EQ(form_of(R"({"choice": ["a", "b"]})").choices, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(form_of(R"({"grammar": "root ::= \"a\""})").kind, Kind::kGbnf);
  const AnswerForm lark = form_of(R"({"grammar": {"syntax": "lark", "definition": "start: A"}})");
  EXPECT_EQ(lark.kind, Kind::kLark);
  EXPECT_EQ(lark.text, "start: A");
  EXPECT_EQ(form_of(R"({"structured_outputs": {"choice": ["a"]}})").kind, Kind::kChoice);
  EXPECT_EQ(form_of(R"({"guided_regex": "a"})").kind, Kind::kRegex);
}

TEST(AnswerForm, WhatIsWrongIsASentence) {
  EXPECT_EQ(wrong_in(R"({"regex": "a", "choice": ["b"]})"),
            "'choice' and 'regex' both say what the answer may be; expected one of them.");
  EXPECT_EQ(wrong_in(R"({"structured_outputs": {"regex": "a", "json": {}}})"),
            "'structured_outputs.regex' and 'structured_outputs.json' both say what the answer may "
            "be; expected one of them.");
  EXPECT_EQ(wrong_in(R"({"structured_outputs": {"json_object": false}})"),
            "'structured_outputs' is an object; expected an object with \"json\", \"regex\", "
            "\"choice\", \"grammar\" or \"json_object\".");
  EXPECT_EQ(wrong_in(R"({"structured_outputs": {"choice": [1]}})"),
            "'structured_outputs.choice[0]' is 1; expected a text that is not empty.");
  EXPECT_EQ(wrong_in(R"({"choice": ["a", ""]})"),
            "'choice[1]' is \"\"; expected a text that is not empty.");
  EXPECT_EQ(wrong_in(R"({"choice": []})"),
            "'choice' is an empty list; expected a list of 1 to 10000.");
  EXPECT_EQ(wrong_in(R"({"regex": 3})"), "'regex' is 3; expected a string.");
  EXPECT_EQ(wrong_in(R"({"grammar": {"syntax": "lark"}})"),
            "'grammar.definition' is missing; expected a string.");
  EXPECT_EQ(
      wrong_in(R"({"response_format": {"type": "json_schema", "json_schema": {"name": "a b"}}})"),
      "'response_format.json_schema.name' is \"a b\"; expected 1 to 64 of the letters A-Z, a-z, "
      "0-9, _ and -.");
  EXPECT_EQ(wrong_in(R"({"json_schema": 3})"), "'json_schema' is 3; expected a JSON Schema.");
}

}  // namespace
}  // namespace byeol::wire
