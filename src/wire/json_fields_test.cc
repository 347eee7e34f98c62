#include "wire/json_fields.h"

#include <gtest/gtest.h>

#include "wire/request_test.h"

namespace byeol::wire {
namespace {

std::string refusal(std::string_view text, JsonLimits limits = {}) {
  const ApiResult<Json> json = parse_body(text, limits);
  return json ? "no error" : json.error().message;
}

TEST(ParseBody, ReadsWhatTheLibraryReads) {
  for (const char* text :
       {R"({})", R"({"a": [1, -2, 3.5, true, false, null, "x\ud55c\n", {}, []], "b": {"c": [[]]}})",
        "\xEF\xBB\xBF{\"z\": 18446744073709551615, \"a\": -9223372036854775808}"}) {
    const ApiResult<Json> json = parse_body(text);
    ASSERT_TRUE(json) << text;
    EXPECT_EQ(json->dump(), Json::parse(text).dump());
  }
}

TEST(ParseBody, SaysWhatIsWrong) {
  EXPECT_EQ(refusal("[1]"), "The body is a list of 1; expected a JSON object.");
  EXPECT_EQ(refusal(R"({"a": 1, "b": {"a": 1}, "a": 2})"),
            "The body names the key 'a' twice in one object.");
  EXPECT_EQ(refusal("{\"a\": \"\xff\"}"), "The body is not UTF-8.");
  EXPECT_EQ(refusal(R"({"a": [[1]]})", {.depth = 2}),
            "The body nests its JSON deeper than 2 levels.");
  EXPECT_EQ(refusal(R"({"a": [[1]]})", {.depth = 3}), "no error");
  EXPECT_EQ(refusal("{\"a\": 1}", {.bytes = 7}), "The body has 8 bytes; 7 at most.");
  EXPECT_EQ(parse_body("{\"a\": 1}", {.bytes = 7}).error().status, 413);
  for (const char* text : {"", "{", "{\"a\": 1} x", "{\"a\": 1e999}", "{\"a\": NaN}", "{'a': 1}",
                           "{\"a\": \"\\ud800\"}"})
    EXPECT_TRUE(refusal(text).starts_with("The body is not JSON, at byte ")) << refusal(text);
}

TEST(ParseBody, TakesLinearTimeInKeys) {
  std::string text = "{\"-\": 0";
  for (int i = 0; i < 300'000; ++i) text.append(",\"").append(std::to_string(i)).append("\":0");
  EXPECT_EQ(refusal(text + "}"), "no error");  // Minutes, were every key looked up.
}

TEST(FieldReader, ReadsFields) {
  const Json json = json_of(
      R"({"flag": true, "count": 3, "ratio": 0.5, "name": "x", "list": [1], "none": null,
          "inner": {"deep": {"text": "y"}}})");
  FieldErrors errors;
  const FieldReader body(json, errors);
  EXPECT_EQ(body.boolean("flag"), true);
  EXPECT_EQ(body.integer("count", 0, 3), 3);
  EXPECT_EQ(body.number("count", 0, 3), 3.0);
  EXPECT_EQ(body.number("ratio", 0, 1), 0.5);
  EXPECT_EQ(body.string("name"), "x");
  EXPECT_EQ(body.required_string("name"), "x");
  EXPECT_EQ(body.array("list", 1)->size(), 1u);
  EXPECT_EQ(body.find("none"), nullptr);
  EXPECT_EQ(body.string("none"), std::nullopt);
  EXPECT_EQ(body.fields("inner")->fields("deep")->string("text"), "y");
  EXPECT_EQ(body.fields("absent"), std::nullopt);
  EXPECT_FALSE(errors);
}

TEST(FieldReader, NamesThePathTheValueAndWhatWasExpected) {
  const auto wrong = [](auto read) {
    return noted_error(read,
                       R"({"a": {"b": [1, 2]}, "s": "warm", "i": 3.0, "big": 18446744073709551615,
                  "t": 3, "long": "0123456789012345678901234567890123456789é", "o": {}})");
  };
  EXPECT_EQ(wrong([](const FieldReader& body) { body.number("t", 0, 2); }),
            "t: 't' is 3; expected a number from 0 to 2.");
  EXPECT_EQ(wrong([](const FieldReader& body) { body.integer("i", 0, 9); }),
            "i: 'i' is 3.0; expected an integer from 0 to 9.");
  EXPECT_EQ(wrong([](const FieldReader& body) { body.integer("big"); }),
            "big: 'big' is 18446744073709551615; expected an integer.");
  EXPECT_EQ(wrong([](const FieldReader& body) { body.integer("t", 4); }),
            "t: 't' is 3; expected an integer of at least 4.");
  EXPECT_EQ(wrong([](const FieldReader& body) { body.boolean("s"); }),
            "s: 's' is \"warm\"; expected true or false.");
  EXPECT_EQ(wrong([](const FieldReader& body) { body.fields("a")->string("b"); }),
            "a.b: 'a.b' is a list of 2; expected a string.");
  EXPECT_EQ(wrong([](const FieldReader& body) { body.required_string("x"); }),
            "x: 'x' is missing; expected a string.");
  EXPECT_EQ(wrong([](const FieldReader& body) { body.required_array("x", 1); }),
            "x: 'x' is missing; expected a list of at least 1.");
  EXPECT_EQ(wrong([](const FieldReader& body) { body.fields("s"); }),
            "s: 's' is \"warm\"; expected an object.");
  EXPECT_EQ(wrong([](const FieldReader& body) { body.array("o"); }),
            "o: 'o' is an object; expected a list.");
  EXPECT_EQ(wrong([](const FieldReader& body) {
              body.choice<int>("s", {{"cold", 1}, {"cool", 2}, {"hot", 3}});
            }),
            "s: 's' is \"warm\"; expected \"cold\", \"cool\" or \"hot\".");
  EXPECT_EQ(wrong([](const FieldReader& body) { body.integer("long"); }),
            "long: 'long' is a string that begins with "
            "\"0123456789012345678901234567890123456789\"; expected an integer.");
  EXPECT_EQ(wrong([](const FieldReader& body) {
              body.fields("a")->elements("b", *body.fields("a")->array("b"));
            }),
            "a.b[0]: 'a.b[0]' is 1; expected an object.");
}

TEST(FieldReader, KeepsTheFirstError) {
  EXPECT_EQ(noted_error(
                [](const FieldReader& body) {
                  body.required_string("a");
                  body.required_string("b");
                },
                "{}"),
            "a: 'a' is missing; expected a string.");
}

TEST(ApiError, HasOpenAisForm) {
  EXPECT_EQ(body_of(invalid_request("No \"x\".", "x")),
            R"({"error":{"message":"No \"x\".","type":"invalid_request_error","param":"x",)"
            R"("code":null}})");
  EXPECT_EQ(body_of(server_error("a\xff")),
            "{\"error\":{\"message\":\"a\xEF\xBF\xBD\",\"type\":\"server_error\",\"param\":null,"
            "\"code\":null}}");
  EXPECT_EQ(unauthorized("").code, "invalid_api_key");
  EXPECT_EQ(not_found("", "model", "model_not_found").status, 404);
  EXPECT_EQ(overloaded("").status, 429);
}

TEST(ApiError, TellsErrorsOfTheLibrary) {
  EXPECT_EQ(api_error({ErrorCode::kUnsupported, "a"}), invalid_request("A."));
  EXPECT_EQ(api_error({ErrorCode::kNotFound, "a"}).status, 404);
  EXPECT_EQ(api_error({ErrorCode::kOverloaded, "a"}).status, 429);
  EXPECT_EQ(api_error({ErrorCode::kDeadline, "a"}).status, 408);
  EXPECT_EQ(api_error({ErrorCode::kIo, "a"}), server_error("A."));
}

}  // namespace
}  // namespace byeol::wire
