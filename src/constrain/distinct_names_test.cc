// Objects that count properties of any name: no name comes twice, however the answer is cut into
// tokens, and the way to the end knows that, too.
#include "constrain/distinct_names.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "constrain/constraint.h"
#include "constrain/schema/compile_schema.h"
#include "constrain/test_vocabulary.h"

namespace byeol::constrain {
namespace {

std::shared_ptr<Matcher> matcher_of(const std::string& schema) {
  auto grammar = compile(schema, {});
  EXPECT_TRUE(grammar) << grammar.error().message;
  // Among them such as end a name, begin one, do both, and hold two names or a whole object.
  const auto vocabulary = testing::bytes_and(
      {"\":", "a\"", "b\":1", "{\"", ",\"", "\":1,\"", "\":{\"", "1,\"a\":1", "\":1,\"b\":1,\"",
       "\"b\":1", "{\"a\":1,\"b\":1}", "{\"a\":1,\"a\":1", "aa", "ab", "},\"", "}}", "\\\""});
  return std::make_shared<Matcher>(*grammar, vocabulary);
}

// Whether the masks let it be written, a byte at a time.
bool is_written(const std::shared_ptr<Matcher>& matcher, const std::string& text) {
  Constraint constraint(matcher);
  for (const char byte : text) {
    const auto token = static_cast<TokenId>(static_cast<std::uint8_t>(byte));
    if (!constraint.mask()->tokens.has(token) || !constraint.take(token)) return false;
  }
  return constraint.may_end();
}

// The text as JSON; nothing where an object has a name twice.
nlohmann::json without_repeats(const std::string& text) {
  std::vector<std::set<std::string>> names;
  bool repeats = false;
  using Event = nlohmann::json::parse_event_t;
  const auto heed = [&](int, Event event, nlohmann::json& name) {
    if (event == Event::object_start) names.emplace_back();
    if (event == Event::key) repeats = repeats || !names.back().insert(name).second;
    if (event == Event::object_end) names.pop_back();
    return true;
  };
  const auto json = nlohmann::json::parse(text, heed, false);
  return repeats ? nlohmann::json() : json;
}

TEST(DistinctNames, CountPropertiesOfAnyName) {
  const auto two = matcher_of(
      R"({"type":"object","additionalProperties":{"type":"integer"},"minProperties":2})");
  EXPECT_TRUE(is_written(two, R"({"a":1,"b":1})"));
  EXPECT_TRUE(is_written(two, R"({"":1,"a":1,"aa":2,"é":3,"\"":4,"\n":5})"));
  EXPECT_FALSE(is_written(two, R"({"a":1})"));
  EXPECT_FALSE(is_written(two, R"({"a":1,"a":1})"));
  EXPECT_FALSE(is_written(two, R"({"a":1,"b":1,"a":1})"));
  EXPECT_FALSE(is_written(two, R"({"":1,"":1})"));
  EXPECT_FALSE(is_written(two, R"({"\"":1,"\"":1})"));
  const auto some = matcher_of(
      R"({"type":"object","properties":{"a":{"type":"integer"},"b":{}},"minProperties":3})");
  EXPECT_TRUE(is_written(some, R"({"a":1,"b":1,"x":1})"));
  EXPECT_TRUE(is_written(some, R"({"b":1,"x":1,"y":1})"));
  EXPECT_TRUE(is_written(some, R"({"x":1,"y":1,"z":1})"));
  EXPECT_FALSE(is_written(some, R"({"b":1,"x":1,"x":1})"));
  EXPECT_FALSE(is_written(some, R"({"x":1,"y":1})"));
  const auto limited = matcher_of(R"({"type":"object","patternProperties":{"^x_":{"type":"null"}},
      "additionalProperties":false,"minProperties":2,"maxProperties":3})");
  EXPECT_TRUE(is_written(limited, R"({"x_1":null,"x_":null})"));
  EXPECT_FALSE(is_written(limited, R"({"x_1":null,"x_1":null})"));
  EXPECT_FALSE(is_written(limited, R"({"x_1":null,"x_2":null,"x_3":null,"x_4":null})"));
}

TEST(DistinctNames, EachObjectHasItsOwn) {
  const auto nested = matcher_of(
      R"({"type":"array","items":{"type":"object","minProperties":2,"additionalProperties":
          {"anyOf":[{"type":"null"},{"$ref":"#/items"},{"type":"object","properties":{"a":{}},
                                                        "required":["a"]}]}}})");
  EXPECT_TRUE(is_written(nested, R"([{"a":null,"b":null},{"a":null,"b":null}])"));
  EXPECT_TRUE(is_written(nested, R"([{"a":{"a":{"a":null,"c":null},"b":null},"b":null}])"));
  EXPECT_FALSE(is_written(nested, R"([{"a":{"c":{"b":null,"c":null},"b":null},"a":null}])"));
  EXPECT_FALSE(is_written(nested, R"([{"a":null,"b":{"x":null,"x":null}}])"));
}

