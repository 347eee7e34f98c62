#include "constrain/schema/json_schema.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "constrain/grammar_match.h"
#include "constrain/schema/compile_schema.h"

namespace byeol::constrain {
namespace {

using Json = nlohmann::ordered_json;

// As Python's json writes it.
std::string spaced(const Json& value) {
  std::string out;
  if (value.is_array()) {
    for (const Json& item : value) out += (out.empty() ? "" : ", ") + spaced(item);
    return "[" + out + "]";
  }
  if (!value.is_object()) return value.dump();
  for (const auto& [name, item] : value.items())
    out += (out.empty() ? "" : ", ") + Json(name).dump() + ": " + spaced(item);
  return "{" + out + "}";
}

// tests/constrain/schemas: a schema, values that are valid and values that are not. One file may
// hold several cases as an array.
TEST(JsonSchema, AcceptsWhatIsValidAndNothingElse) {
  int cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator("tests/constrain/schemas")) {
    std::ifstream file(entry.path());
    const Json all = Json::parse(file, nullptr, false);
    ASSERT_FALSE(all.is_discarded()) << entry.path();
    for (const Json& one : all.is_array() ? all : Json::array({all})) {
      ++cases;
      const std::string what =
          entry.path().filename().string() + ": " + one["description"].get<std::string>();
      for (const Spacing spacing : {Spacing::kCompact, Spacing::kSpaced, Spacing::kAny}) {
        const auto grammar = compile(one["schema"].dump(), {spacing});
        if (!grammar) {
          ADD_FAILURE() << what << ": " << grammar.error().message;
          break;
        }
        const bool is_spaced = spacing == Spacing::kSpaced;
        for (const Json& valid : one["valid"])
          EXPECT_TRUE(matches(**grammar, is_spaced ? spaced(valid) : valid.dump()))
              << what << "\nvalid: " << valid;
        for (const Json& invalid : one["invalid"])
          EXPECT_FALSE(matches(**grammar, is_spaced ? spaced(invalid) : invalid.dump()))
              << what << "\ninvalid: " << invalid;
      }
    }
  }
  EXPECT_GE(cases, 80);
}

TEST(JsonSchema, RefusesWithThePathOfTheKeyword) {
  EXPECT_EQ(error_of(R"({"properties":{"a/b":{"type":"string","format":"tide"}}})"),
            "/properties/a~1b/format: 'tide' is no format that can be kept");
  EXPECT_EQ(error_of(R"({"items":{"type":"string","minLength":-1}})"),
            "/items/minLength: must be a whole number, 0 or more");
  EXPECT_EQ(error_of(R"({"items":{"$ref":"https://example.com/a"}})").find("/items/$ref: "), 0U);
  EXPECT_EQ(error_of(R"({"items":{"$ref":"#/$defs/none"}})"),
            "/items/$ref: nothing is at '#/$defs/none' in the schema");
  EXPECT_EQ(error_of(R"({"$ref":"#"})"), "the schema: refers to itself without end");
  EXPECT_EQ(error_of(R"({"type":"array","uniqueItems":true})").find("/uniqueItems: "), 0U);
  EXPECT_EQ(error_of(R"({"properties":{"a":{"pattern":"("}}})").find("/properties/a/pattern: "),
            0U);
  EXPECT_EQ(error_of(R"({"type":"text"})"), "/type: 'text' is no type");
  EXPECT_EQ(error_of(R"({"type":"object")").find("the schema: not JSON"), 0U);
  EXPECT_EQ(error_of("[]"), "the schema must be an object or a boolean");
}

TEST(JsonSchema, RefusesKeywordsOfAWrongKind) {
  EXPECT_EQ(error_of(R"({"type":"array","uniqueItems":"yes"})"), "/uniqueItems: must be a boolean");
  EXPECT_EQ(error_of(R"({"type":"string","uniqueItems":1})"), "/uniqueItems: must be a boolean");
  EXPECT_EQ(error_of(R"({"properties":{"a":{"type":"string","required":true}}})"),
            "/properties/a/required: must be an array of names");
  EXPECT_EQ(error_of(R"({"not":{"required":true}})"), "/not/required: must be an array of names");
  EXPECT_EQ(error_of(R"({"properties":[]})"), "/properties: must be an object");
  EXPECT_EQ(error_of(R"({"type":"string","minLength":"3"})"), "/minLength: must be a number");
  EXPECT_EQ(error_of(R"({"type":"object","maxContains":"3"})"), "/maxContains: must be a number");
  EXPECT_EQ(error_of(R"({"dependentRequired":{"a":{}}})"),
            "/dependentRequired/a: must be an array of names");
  EXPECT_EQ(error_of(R"({"dependentSchemas":{"a":["b"]}})"),
            "/dependentSchemas/a: must be a schema");
}

// Where names may run out, a second one may have to be the first one again.
TEST(JsonSchema, NamesThatMayRunOutAreNotCounted) {
  constexpr const char* kThreeLetters = R"("patternProperties":{"^[a-z]{3}$":{}},
      "additionalProperties":false)";
  EXPECT_EQ(error_of(R"({"type":"object",)" + std::string(kThreeLetters) + R"(,"minProperties":2})")
                .find("/minProperties: "),
            0U);
  EXPECT_TRUE(
      compile(R"({"type":"object",)" + std::string(kThreeLetters) + R"(,"minProperties":1})"));
  EXPECT_TRUE(compile(R"({"type":"object","not":{"maxProperties":1}})"));
  const auto finite = compile(R"({"type":"object","patternProperties":{"^[xyz]$":{}},
      "additionalProperties":false,"minProperties":2})");
  ASSERT_TRUE(finite) << finite.error().message;
  EXPECT_TRUE(matches(**finite, R"({"x":1,"z":1})"));
  EXPECT_FALSE(matches(**finite, R"({"x":1,"x":1})"));
}

TEST(JsonSchema, TheLastValueOfANameCounts) {
  EXPECT_EQ(error_of(R"({"type":"object","not":{"additionalProperties":{"type":"string"}}})")
                .find("/not/additionalProperties: "),
            0U);
  const auto named = compile(R"({"type":"object","properties":{"a":{}},
      "additionalProperties":false,"not":{"additionalProperties":{"type":"string"}}})");
  ASSERT_TRUE(named) << named.error().message;
  EXPECT_TRUE(matches(**named, R"({"a":1})"));
  EXPECT_FALSE(matches(**named, R"({"a":"x"})"));
  // Here any value of another name will do.
  const auto other = compile(R"({"type":"object","not":{"const":{"a":1,"b":2}}})");
  ASSERT_TRUE(other) << other.error().message;
  EXPECT_TRUE(matches(**other, R"({"a":1,"b":2,"c":3})"));
  EXPECT_TRUE(matches(**other, R"({"a":1})"));
  EXPECT_FALSE(matches(**other, R"({"a":1,"b":2})"));
  const auto few = compile(R"({"type":"object","maxProperties":2,"not":{"const":{"a":1}}})");
  ASSERT_TRUE(few) << few.error().message;
  EXPECT_TRUE(matches(**few, R"({"a":1,"c":3})"));
  EXPECT_TRUE(matches(**few, R"({"c":1,"d":3})"));
  EXPECT_FALSE(matches(**few, R"({"a":1})"));
  EXPECT_FALSE(matches(**few, R"({"a":1,"c":3,"d":4})"));
  EXPECT_FALSE(matches(**few, R"({"c":1,"d":3,"e":4})"));
}

TEST(JsonSchema, LargeNumbersAreWrittenOut) {
  const std::string zeros(50, '0');
  const auto not_it = compile(R"({"type":"integer","not":{"const":1e50}})");
  ASSERT_TRUE(not_it) << not_it.error().message;
  EXPECT_FALSE(matches(**not_it, "1" + zeros));
  EXPECT_TRUE(matches(**not_it, "1" + zeros + "0"));
  EXPECT_TRUE(matches(**not_it, "2" + zeros));
  const auto one = compile(R"({"enum":[1e50],"type":"integer"})");
  ASSERT_TRUE(one) << one.error().message;
  EXPECT_TRUE(matches(**one, "1" + zeros));
  EXPECT_FALSE(matches(**one, "1" + zeros + "0"));
  EXPECT_EQ(error_of(R"({"type":"number","not":{"const":1e-500}})").find("/not/const: "), 0U);
  EXPECT_EQ(error_of(R"({"enum":[1,[1e-500]]})").find("/enum: "), 0U);
}

TEST(JsonSchema, RefusesWhatAllowsNothing) {
  EXPECT_EQ(error_of("false"), "the schema allows no value at all");
  EXPECT_EQ(error_of(R"({"type":"string","enum":[1]})"), "the schema allows no value at all");
  EXPECT_NE(error_of(R"({"type":"object","properties":{"a":{"$ref":"#"}},"required":["a"]})"),
            "compiled");
}

TEST(JsonSchema, StrictSubsetSaysWhatTheHostedServiceSays) {
  const SchemaOptions strict{Spacing::kCompact, true};
  EXPECT_EQ(error_of(R"({"type":"object","properties":{},"additionalProperties":false})", strict),
            "compiled");
  EXPECT_EQ(error_of(R"({"type":"object","additionalProperties":false,"required":["a"],
                         "properties":{"a":{"type":"object"}}})",
                     strict),
            "In context=('properties', 'a'), 'additionalProperties' is required to be supplied and "
            "to be false");
  EXPECT_EQ(error_of(R"({"type":"object","additionalProperties":false,
                         "properties":{"a":{}}})",
                     strict),
            "In context=(), 'required' is required to be supplied and to be an array including "
            "every key in properties. Missing 'a'");
  EXPECT_EQ(error_of(R"({"type":"object","additionalProperties":false,"required":["a"],
                         "properties":{"a":{"allOf":[{}]}}})",
                     strict),
            "In context=('properties', 'a'), 'allOf' is not permitted");
  EXPECT_EQ(error_of(R"({"anyOf":[{"type":"object"}]})", strict),
            "In context=(), 'anyOf' is not permitted at the root");
  std::string deep = R"({"type":"string"})";
  for (int i = 0; i < 11; ++i)
    deep = R"({"type":"object","additionalProperties":false,"required":["a"],"properties":{"a":)" +
           deep + "}}";
  EXPECT_NE(error_of(deep, strict).find("11 levels of nesting exceeds limit of 10"),
            std::string::npos);
}

