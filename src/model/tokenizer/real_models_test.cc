// The two models at hand against Hugging Face tokenizers and, on bytes that are not UTF-8, against
// llama.cpp. Golden ids: ./byeol golden make_tokenizer_golden.
#include <gtest/gtest.h>

#include <ctime>
#include <sstream>

#include "formats/gguf.h"
#include "model/tokenizer/test_support.h"
#include "tests/support/real_model.h"

namespace byeol::model {
namespace {

std::shared_ptr<const Tokenizer> real_tokenizer(const std::string& name) {
  const std::string path = byeol::testing::real_model_path(name);
  Result<formats::Gguf> file = formats::Gguf::open(path);
  if (!file) {
    ADD_FAILURE() << "this test needs " << path << " (byeol pull " << name
                  << "): " << file.error().message;
    return nullptr;
  }
  Result<std::shared_ptr<const Tokenizer>> tokenizer = Tokenizer::from_gguf(*file);
  if (tokenizer) return *tokenizer;
  ADD_FAILURE() << tokenizer.error().message;
  return nullptr;
}

void expect_golden_ids(const Tokenizer& tokenizer, std::string_view texts_name,
                       std::string_view ids_name) {
  const std::vector<std::string> texts = testing::golden_texts(texts_name);
  const std::vector<std::string> lines = testing::golden_lines(ids_name);
  ASSERT_FALSE(texts.empty());
  ASSERT_EQ(texts.size(), lines.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::vector<TokenId> ids = tokenizer.encode(texts[i], {.add_special = false});
    std::istringstream fields(lines[i]);
    std::string hash;
    fields >> hash;
    std::vector<TokenId> expected;
    for (TokenId id; fields >> id;) expected.push_back(id);
    EXPECT_EQ(testing::hash_ids(ids), std::stoul(hash, nullptr, 16))
        << ids_name << ", line " << i + 1 << ": " << texts[i];
    if (!expected.empty()) {
      EXPECT_EQ(ids, expected) << ids_name << ", line " << i + 1;
    }
  }
}

double seconds_to_encode(const Tokenizer& tokenizer, const std::string& text) {
  const std::clock_t start = std::clock();  // Of this process: others may be busy.
  EXPECT_FALSE(tokenizer.encode(text).empty());
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

void expect_linear_time(const Tokenizer& tokenizer) {
  for (const char letter : {'a', 'x', '=', ' ', '\n', '7'})
    EXPECT_LT(seconds_to_encode(tokenizer, std::string(1'000'000, letter)), 2.0) << letter;
}

TEST(SmolLm2, GivesHuggingFacesIds) {
  const auto tokenizer = real_tokenizer("smollm2-135m");
  ASSERT_TRUE(tokenizer);
  expect_golden_ids(*tokenizer, "corpus.txt", "smollm2.ids");
}

TEST(SmolLm2, GivesLlamaCppsIdsForBrokenUtf8) {
  const auto tokenizer = real_tokenizer("smollm2-135m");
  ASSERT_TRUE(tokenizer);
  expect_golden_ids(*tokenizer, "invalid.txt", "smollm2.invalid.ids");
}

TEST(SmolLm2, StopsWhereItsMakersStop) {
  const auto tokenizer = real_tokenizer("smollm2-135m");
  ASSERT_TRUE(tokenizer);
  EXPECT_EQ(tokenizer->size(), 49152);
  EXPECT_EQ(tokenizer->bos(), 1);
  EXPECT_EQ(tokenizer->eos(), 2);
  EXPECT_FALSE(tokenizer->adds_bos());
  std::vector<TokenId> stops;
  for (TokenId id = 0; id < tokenizer->size(); ++id)
    if (tokenizer->is_end_of_generation(id)) stops.push_back(id);
  EXPECT_EQ(stops, (std::vector<TokenId>{0, 2, 4}));  // <|endoftext|> <|im_end|> <reponame>
  EXPECT_TRUE(tokenizer->warnings().empty());
}

TEST(SmolLm2, TakesAMegabyteOfOneLetterInLinearTime) {
  const auto tokenizer = real_tokenizer("smollm2-135m");
  ASSERT_TRUE(tokenizer);
  expect_linear_time(*tokenizer);
}

TEST(Gemma3, GivesHuggingFacesIds) {
  const auto tokenizer = real_tokenizer("gemma3-270m");
  ASSERT_TRUE(tokenizer);
  expect_golden_ids(*tokenizer, "corpus.txt", "gemma3.ids");
}

TEST(Gemma3, GivesLlamaCppsIdsForBrokenUtf8) {
  const auto tokenizer = real_tokenizer("gemma3-270m");
  ASSERT_TRUE(tokenizer);
  expect_golden_ids(*tokenizer, "invalid.txt", "gemma3.invalid.ids");
}

TEST(Gemma3, DecodesEveryTextToItself) {
  const auto tokenizer = real_tokenizer("gemma3-270m");
  ASSERT_TRUE(tokenizer);
  for (const std::string& text : testing::golden_texts("corpus.txt")) {
    if (text.find("▁") != std::string::npos) continue;  // Reads back as a space.
    const std::vector<TokenId> ids = tokenizer->encode(text);
    EXPECT_EQ(testing::decode(*tokenizer, ids, Detokenizer::Control::kShow), "<bos>" + text);
  }
}

TEST(Gemma3, StopsAtTheEndOfATurnButNotAtAnHtmlTag) {
  const auto tokenizer = real_tokenizer("gemma3-270m");
  ASSERT_TRUE(tokenizer);
  EXPECT_EQ(tokenizer->size(), 262144);
  EXPECT_TRUE(tokenizer->adds_bos());
  EXPECT_TRUE(tokenizer->is_end_of_generation(1));    // <eos>
  EXPECT_TRUE(tokenizer->is_end_of_generation(106));  // <end_of_turn>
  EXPECT_FALSE(tokenizer->is_end_of_generation(*tokenizer->find("</s>")));
  EXPECT_EQ(tokenizer->piece(*tokenizer->find("</s>")), "</s>");
}

TEST(Gemma3, TakesAMegabyteOfOneLetterInLinearTime) {
  const auto tokenizer = real_tokenizer("gemma3-270m");
  ASSERT_TRUE(tokenizer);
  expect_linear_time(*tokenizer);
}

}  // namespace
}  // namespace byeol::model
