// A word at a time against a token at a time.
#include "engine/allowed_logits.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace byeol::engine {
namespace {

constexpr float kForbidden = -std::numeric_limits<float>::infinity();

std::vector<float> some_logits(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<float> logits(count);
  // Few values, so that there are ties, and many that no head has computed.
  for (float& logit : logits)
    logit = random() % 3 == 0 ? kForbidden : static_cast<float>(random() % 500) / 8 - 30;
  return logits;
}

constrain::TokenSet every(std::int32_t vocabulary, int one_in, unsigned seed) {
  std::mt19937 random(seed);
  constrain::TokenSet set(vocabulary);
  for (std::int32_t token = 0; token < vocabulary; ++token)
    if (random() % static_cast<unsigned>(one_in) == 0) set.add(token);
  set.add(vocabulary / 2);
  return set;
}

TEST(AllowedLogits, AreThoseThatAreAllowedOneByOne) {
  // A vocabulary may have fewer tokens than the head has rows, or more.
  for (const std::int32_t vocabulary : {1, 63, 64, 65, 1000, 1100})
    for (const std::size_t count : {std::size_t{64}, std::size_t{1000}, std::size_t{1024}})
      for (const int one_in : {1, 2, 50}) {
        std::vector<float> logits = some_logits(count, 1);
        const constrain::TokenSet allowed = every(vocabulary, one_in, 2);
        std::vector<float> expected(count, kForbidden), kept(count, 7.0f);
        for (std::size_t i = 0; i < count; ++i)
          if (allowed.has(static_cast<std::int32_t>(i))) expected[i] = logits[i];
        keep_allowed(logits, allowed, kept);
        EXPECT_EQ(kept, expected) << vocabulary << " of " << count << ", one in " << one_in;
        const auto largest = std::max_element(expected.begin(), expected.end());
        const BestAllowed best = best_allowed(logits, allowed);
        EXPECT_EQ(best.sound, std::isfinite(*largest));
        if (best.sound) {
          EXPECT_EQ(best.token, largest - expected.begin());
        }
      }
}

TEST(AllowedLogits, OnlyWhatIsAllowedCanBeUnsound) {
  std::vector<float> logits(200, 1.0f);
  constrain::TokenSet allowed(200);
  allowed.add(3);
  allowed.add(150);
  for (const float bad : {std::nanf(""), std::numeric_limits<float>::infinity()}) {
    logits[149] = bad;
    EXPECT_TRUE(best_allowed(logits, allowed).sound);
    EXPECT_EQ(best_allowed(logits, allowed).token, 3);
    logits[150] = bad;
    EXPECT_FALSE(best_allowed(logits, allowed).sound);
    logits[149] = logits[150] = 1.0f;
  }
  logits[3] = logits[150] = kForbidden;
  EXPECT_FALSE(best_allowed(logits, allowed).sound);
}

}  // namespace
}  // namespace byeol::engine
