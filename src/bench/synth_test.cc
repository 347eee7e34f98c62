#include "bench/synth.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <set>

#include "bench/predictions.h"
#include "bench/synth_vocabulary.h"
#include "bench/tiny_model.h"
#include "bench/token_blocks.h"
#include "formats/gguf.h"

namespace byeol::bench {
namespace {

std::string write_tiny(const char* type, std::uint64_t seed, int threads) {
  const std::string path = testing::TempDir() + "/byeol_synth_test.gguf";
  ThreadPool pool(threads);
  const Status written =
      write_synth(*find_shape("tiny"), *formats::parse_quantization(type), seed, path, pool, {});
  EXPECT_TRUE(written) << written.error().message;
  return path;
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Synth, OneSeedGivesOneFileWithAnyNumberOfThreads) {
  const std::string bytes = bytes_of(write_tiny("Q4_K_M", 1, 1));
  EXPECT_EQ(bytes_of(write_tiny("Q4_K_M", 1, 3)), bytes);
  EXPECT_NE(bytes_of(write_tiny("Q4_K_M", 2, 1)), bytes);
}

// If these change, files that were made on another day or machine are no longer the same.
TEST(Synth, TheWeightsAreTheSameOnEveryMachine) {
  const auto file = formats::Gguf::open(write_tiny("F32", 7, 1));
  ASSERT_TRUE(file);
  const auto* values =
      reinterpret_cast<const float*>(file->find_tensor("blk.0.attn_q.weight")->bytes.data());
  // Worked out in Python from the words of synth.cc, in 64-bit integers.
  EXPECT_EQ(std::vector<float>(values, values + 3),
            (std::vector<float>{0x1.bfa924p-4f, 0x1.d7efbep-4f, 0x1.2e20bap-4f}));
}

TEST(Synth, WeightsAreABellOfTheWidthThatTheirInputsAskFor) {
  const auto file = formats::Gguf::open(write_tiny("F32", 3, 2));
  ASSERT_TRUE(file);
  const formats::Tensor& tensor = *file->find_tensor("blk.1.ffn_up.weight");
  const auto* values = reinterpret_cast<const float*>(tensor.bytes.data());
  const std::size_t count = tensor.bytes.size() / sizeof(float);
  double sum = 0;
  double squares = 0;
  for (std::size_t i = 0; i < count; ++i) {
    sum += double{values[i]};
    squares += double{values[i]} * double{values[i]};
  }
  EXPECT_NEAR(sum / static_cast<double>(count), 0, 1e-3);
  EXPECT_NEAR(squares / static_cast<double>(count), 1.0 / 256, 5e-5);
}

TEST(Synth, EveryTypeRunsWithFiniteResults) {
  ThreadPool pool(1);
  for (const char* type :
       {"F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q4_K_M", "Q5_K_S", "Q6_K"}) {
    const auto model = model::Model::load(write_tiny(type, 1, 1), pool);
    ASSERT_TRUE(model) << type << ": " << model.error().message;
    const auto blocks = blocks_of_text(**model, "Some words, and 42 numbers; also 별.", 8);
    ASSERT_TRUE(blocks) << blocks.error().message;
    const auto predictions = collect_predictions(*model, pool, *blocks, {});
    ASSERT_TRUE(predictions) << predictions.error().message;
    EXPECT_TRUE(std::isfinite(predictions->perplexity)) << type;
    EXPECT_LT(predictions->perplexity, 100 * 512) << type;  // Of 512 tokens, none is certain.
  }
}

TEST(Synth, AVocabularyHasNoTokenTwiceAndItsMergesAddUp) {
  for (const SynthTokenizer tokenizer : {SynthTokenizer::kByteLevel, SynthTokenizer::kPieces}) {
    const SynthVocabulary vocabulary = make_vocabulary(tokenizer, 49152);
    ASSERT_EQ(vocabulary.tokens.size(), 49152u);
    ASSERT_EQ(vocabulary.types.size(), 49152u);
    const std::set<std::string> known(vocabulary.tokens.begin(), vocabulary.tokens.end());
    EXPECT_EQ(known.size(), 49152u);
    for (const std::string& merge : vocabulary.merges) {
      const std::size_t blank = merge.find(' ');
      ASSERT_TRUE(known.contains(merge.substr(0, blank)) &&
                  known.contains(merge.substr(blank + 1)) &&
                  known.contains(merge.substr(0, blank) + merge.substr(blank + 1)))
          << merge;
    }
  }
}

TEST(Synth, AnUnknownShapeIsRefusedWithTheKnownOnes) {
  const auto shape = find_shape("llama-2b");
  ASSERT_FALSE(shape);
  EXPECT_EQ(shape.error().message,
            "no shape is called 'llama-2b'; known are: tiny smollm2-135m gemma3-270m llama-1b");
}

}  // namespace
}  // namespace byeol::bench
