#include "engine/sampler.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "engine/random.h"

namespace byeol::engine {
namespace {

using Json = nlohmann::json;

SamplingOptions neutral() {
  SamplingOptions options;
  options.temperature = 1;
  options.top_k = 0;
  options.top_p = 1;
  options.min_p = 0;
  return options;
}

SamplingOptions from_json(const Json& json) {
  SamplingOptions options;
  options.temperature = json["temperature"];
  options.top_k = json["top_k"];
  options.top_p = json["top_p"];
  options.min_p = json["min_p"];
  options.repetition_penalty = json["repetition_penalty"];
  options.presence_penalty = json["presence_penalty"];
  options.frequency_penalty = json["frequency_penalty"];
  options.penalty_last_n = json["penalty_last_n"];
  for (const Json& entry : json["logit_bias"]) options.logit_bias.emplace_back(entry[0], entry[1]);
  return options;
}

std::vector<float> random_logits(std::size_t count, unsigned seed, float spread = 2.5f) {
  std::mt19937 random(seed);
  std::normal_distribution<float> draw(0, spread);
  std::vector<float> logits(count);
  for (float& logit : logits) logit = draw(random);
  return logits;
}

std::int32_t chosen(Sampler& sampler, std::span<const float> logits, const SamplingOptions& options,
                    std::span<const std::int32_t> history = {}) {
  const Result<Sampled> sampled = sampler.sample(logits, history, history.size(), options);
  EXPECT_TRUE(sampled);
  return sampled ? sampled->token : -1;
}

TEST(Sampler, ChoosesWhatTheIndependentImplementationChooses) {
  std::ifstream file(std::string(BYEOL_SOURCE_DIR) + "/tests/golden/engine/sampling.json");
  ASSERT_TRUE(file) << "tests/golden/engine/sampling.json is missing";
  const Json golden = Json::parse(file);
  Sampler sampler;
  std::size_t draws = 0;
  for (const Json& entry : golden["cases"]) {
    std::vector<float> logits;
    for (const int eighths : entry["logits_times_8"])
      logits.push_back(static_cast<float>(eighths) / 8);
    const auto history = entry["history"].get<std::vector<std::int32_t>>();
    SamplingOptions options = from_json(entry["options"]);
    for (const Json& draw : entry["draws"]) {
      options.seed = draw[0];
      options.choice = draw[1];
      const Result<Sampled> sampled =
          sampler.sample(logits, history, entry["prompt_tokens"], options);
      ASSERT_TRUE(sampled);
      EXPECT_EQ(sampled->token, draw[2].get<int>()) << entry["options"] << " seed " << options.seed;
      ++draws;
    }
    options.logprobs = 5;
    const Result<Sampled> sampled =
        sampler.sample(logits, history, entry["prompt_tokens"], options);
    ASSERT_TRUE(sampled);
    ASSERT_EQ(sampled->top.size(), 5u);
    for (std::size_t i = 0; i < 5; ++i) {
      EXPECT_EQ(sampled->top[i].token, entry["top_logprobs"][i][0].get<int>());
      EXPECT_NEAR(sampled->top[i].logprob, entry["top_logprobs"][i][1].get<float>(), 2e-6);
    }
  }
  EXPECT_GT(draws, 800u);
}

TEST(Sampler, FrequenciesFollowTheProbabilities) {
  const std::vector<float> logits = {0, std::log(2.0f), std::log(5.0f), std::log(8.0f)};
  Sampler sampler;
  SamplingOptions options = neutral();
  std::vector<int> counts(4);
  constexpr int kDraws = 40'000;
  for (int seed = 0; seed < kDraws; ++seed) {
    options.seed = static_cast<std::uint64_t>(seed);
    ++counts[static_cast<std::size_t>(chosen(sampler, logits, options))];
  }
  const double expected[] = {1 / 16.0, 2 / 16.0, 5 / 16.0, 8 / 16.0};
  for (std::size_t i = 0; i < 4; ++i) {
    const double deviation = std::sqrt(kDraws * expected[i] * (1 - expected[i]));
    EXPECT_NEAR(counts[i], kDraws * expected[i], 5 * deviation);
  }
}

TEST(Sampler, FiltersThatKeepEverythingChangeNothing) {
  Sampler sampler;
  for (unsigned round = 0; round < 200; ++round) {
    const std::vector<float> logits = random_logits(3000, round);
    SamplingOptions options = neutral();
    options.seed = round;
    const std::int32_t plain = chosen(sampler, logits, options);
    options.top_k = 3000;
    EXPECT_EQ(chosen(sampler, logits, options), plain);
    options.top_k = 2999;
    options.top_p = 0.9999999f;
    EXPECT_EQ(chosen(sampler, logits, options), plain);
  }
}

TEST(Sampler, TheChoiceDependsOnSeedChoiceAndPositionAlone) {
  const std::vector<float> logits = random_logits(1000, 1);
  Sampler fresh;
  Sampler used;
  SamplingOptions options = neutral();
  options.seed = 5;
  const std::vector<std::int32_t> history(17, 3);
  for (int i = 0; i < 10; ++i) (void)used.sample(random_logits(500, 9), {}, 0, options);
  EXPECT_EQ(chosen(fresh, logits, options, history), chosen(used, logits, options, history));

  std::map<std::int32_t, int> by_seed, by_choice, by_position;
  for (unsigned i = 0; i < 50; ++i) {
    SamplingOptions other = options;
    other.seed = i;
    ++by_seed[chosen(used, logits, other, history)];
    other = options;
    other.choice = i;
    ++by_choice[chosen(used, logits, other, history)];
    ++by_position[chosen(used, logits, options, std::vector<std::int32_t>(i, 3))];
  }
  EXPECT_GT(by_seed.size(), 15u);
  EXPECT_GT(by_choice.size(), 15u);
  EXPECT_GT(by_position.size(), 15u);
}

TEST(Sampler, EqualLogitsGoToTheLowerId) {
  Sampler sampler;
  SamplingOptions options = neutral();
  const std::vector<float> logits = {1, 3, 3, 2, 3};
  options.temperature = 0;
  EXPECT_EQ(chosen(sampler, logits, options), 1);
  options.temperature = 1;
  options.top_k = 2;
  for (unsigned seed = 0; seed < 100; ++seed) {
    options.seed = seed;
    EXPECT_LT(chosen(sampler, logits, options), 3);  // 1 or 2, never 4.
  }
}

TEST(Sampler, ForbiddenTokensAreNeverChosen) {
  const float forbidden = -std::numeric_limits<float>::infinity();
  Sampler sampler;
  std::vector<float> logits(2000, forbidden);
  logits[1999] = -500;
  for (float temperature : {0.0f, 1.0f, 100.0f})
    for (int top_k : {0, 1, 40})
      for (float top_p : {0.5f, 1.0f}) {
        SamplingOptions options = neutral();
        options.temperature = temperature;
        options.top_k = top_k;
        options.top_p = top_p;
        options.logprobs = 3;
        const Result<Sampled> sampled = sampler.sample(logits, {}, 0, options);
        ASSERT_TRUE(sampled);
        EXPECT_EQ(sampled->token, 1999);
        EXPECT_EQ(sampled->top.size(), 1u);
        EXPECT_NEAR(sampled->logprob, 0, 1e-6);
      }
}

TEST(Sampler, BrokenLogitsAreAnErrorThatNamesThePosition) {
  Sampler sampler;
  for (float poison : {std::nanf(""), std::numeric_limits<float>::infinity()}) {
    for (std::size_t place : {0u, 7u, 99u}) {
      std::vector<float> logits = random_logits(100, 3);
      logits[place] = poison;
      const Result<Sampled> sampled = sampler.sample(logits, std::vector<std::int32_t>(4), 4, {});
      ASSERT_FALSE(sampled);
      EXPECT_EQ(sampled.error().code, ErrorCode::kCorrupt);
      EXPECT_NE(sampled.error().message.find("position 4"), std::string::npos);
    }
  }
  const std::vector<float> none(10, -std::numeric_limits<float>::infinity());
  EXPECT_FALSE(sampler.sample(none, {}, 0, {}));
  EXPECT_FALSE(sampler.sample({}, {}, 0, {}));
}

TEST(Sampler, TokensOutsideTheVocabularyInHistoryAndBiasAreIgnored) {
  Sampler sampler;
  SamplingOptions options = neutral();
  options.repetition_penalty = 1.5f;
  options.logit_bias = {{1'000'000, 5.0f}};
  const std::vector<std::int32_t> history = {-1, 5, 1'000'000};
  EXPECT_TRUE(sampler.sample(random_logits(10, 1), history, 1, options));
}

TEST(Sampler, OptionsOutOfRangeAreNamed) {
  const auto message = [](auto change) {
    SamplingOptions options;
    change(options);
    const Status status = check(options);
    return status ? std::string() : status.error().message;
  };
  EXPECT_EQ(message([](SamplingOptions&) {}), "");
  EXPECT_EQ(message([](SamplingOptions& o) { o.temperature = -1; }),
            "temperature is -1; expected a number from 0 to 100");
  EXPECT_NE(message([](SamplingOptions& o) { o.temperature = std::nanf(""); }), "");
  EXPECT_NE(message([](SamplingOptions& o) { o.top_k = -1; }), "");
  EXPECT_NE(message([](SamplingOptions& o) { o.top_p = 0; }), "");
  EXPECT_NE(message([](SamplingOptions& o) { o.top_p = 1.01f; }), "");
  EXPECT_NE(message([](SamplingOptions& o) { o.min_p = 2; }), "");
  EXPECT_NE(message([](SamplingOptions& o) { o.repetition_penalty = 0; }), "");
  EXPECT_NE(message([](SamplingOptions& o) { o.presence_penalty = HUGE_VALF; }), "");
  EXPECT_NE(message([](SamplingOptions& o) { o.frequency_penalty = std::nanf(""); }), "");
  EXPECT_NE(message([](SamplingOptions& o) { o.penalty_last_n = -2; }), "");
  EXPECT_NE(message([](SamplingOptions& o) { o.logprobs = -2; }), "");
  EXPECT_NE(message([](SamplingOptions& o) { o.logit_bias = {{-3, 1.0f}}; }), "");
  EXPECT_NE(message([](SamplingOptions& o) { o.logit_bias = {{3, std::nanf("")}}; }), "");
}

TEST(Sampler, CostOfALargeVocabularyIsReported) {
  const std::vector<float> logits = random_logits(262'144, 1);
  Sampler sampler;
  SamplingOptions all = neutral();
  SamplingOptions usual;
  SamplingOptions nucleus = neutral();
  nucleus.top_p = 0.95f;
  SamplingOptions with_logprobs = usual;
  with_logprobs.logprobs = 20;
  const std::pair<const char*, SamplingOptions*> kinds[] = {
      {"temperature only", &all},
      {"the defaults", &usual},
      {"top-p only", &nucleus},
      {"defaults and 20 logprobs", &with_logprobs}};
  for (const auto& [name, options] : kinds) {
    double best_ms = 1e9;
    for (int round = 0; round < 20; ++round) {
      const auto start = std::chrono::steady_clock::now();
      ASSERT_TRUE(sampler.sample(logits, {}, 0, *options));
      const std::chrono::duration<double, std::milli> took =
          std::chrono::steady_clock::now() - start;
      best_ms = std::min(best_ms, took.count());
    }
    std::printf("262,144 logits, %s: %.2f ms\n", name, best_ms);
  }
}

TEST(Random, IsUniformInEveryArgument) {
  for (int argument = 0; argument < 3; ++argument) {
    std::vector<int> buckets(64);
    constexpr int kDraws = 64'000;
    for (unsigned i = 0; i < kDraws; ++i) {
      const double u = argument == 0   ? uniform(i, 1, 2)
                       : argument == 1 ? uniform(1, i, 2)
                                       : uniform(1, 2, i);
      ASSERT_GE(u, 0.0);
      ASSERT_LT(u, 1.0);
      ++buckets[static_cast<std::size_t>(u * 64)];
    }
    double chi_square = 0;
    for (int count : buckets) chi_square += (count - 1000.0) * (count - 1000.0) / 1000.0;
    EXPECT_LT(chi_square, 110);  // 63 degrees of freedom: one in 10,000 is above 110.
  }
}

}  // namespace
}  // namespace byeol::engine
