#include "bench/speculation.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "bench/tiny_model.h"
#include "tests/support/real_model.h"

namespace byeol::bench {
namespace {

Result<std::unique_ptr<runtime::Runtime>> load(const std::string& path) {
  runtime::RuntimeOptions options;
  options.threads = 2;
  return runtime::Runtime::load(path, options);
}

// The tiny models' context is too short for the texts.
TEST(SpeculationBench, ATextThatDoesNotFitIsASentence) {
  auto runtime = load(tiny_path("smollm2") + ".gguf");
  ASSERT_TRUE(runtime) << runtime.error().message;
  const auto speeds = measure_speculation(**runtime, {.generate = 8, .repeat = 1}, {});
  ASSERT_FALSE(speeds);
  EXPECT_EQ(speeds.error().code, ErrorCode::kInvalidArgument);
  EXPECT_FALSE(measure_speculation(**runtime, {.generate = 1}, {}));
  EXPECT_FALSE(measure_speculation(**runtime, {.repeat = 0}, {}));
}

// That both answers of each pair are the same tokens is part of measuring.
TEST(SpeculationBench, ARealModelChangesNoTokenAndCopiesFromDrafts) {
  const auto runtime = load(testing::real_model_path("smollm2-135m"));
  ASSERT_TRUE(runtime) << runtime.error().message << " (byeol pull smollm2-135m)";
  std::vector<std::string> told;
  const auto speeds =
      measure_speculation(**runtime, {.generate = 24, .repeat = 1},
                          [&told](const std::string& text) { told.push_back(text); });
  ASSERT_TRUE(speeds) << speeds.error().message;
  ASSERT_EQ(speeds->size(), told.size());
  for (std::size_t i = 0; i < told.size(); ++i) {
    const SpeculationSpeed& speed = (*speeds)[i];
    EXPECT_EQ(speed.text, told[i]);
    EXPECT_EQ(speed.ratios.size(), 1u);
    EXPECT_GT(speed.plain_tokens_per_s.front(), 0) << told[i];
    EXPECT_GT(speed.speculating_tokens_per_s.front(), 0) << told[i];
    EXPECT_LE(speed.accepted, speed.drafted);
  }
  EXPECT_EQ(told.front(), "copy a passage");
  EXPECT_EQ(speeds->front().generated, 24);
  EXPECT_GT(speeds->front().accepted, 12);
}

}  // namespace
}  // namespace byeol::bench