// While two ways to read a text are open, the same place may be in one such object or in two.
TEST(DistinctNames, AlternativesSeeDifferentObjects) {
  const auto inner_or_outer = matcher_of(R"({"anyOf":[
      {"type":"object","properties":{"p":{"type":"object","minProperties":2}},"required":["p"]},
      {"type":"object","minProperties":2}]})");
  EXPECT_TRUE(is_written(inner_or_outer, R"({"p":{"p":1,"q":2}})"));
  EXPECT_TRUE(is_written(inner_or_outer, R"({"p":{"x":1,"y":2},"x":1})"));
  EXPECT_TRUE(is_written(inner_or_outer, R"({"a":"}{","b":{"a":{"b":1}}})"));
  EXPECT_FALSE(is_written(inner_or_outer, R"({"p":{"x":1},"p":{"x":1}})"));
  const auto one_dies = matcher_of(R"({"anyOf":[
      {"type":"object","minProperties":2,"additionalProperties":{"type":"object","minProperties":2,
          "additionalProperties":{"type":"integer"}}},
      {"type":"object","additionalProperties":{"type":"object","minProperties":2,
          "additionalProperties":{"type":["integer","null"]}}}]})");
  EXPECT_TRUE(is_written(one_dies, R"({"x":{"a":null,"x":1}})"));
  EXPECT_TRUE(is_written(one_dies, R"({"x":{"a":1,"x":1},"a":{"a":1,"x":1}})"));
  EXPECT_FALSE(is_written(one_dies, R"({"x":{"a":null,"a":1}})"));
}

// Tokens at random, mostly of few letters, so that names would often come again; and as few tokens
// as may just do.
TEST(DistinctNames, WhateverIsWrittenEndsInTimeWithoutRepeats) {
  std::mt19937 random(1);
  const auto any = [&](const std::vector<TokenId>& tokens) {
    return tokens[std::uniform_int_distribution<std::size_t>(0, tokens.size() - 1)(random)];
  };
  std::size_t most = 0;
  int in_need = 0;
  for (
      const char* schema :
      {R"({"type":"object","additionalProperties":{"type":"integer"},"minProperties":4})",
       R"({"type":"object","properties":{"a":{"type":"null"},"b":{"type":"integer"}},"minProperties":5,
            "additionalProperties":{"type":"object","additionalProperties":{"type":"integer"},
                                    "minProperties":2}})"}) {
    const auto matcher = matcher_of(schema);
    for (int round = 0; round < 300; ++round) {
      Constraint constraint(matcher);
      std::string text;
      std::int32_t left = constraint.tokens_to_end() + round % 40;
      for (; left > 0 && !constraint.is_over(); --left) {
        ASSERT_LE(constraint.tokens_to_end(), left) << text;
        ASSERT_TRUE(constraint.ends_within(left)) << text;
        std::vector<TokenId> tokens = constraint.mask()->tokens.tokens(), usual;
        for (const TokenId token : tokens) {
          const std::string_view bytes = matcher->vocabulary().bytes(token);
          if (bytes.find_first_not_of("ab1\":,{}") == std::string_view::npos)
            usual.push_back(token);
        }
        const TokenId wish = any(usual.empty() ? tokens : usual);
        const TokenId token = constraint.steer(wish, left);
        in_need += token != wish;
        ASSERT_TRUE(constraint.mask()->tokens.has(token)) << text;
        ASSERT_TRUE(constraint.take(token));
        text += matcher->vocabulary().bytes(token);
      }
      ASSERT_TRUE(constraint.may_end()) << text;
      const nlohmann::json json = without_repeats(text);
      ASSERT_TRUE(json.is_object()) << text;
      const bool is_nested = std::string_view(schema).find("\"a\"") != std::string_view::npos;
      ASSERT_GE(json.size(), is_nested ? 5U : 4U) << text;
      for (const auto& value : json) ASSERT_TRUE(!value.is_object() || value.size() >= 2) << text;
      most = std::max(most, json.size());
    }
  }
  EXPECT_GT(most, 6U);
  EXPECT_GT(in_need, 100);
}