TEST(JsonSchema, KeepsTheOrderOfProperties) {
  const auto grammar = compile(R"({"type":"object","required":["z","b","a"],
      "properties":{"b":{"type":"null"},"a":{"type":"null"}}})");
  ASSERT_TRUE(grammar) << grammar.error().message;
  EXPECT_TRUE(matches(**grammar, R"({"b":null,"a":null,"z":1,"y":2,"x":3})"));
  EXPECT_FALSE(matches(**grammar, R"({"a":null,"b":null,"z":1})"));
  EXPECT_FALSE(matches(**grammar, R"({"b":null,"z":1,"a":null})"));
}

TEST(JsonSchema, TakesSpaceAndEscapesOnlyWhereAsked) {
  const std::string schema = R"({"type":"object","properties":{"a":{"type":"array"},
      "b":{"type":"string"}},"required":["a"],"additionalProperties":false})";
  const std::string text = "{ \"a\" : [ 1 ,\n2 ] , \"b\":\"\\u0041\\/\" }";
  const auto any = compile(schema, {Spacing::kAny});
  ASSERT_TRUE(any) << any.error().message;
  EXPECT_TRUE(matches(**any, text));
  EXPECT_FALSE(matches(**any, "{" + std::string(21, ' ') + "\"a\":[]}"));
  const auto compact = compile(schema);
  ASSERT_TRUE(compact) << compact.error().message;
  EXPECT_FALSE(matches(**compact, text));
  EXPECT_TRUE(matches(**compact, "{\"a\":[1,2],\"b\":\"A/\\\"\\\\\\n\"}"));
  EXPECT_FALSE(matches(**compact, "{\"a\":[1,2],\"b\":\"\n\"}"));
}

