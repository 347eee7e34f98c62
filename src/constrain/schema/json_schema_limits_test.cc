// What strangers send: it costs little, whether it compiles or not.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "constrain/schema/compile_schema.h"

namespace byeol::constrain {
namespace {

TEST(JsonSchemaLimits, HostileSchemasEndSoon) {
  const auto seconds = [](const std::string& schema) {
    const auto start = std::chrono::steady_clock::now();
    const auto grammar = compile(schema);
    EXPECT_TRUE(!grammar || *grammar != nullptr);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += R"({"not":)";
  EXPECT_LT(seconds(deep), 5);
  std::string all_of = R"({"allOf":[)";
  for (int i = 0; i < 30; ++i) {
    const std::string n = std::to_string(i);
    all_of += (i > 0 ? "," : "") + std::string(R"({"anyOf":[{"required":["a)") + n +
              R"("]},{"required":["b)" + n + R"("]}]})";
  }
  EXPECT_LT(seconds(all_of + "]}"), 5);
  std::string one_of = R"({"oneOf":[)";
  for (int i = 0; i < 60; ++i)
    one_of += (i > 0 ? "," : "") + std::string(R"({"properties":{"a)") + std::to_string(i) +
              R"(":{"type":"string"}}})";
  EXPECT_LT(seconds(one_of + "]}"), 5);
  std::string chain = R"({"$ref":"#/$defs/d0","$defs":{)";
  for (int i = 0; i < 20'000; ++i)
    chain += "\"d" + std::to_string(i) + R"(":{"properties":{"a":{"$ref":"#/$defs/d)" +
             std::to_string(i + 1) + "\"}}},";
  EXPECT_LT(seconds(chain + R"("d20000":{}}})"), 5);
  std::string values = R"({"enum":[)";
  for (int i = 0; i < 10'000; ++i)
    values += (i > 0 ? ",\"value " : "\"value ") + std::to_string(i * 7919) + '"';
  EXPECT_LT(seconds(values + "]}"), 5);
  EXPECT_EQ(error_of(values + "]}"), "compiled");
  EXPECT_LT(seconds(R"({"type":"array","items":{"enum":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,
      18,19,20,21,22,23,24,25,26,27,28,29,30]},"uniqueItems":true})"),
            5);
  EXPECT_LT(seconds(R"({"type":"string","pattern":"(a|b|c)*x(a|b|c){40}$","maxLength":100000})"),
            5);
}

// On a thread's stack, values in values in schemas that are read for them.
TEST(JsonSchemaLimits, WhatIsDeepDoesNotOverflow) {
  std::string schema = R"({"$ref":"#/$defs/d0","$defs":{)";
  for (int i = 0; i < 150; ++i) {
    std::string items, close;
    for (int k = 0; k < 200; ++k) items += R"({"items":)", close += '}';
    schema += "\"d" + std::to_string(i) + R"(":{"allOf":[)" + items + R"({"$ref":"#/$defs/d)" +
              std::to_string(i + 1) + "\"}" + close + R"(],"const":)" + std::string(200, '[') +
              std::string(200, ']') + "},";
  }
  EXPECT_NE(error_of(schema + R"("d150":{}}})"), "");
  std::string many = R"({"type":"object","properties":{"a":{}},"additionalProperties":false,
      "allOf":[)";
  for (int i = 0; i < 2000; ++i)
    many += std::string(i > 0 ? "," : "") + R"({"not":{"additionalProperties":{"const":)" +
            std::to_string(i) + "}}}";
  EXPECT_NE(error_of(many + "]}"), "compiled");
}

}  // namespace
}  // namespace byeol::constrain
