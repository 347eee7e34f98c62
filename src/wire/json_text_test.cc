#include "wire/json_text.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "base/utf8.h"
#include "wire/base64.h"
#include "wire/ids.h"
#include "wire/json_fields.h"

namespace byeol::wire {
namespace {

std::string text_json(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return json;
}

template <typename Number>
std::string number(Number value) {
  std::string json;
  append_json_number(json, value);
  return json;
}

TEST(JsonText, EscapesAsTheLibraryDoes) {
  for (char32_t character = 0; character < 0x3000; ++character) {
    std::string text = "a";
    utf8::append(text, character);
    ASSERT_EQ(text_json(text), Json(text).dump());
  }
  EXPECT_EQ(text_json("\"\\/\b\f\n\r\t\x01\x7f 한😀"), Json("\"\\/\b\f\n\r\t\x01\x7f 한😀").dump());
}

TEST(JsonText, IsJsonWhateverGoesIn) {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes;
    for (std::uint_fast32_t n = random() % 12; n > 0; --n)
      bytes.push_back(static_cast<char>(random() % 3 == 0 ? random() % 128 : 128 + random() % 128));
    const Json read = Json::parse(text_json(bytes), nullptr, false);
    ASSERT_TRUE(read.is_string());
    ASSERT_EQ(read.get<std::string>(), utf8::repaired(bytes));
  }
}

TEST(JsonText, NumbersAreShortAndFinite) {
  EXPECT_EQ(number(std::int64_t{-12}), "-12");
  EXPECT_EQ(number(0.1f), "0.1");
  EXPECT_EQ(number(-9999.f), "-9999");
  EXPECT_EQ(number(2.0), "2");
  EXPECT_EQ(number(1e-7f), "1e-07");
  EXPECT_EQ(number(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(number(std::numeric_limits<float>::quiet_NaN()), "null");
}

TEST(Base64, IsThatOfTheRfc) {
  const std::pair<const char*, const char*> cases[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"},
                                                       {"\xff\xfe", "//4="}};
  for (const auto& [bytes, expected] : cases) {
    std::string text;
    append_base64(text, bytes);
    EXPECT_EQ(text, expected);
  }
}

TEST(Ids, HaveAPrefixAndRandomLetters) {
  std::mt19937_64 random(1);
  const Random64 next = [&] { return random(); };
  const std::string id = chat_completion_id(next);
  EXPECT_TRUE(id.starts_with("chatcmpl-"));
  EXPECT_EQ(id.size(), 9u + 24u);
  EXPECT_NE(chat_completion_id(next), id);
  EXPECT_TRUE(completion_id(next).starts_with("cmpl-"));
  EXPECT_TRUE(tool_call_id(next).starts_with("call_"));
  EXPECT_EQ(mistral_tool_call_id(next).size(), 9u);
  EXPECT_EQ(make_id("x", 3, [] { return std::uint64_t{0}; }), "x000");
  std::string letters;
  for (int i = 0; i < 300; ++i) letters += make_id("", 24, next);
  for (const char letter : std::string("09AZaz"))
    EXPECT_NE(letters.find(letter), std::string::npos) << letter;
}

}  // namespace
}  // namespace byeol::wire