// Not in the corpus: jsonschema takes these only for their own drafts.
TEST(JsonSchema, ReadsOlderDrafts) {
  const auto array = compile(R"({"type":"array","items":[{"type":"integer"},{"type":"null"}],
      "additionalItems":{"type":"string"}})");
  ASSERT_TRUE(array) << array.error().message;
  EXPECT_TRUE(matches(**array, R"([1,null,"a","b"])"));
  EXPECT_FALSE(matches(**array, R"([1,null,2])"));
  EXPECT_FALSE(matches(**array, R"([null])"));
  const auto object = compile(R"({"type":"object","properties":{"a":{},"b":{},"c":{}},
      "dependencies":{"a":["b"],"b":{"required":["c"]}},"additionalProperties":false})");
  ASSERT_TRUE(object) << object.error().message;
  EXPECT_TRUE(matches(**object, R"({"a":1,"b":2,"c":3})"));
  EXPECT_TRUE(matches(**object, R"({"c":3})"));
  EXPECT_FALSE(matches(**object, R"({"a":1})"));
  EXPECT_FALSE(matches(**object, R"({"a":1,"b":2})"));
  const auto number = compile(R"({"type":"integer","minimum":3,"exclusiveMinimum":true})");
  ASSERT_TRUE(number) << number.error().message;
  EXPECT_TRUE(matches(**number, "4"));
  EXPECT_FALSE(matches(**number, "3"));
}

TEST(JsonSchema, AnyObjectIsAnObject) {
  Budget budget;
  GrammarBuilder builder(budget);
  const auto root = add_json_object(builder, Spacing::kCompact, budget);
  ASSERT_TRUE(root) << root.error().message;
  const auto grammar = builder.build(*root);
  ASSERT_TRUE(grammar) << grammar.error().message;
  EXPECT_TRUE(matches(**grammar, "{}"));
  EXPECT_TRUE(matches(**grammar, R"({"a":[1.5e3,{"b":null}],"":true})"));
  EXPECT_FALSE(matches(**grammar, "[]"));
  EXPECT_FALSE(matches(**grammar, R"({"a":01})"));
}

}  // namespace
}  // namespace byeol::constrain
