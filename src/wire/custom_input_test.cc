#include "wire/custom_input.h"

#include <gtest/gtest.h>

#include "wire/json_fields.h"

namespace byeol::wire {
namespace {

struct Input {
  std::string text;
  bool whole = false;
  bool operator==(const Input&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Input& input) {
  return out << "[" << input.text << (input.whole ? "]" : "] cut");
}

Input read_in_pieces(std::string_view arguments, std::size_t piece) {
  CustomInputReader reader;
  Input input;
  for (; !arguments.empty(); arguments.remove_prefix(std::min(piece, arguments.size())))
    reader.read(arguments.substr(0, piece), input.text);
  input.whole = reader.finish(input.text);
  return input;
}

// In one piece, which must be what every other cut gives too.
Input read(std::string_view arguments) {
  const Input whole = read_in_pieces(arguments, arguments.size() + 1);
  for (std::size_t piece = 1; piece <= 13; ++piece)
    EXPECT_EQ(read_in_pieces(arguments, piece), whole) << arguments << " in pieces of " << piece;
  return whole;
}

TEST(CustomInput, IsTheStringInTheArguments) {
  EXPECT_EQ(read(R"({"input": "SELECT 1;"})"), (Input{"SELECT 1;", true}));
  EXPECT_EQ(read(" {\n\t\"input\"\r :\"\"} "), (Input{"", true}));
  EXPECT_EQ(read(R"({"input":"a","other":[1]})"), (Input{"a", true}));
}

TEST(CustomInput, EscapesAreUndone) {
  EXPECT_EQ(read(R"({"input": "\"\\\/\b\f\n\r\t"})"), (Input{"\"\\/\b\f\n\r\t", true}));
  EXPECT_EQ(read(R"({"input": "\u0041\u00e9\uAC00\ud83d\uDE00z"})"),
            (Input{"A\xc3\xa9\xea\xb0\x80\xf0\x9f\x98\x80z", true}));
  EXPECT_EQ(read(R"({"input": "\u0000"})"), (Input{std::string(1, '\0'), true}));
  EXPECT_EQ(read("{\"input\": \"\xea\xb0\x80\"}"), (Input{"\xea\xb0\x80", true}));
}

TEST(CustomInput, HalfAPairOfSurrogatesIsReplaced) {
  const std::string half = "\xef\xbf\xbd";
  EXPECT_EQ(read(R"({"input": "\ud83d"})").text, half);
  EXPECT_EQ(read(R"({"input": "\ude00x"})").text, half + "x");
  EXPECT_EQ(read(R"({"input": "\ud83dx"})").text, half + "x");
  EXPECT_EQ(read(R"({"input": "\ud83d\n"})").text, half + "\n");
  EXPECT_EQ(read(R"({"input": "\ud83d\u0041"})").text, half + "A");
  EXPECT_EQ(read(R"({"input": "\ud83d\ud83d\ude00"})").text, half + "\xf0\x9f\x98\x80");
  EXPECT_EQ(read(R"({"input": "\ud83d)"), (Input{half, false}));
}

TEST(CustomInput, WhatIsNoEscapeMeansItself) {
  EXPECT_EQ(read(R"({"input": "\d+\u12"})"), (Input{R"(\d+\u12)", true}));
  EXPECT_EQ(read(R"({"input": "\u1\\n"})"), (Input{R"(\u1\n)", true}));
  EXPECT_EQ(read("{\"input\": \"a\nb\"}"), (Input{"a\nb", true}));
}

TEST(CustomInput, WhatIsCutOffIsNotWhole) {
  EXPECT_EQ(read(R"({"input": "ab)"), (Input{"ab", false}));
  EXPECT_EQ(read(R"({"input": "ab\u00)"), (Input{"ab", false}));
  EXPECT_EQ(read(R"({"inp)"), (Input{"", false}));
  EXPECT_EQ(read(""), (Input{"", false}));
}

TEST(CustomInput, OtherArgumentsAreLookedAtWhenTheyAreWhole) {
  EXPECT_EQ(read(R"({"lang": "sql", "input": "a\n"})"), (Input{"a\n", true}));
  EXPECT_EQ(read(R"({"input": {"a": 1}})"), (Input{R"({"input": {"a": 1}})", true}));
  EXPECT_EQ(read(R"({"query": "a"})"), (Input{R"({"query": "a"})", true}));
  EXPECT_EQ(read("SELECT 1"), (Input{"SELECT 1", false}));
  EXPECT_EQ(read(R"({"in put": "a"})"), (Input{R"({"in put": "a"})", true}));
}

TEST(CustomInput, OfTheHistoryIsWrittenAsModelsDo) {
  const std::string text = "\"\\/\b\f\n\r\t\x01\x1f\x7f\xea\xb0\x80";
  EXPECT_EQ(custom_arguments(text),
            "{\"input\": \"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\xea\xb0\x80\"}");
  EXPECT_EQ(read(custom_arguments(text)), (Input{text, true}));
  EXPECT_EQ(Json::parse(custom_arguments(text))["input"], text);
}

}  // namespace
}  // namespace byeol::wire
