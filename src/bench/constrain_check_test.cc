#include "bench/constrain_check.h"

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "bench/tiny_model.h"
#include "formats/gguf.h"

namespace byeol::bench {
namespace {

using nlohmann::json;

std::shared_ptr<const constrain::Vocabulary> tiny_vocabulary() {
  const auto file = formats::Gguf::open(tiny_path("smollm2.gguf"));
  EXPECT_TRUE(file) << file.error().message;
  auto tokenizer = model::Tokenizer::from_gguf(*file);
  EXPECT_TRUE(tokenizer) << tokenizer.error().message;
  return constrain_vocabulary(*std::move(tokenizer));
}

std::string line(const char* schema, const std::vector<std::string>& texts) {
  json instances = json::array();
  for (const std::string& text : texts) instances.push_back(json::object({{"text", text}}));
  const json made{{"id", "an id"}, {"schema", json::parse(schema)}, {"instances", instances}};
  return made.dump() + "\n";
}

class ConstrainCheck : public testing::Test {
 protected:
  // A result a line.
  std::vector<json> check(const std::string& lines) {
    std::istringstream in(lines);
    std::ostringstream out;
    status_ = check_constraints(in, vocabulary_, {}, out);
    std::istringstream written(out.str());
    std::vector<json> results;
    for (std::string text; std::getline(written, text);) results.push_back(json::parse(text));
    return results;
  }

  const std::shared_ptr<const constrain::Vocabulary> vocabulary_ = tiny_vocabulary();
  Status status_ = ok();
};

constexpr const char* kSchema =
    R"({"type":"object","properties":{"there":{"type":"integer","minimum":3}},)"
    R"("required":["there"],"additionalProperties":false})";

TEST_F(ConstrainCheck, TellsValidInstancesFromOthers) {
  const std::vector<std::string> texts = {R"({"there":3})", R"({"there":2})",  R"({"there":"3"})",
                                          R"({"there":3)",  R"({"there":3}})", "{}"};
  const auto results = check(line(kSchema, texts));
  ASSERT_TRUE(status_) << status_.error().message;
  ASSERT_EQ(results.size(), 1u);
  const json& result = results[0];
  EXPECT_EQ(result["id"], "an id");
  EXPECT_EQ(result["compiled"], true);
  EXPECT_EQ(result["results"], json::array({true, false, false, false, false, false}));
  EXPECT_EQ(result["split"], json::array());
  EXPECT_GT(result["compile_us"], 0);
  // The valid one has a mask before each token, and one at its end.
  EXPECT_GT(result["mask_us"].size(), result["tokens"][0].size());
}

// Others are asked the same: the tokenizer's own cut, in which "th" and "er" are tokens.
TEST_F(ConstrainCheck, HasTheTokensOfEachInstance) {
  const std::string text = R"({"there":3})";
  const auto results = check(line(kSchema, {text, "{}"}));
  ASSERT_EQ(results.size(), 1u);
  ASSERT_EQ(results[0]["tokens"].size(), 2u);
  EXPECT_LT(results[0]["tokens"][0].size(), text.size());
  std::string together;
  for (const json& token : results[0]["tokens"][0])
    together += vocabulary_->bytes(token.get<constrain::TokenId>());
  EXPECT_EQ(together, text);
}

TEST_F(ConstrainCheck, ASchemaThatIsRefusedIsAResultToo) {
  const auto results = check(line("5", {"1"}) + line(kSchema, {R"({"there":7})"}));
  ASSERT_TRUE(status_) << status_.error().message;
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0]["compiled"], false);
  EXPECT_EQ(results[0]["error"], "the schema must be an object or a boolean");
  EXPECT_EQ(results[0]["tokens"].size(), 1u);
  EXPECT_FALSE(results[0].contains("results"));
  EXPECT_EQ(results[1]["results"], json::array({true}));
}

TEST_F(ConstrainCheck, ABrokenLineIsASentence) {
  for (const char* broken :
       {"", "{", "[]", R"({"id":1,"schema":{}})", R"({"id":1,"schema":{},"instances":{}})",
        R"({"id":1,"schema":{},"instances":["1"]})",
        R"({"id":1,"schema":{},"instances":[{"text":1}]})", R"({"id":1,"instances":[]})"}) {
    const auto results = check(line(kSchema, {"{}"}) + broken + "\n" + line(kSchema, {"{}"}));
    ASSERT_FALSE(status_) << broken;
    EXPECT_EQ(status_.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(status_.error().message,
              "line 2: expected {\"id\", \"schema\", \"instances\": [{\"text\"}, …]}");
    EXPECT_EQ(results.size(), 1u) << "those before it are written";
  }
}

TEST_F(ConstrainCheck, WritesTheVocabularyInHexadecimal) {
  std::ostringstream out;
  write_vocabulary(*vocabulary_, out);
  const json written = json::parse(out.str());
  ASSERT_EQ(written["tokens"].size(), static_cast<std::size_t>(vocabulary_->size()));
  EXPECT_EQ(written["tokens"][static_cast<std::size_t>(vocabulary_->tokenize("a").at(0))], "61");
  ASSERT_FALSE(written["ends"].empty());
  for (const json& end : written["ends"])
    EXPECT_EQ(written["tokens"][end.get<std::size_t>()], "") << "a control token writes nothing";
}

}  // namespace
}  // namespace byeol::bench