// Names that are of a kind are made longer by what they may go on with.
TEST(DistinctNames, TheWayToTheEndFindsNamesOfEveryKind) {
  for (const char* pattern :
       {"^x-", "^[A-Z]+$", "^(abc)*$", "^[가-힣]+$", "^a*b[^b]", "_id$", "\\.json$"}) {
    const auto matcher =
        matcher_of(nlohmann::json{{"type", "object"},
                                  {"patternProperties", {{pattern, {{"const", 1}}}}},
                                  {"additionalProperties", false},
                                  {"minProperties", 60}}
                       .dump());
    Constraint constraint(matcher);
    std::string text;
    while (!constraint.may_end()) {
      const auto left = constraint.tokens_to_end();
      ASSERT_LT(left, 10000) << pattern << text;
      const TokenId token = constraint.steer('!', left);
      ASSERT_TRUE(constraint.mask()->tokens.has(token)) << text;
      ASSERT_TRUE(constraint.take(token)) << text;
      text += matcher->vocabulary().bytes(token);
    }
    EXPECT_EQ(without_repeats(text).size(), 60U) << text;
  }
}

// A name that is made longer may be of another kind, with other values.
TEST(DistinctNames, TheWayToTheEndGoesOnWithTheValuesOfALongerName) {
  for (const char* schema :
       {R"({"type":"object","patternProperties":{"^[0-9]+$":{"type":"string"}},
            "additionalProperties":{"type":"integer"},"minProperties":5})",
        R"({"anyOf":[{"type":"object","minProperties":10,"additionalProperties":{"type":"integer"}},
            {"type":"object","minProperties":2,"patternProperties":{"^[a-z]":{"type":"integer"}},
             "additionalProperties":false}]})"}) {
    const auto matcher = matcher_of(schema);
    for (const char* begin : {"", "{\"", "{\"aaa\":0,\"aaa", "{\"aaa\":0,", "{\"a0"}) {
      Constraint constraint(matcher);
      std::string text = begin;
      for (const char byte : text)
        ASSERT_TRUE(constraint.take(static_cast<TokenId>(static_cast<std::uint8_t>(byte))));
      const auto left = constraint.tokens_to_end();
      ASSERT_LT(left, 200) << schema << begin;
      for (int i = 0; i < left && !constraint.may_end(); ++i) {
        const TokenId token = constraint.steer('!', left - i);
        ASSERT_TRUE(constraint.mask()->tokens.has(token)) << text;
        ASSERT_TRUE(constraint.take(token)) << text;
        text += matcher->vocabulary().bytes(token);
      }
      ASSERT_TRUE(constraint.may_end()) << text;
      EXPECT_GE(without_repeats(text).size(), 2U) << text;
    }
  }
}

TEST(DistinctNames, AreRememberedWhenTheAutomatonIsForgotten) {
  auto grammar = compile(
      R"({"type":"object","additionalProperties":{"type":"integer"},"minProperties":2})", {});
  ASSERT_TRUE(grammar);
  const auto matcher = std::make_shared<Matcher>(*grammar, testing::bytes_and({"\":"}), 1000);
  EXPECT_TRUE(is_written(matcher, R"({"a":1,"ab":1,"b":1})"));
  EXPECT_FALSE(is_written(matcher, R"({"a":1,"ab":1,"a":1})"));
}

TEST(DistinctNames, AreNotKeptApartWithoutEnd) {
  const auto error = [](int count, const char* value) {
    const auto grammar =
        compile(R"({"type":"object","additionalProperties":)" + std::string(value) +
                    R"(,"minProperties":)" + std::to_string(count) + "}",
                {});
    return grammar ? "" : grammar.error().message;
  };
  EXPECT_EQ(error(256, R"({"const":1})"), "");
  EXPECT_NE(error(257, R"({"const":1})").find("/minProperties: "), std::string::npos);
  EXPECT_NE(error(200, R"({"const":"a text of some length"})").find("4096"), std::string::npos);
  EXPECT_FALSE(compile(R"({"anyOf":[{"type":"null"},{"type":"array","minItems":45,"items":
      {"type":"object","minProperties":256,"additionalProperties":{"const":1}}}]})",
                       {}));
}

TEST(DistinctNames, GoTheirOwnWayInACopy) {
  const auto matcher = matcher_of(
      R"({"type":"object","additionalProperties":{"type":"integer"},"minProperties":2})");
  Constraint one(matcher);
  for (const char byte : std::string_view(R"({"a":1,")"))
    ASSERT_TRUE(one.take(static_cast<TokenId>(byte)));
  Constraint other(one);
  ASSERT_TRUE(other.take('a'));
  EXPECT_FALSE(other.mask()->tokens.has('"'));
  EXPECT_TRUE(one.mask()->tokens.has('"'));
  ASSERT_TRUE(other.take('b'));
  EXPECT_TRUE(other.mask()->tokens.has('"'));
}

}  // namespace
}  // namespace byeol::constrain
