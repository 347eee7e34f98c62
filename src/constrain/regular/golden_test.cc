// Against Python: tests/constrain/make_regular_golden.py says how the file was made.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "constrain/regular/language.h"
#include "constrain/regular/numbers.h"

namespace byeol::constrain {
namespace {

using Json = nlohmann::json;

Result<Language> language_of(const Json& line, Budget& budget) {
  const Json& of = line["of"];
  if (line["kind"] == "pattern") return Language::of_pattern(of.get<std::string>(), budget);
  if (line["kind"] == "format") return language_of_format(of.get<std::string>(), budget);
  NumberLimits limits{.integer = of.value("integer", false),
                      .min_excluded = of.value("min_excluded", false),
                      .max_excluded = of.value("max_excluded", false)};
  if (of.contains("min")) limits.min = *Decimal::parse(of["min"].get<std::string>());
  if (of.contains("max")) limits.max = *Decimal::parse(of["max"].get<std::string>());
  for (const Json& divisor : of.value("multiple_of", Json::array()))
    limits.multiple_of.push_back(*Decimal::parse(divisor.get<std::string>()));
  return language_of_numbers(limits, budget);
}

TEST(RegularGolden, TakesWhatPythonTakes) {
  std::ifstream file(BYEOL_SOURCE_DIR "/tests/constrain/regular_golden.jsonl");
  ASSERT_TRUE(file);
  int texts = 0;
  for (std::string text; std::getline(file, text);) {
    const Json line = Json::parse(text, nullptr, false);
    ASSERT_FALSE(line.is_discarded());
    Budget budget;
    const auto language = language_of(line, budget);
    ASSERT_TRUE(language) << line["of"] << language.error().message;
    for (const char* answer : {"yes", "no"})
      for (const Json& example : line[answer]) {
        ++texts;
        EXPECT_EQ(language->contains(example.get<std::string>()), answer == std::string("yes"))
            << line["kind"] << line["of"] << ": " << example;
      }
  }
  EXPECT_GT(texts, 3000);
}

}  // namespace
}  // namespace byeol::constrain
