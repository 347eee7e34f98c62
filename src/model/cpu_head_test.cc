// The head that skips rows against the whole one: what a sampler can tell apart has the same bits.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <random>
#include <vector>

#include "base/thread_pool.h"
#include "formats/half.h"
#include "model/cpu_ops.h"
#include "model/pack.h"

namespace byeol::model {
namespace {

constexpr float kForbidden = -std::numeric_limits<float>::infinity();

// A head of random Q8_0 rows.
class Head {
 public:
  Head(std::int32_t rows, std::int32_t k, unsigned seed) : random_(seed), rows_(rows), k_(k) {
    const int blocks = k / 32;
    std::vector<std::byte> file(static_cast<std::size_t>(rows) * static_cast<std::size_t>(blocks) *
                                34);
    for (std::size_t block = 0; block < file.size() / 34; ++block) {
      const std::uint16_t d =
          formats::float_to_half(0.001f * static_cast<float>(1 + random_() % 9));
      std::memcpy(file.data() + block * 34, &d, sizeof d);
      for (std::size_t i = 2; i < 34; ++i) {
        std::normal_distribution<float> code(0, 40);
        const float value = std::clamp(std::round(code(random_)), -127.0f, 127.0f);
        file[block * 34 + i] = static_cast<std::byte>(static_cast<std::int8_t>(value));
      }
    }
    matrix.weights = packed_head_shape(formats::BlockType::kQ8_0, rows, k);
    auto memory = WeightMemory::reserve(packed_bytes(matrix.weights));
    EXPECT_TRUE(memory);
    matrix.memory = std::move(*memory);
    pack_tiles(formats::BlockType::kQ8_0, file.data(), matrix.weights, 0, matrix.tiles(),
               matrix.memory.data());
    place(matrix.weights, matrix.memory.data());
  }

  // Rows of activations: noise plus `sharpness` times some row of the head.
  std::vector<float> activations(std::int32_t count, float sharpness) {
    std::vector<float> x;
    std::vector<float> row(static_cast<std::size_t>(k_));
    std::normal_distribution<float> noise(0, 1);
    for (std::int32_t i = 0; i < count; ++i) {
      const auto pointed_at = static_cast<std::int32_t>(random_() % static_cast<unsigned>(rows_));
      unpack_row(matrix.weights, pointed_at, row);
      for (const float value : row) x.push_back(noise(random_) + sharpness * value);
    }
    return x;
  }

  Matrix matrix;

 private:
  std::mt19937 random_;
  std::int32_t rows_, k_;
};

bool is_among(const LogitsWanted& wanted, std::int32_t token) {
  const auto word = static_cast<std::size_t>(token / 64);
  return wanted.among.empty() ||
         (word < wanted.among.size() && (wanted.among[word] >> (token % 64) & 1) != 0);
}

class CpuHead : public testing::TestWithParam<int> {
 protected:
  CpuHead() : pool_(GetParam()) { forget(); }

  // As if no head had been computed yet.
  void forget() {
    ops_.emplace(*kernels::best_table(), pool_, KvLayout{kernels::KvType::kBF16, 1, 1, 16},
                 std::vector<RopeTable>{}, 32, 4096, 1);
  }

  Operand operand(std::vector<float>& x, std::int32_t rows) {
    Operand operand;
    operand.rows = {x.data(), rows, static_cast<std::int32_t>(x.size()) / rows};
    return operand;
  }

  // All rows of both heads compared; returns how many logits were left out.
  std::int64_t compare(Head& head, std::vector<float> x, std::int32_t rows,
                       const std::vector<LogitsWanted>& wanted) {
    Operand whole_x = operand(x, rows), x_again = operand(x, rows);
    const auto [whole] = ops_->project(whole_x, head.matrix);
    const Rows some = ops_->head(x_again, head.matrix, wanted);
    std::int64_t skipped = 0;
    for (std::int32_t row = 0; row < rows; ++row) {
      const LogitsWanted& ask = wanted[static_cast<std::size_t>(row)];
      std::vector<float> sorted;
      for (std::int32_t i = 0; i < whole.width; ++i)
        if (is_among(ask, i)) sorted.push_back(whole.row(row)[i]);
      std::ranges::sort(sorted, std::greater<>());
      const auto best = std::min(static_cast<std::size_t>(ask.best), sorted.size());
      const float least =
          best > 0 ? sorted[best - 1] : (ask.within > 0 ? sorted[0] - ask.within : kForbidden);
      for (std::int32_t i = 0; i < whole.width; ++i) {
        const float expected = whole.row(row)[i], given = some.row(row)[i];
        if (std::memcmp(&given, &expected, sizeof given) == 0) continue;
        ++skipped;
        if (given == kForbidden && (expected < least || !is_among(ask, i))) continue;
        ADD_FAILURE() << "row " << row << ", token " << i << ": " << given << " for " << expected;
        return skipped;
      }
    }
    ops_->release(0);
    return skipped;
  }

  ThreadPool pool_;
  std::optional<CpuOps> ops_;
};

TEST_P(CpuHead, WantedLogitsHaveTheBitsOfTheWholeHead) {
  Head head(20000, 320, 1);
  for (const std::int32_t rows : {1, 2, 5, 8}) {
    std::vector<LogitsWanted> wanted;
    for (std::int32_t row = 0; row < rows; ++row)
      wanted.push_back(row % 3 == 2 ? LogitsWanted{.within = 3.0f}
                                    : LogitsWanted{.best = row % 3 == 0 ? 1 : 4});
    EXPECT_GT(compare(head, head.activations(rows, 30), rows, wanted), 10000) << rows << " rows";
  }
}

// All logits near each other: nearly every row may be wanted, and soon the whole head is read.
TEST_P(CpuHead, AFlatDistributionIsRightToo) {
  Head head(9000, 64, 2);
  for (int i = 0; i < 4; ++i) compare(head, head.activations(1, 0), 1, {LogitsWanted{.best = 64}});
  EXPECT_EQ(compare(head, head.activations(1, 0), 1, {LogitsWanted{.best = 64}}), 0);
}

TEST_P(CpuHead, EqualLogitsAreAllThere) {
  Head head(9000, 32, 3);
  // Every row the same: all logits are ties.
  for (std::int32_t tile = 1; tile < head.matrix.tiles(); ++tile)
    std::memcpy(head.matrix.memory.data() + tile * head.matrix.weights.tile_bytes,
                head.matrix.memory.data(),
                static_cast<std::size_t>(head.matrix.weights.tile_bytes));
  compare(head, head.activations(1, 3), 1, {LogitsWanted{.best = 1}});
}

// One token of so many is eligible, and of a last stretch of 100 none; or the bitmap ends early.
TEST_P(CpuHead, TheBestAreLookedForAmongEligibleTokens) {
  Head head(20000, 320, 7);
  std::mt19937 random(8);
  for (const unsigned share : {1u, 2u, 40u, 3000u}) {
    std::vector<std::uint64_t> some((20000 - 100) / 64), few(120);
    for (std::vector<std::uint64_t>* const among : {&some, &few})
      for (std::size_t token = 0; token < among->size() * 64; ++token)
        if (random() % share == 0) (*among)[token / 64] |= std::uint64_t{1} << (token % 64);
    some[0] |= 2;
    few[1] |= 1;
    for (const std::int32_t rows : {1, 3, 8}) {
      forget();  // Where few are eligible their logits are near each other.
      std::vector<LogitsWanted> wanted;
      for (std::int32_t row = 0; row < rows; ++row)
        wanted.push_back(row % 3 == 2 ? LogitsWanted{.within = 3.0f, .among = some}
                                      : LogitsWanted{.best = row % 3 == 0 ? 1 : 4, .among = few});
      EXPECT_GT(compare(head, head.activations(rows, 30), rows, wanted), 1000 * rows)
          << rows << " rows, one of " << share;
    }
  }
}

// A third of the tiles have an eligible token, and all of these are computed: the next head is not
// the worse for it. Where nearly all have one, bounds do not pay.
TEST_P(CpuHead, AFlatRowSwitchesBoundsOffWhereItHadMostOfTheHead) {
  Head head(9000, 64, 9);
  std::vector<std::uint64_t> among(141);
  for (std::size_t word = 0; word < among.size(); word += 3) among[word] = 0x8000'0000'0000'0001;
  const LogitsWanted flat{.best = 64, .among = among};
  compare(head, head.activations(1, 0), 1, {flat});
  EXPECT_GT(compare(head, head.activations(1, 30), 1, {LogitsWanted{.best = 1}}), 0);
  const std::vector<std::uint64_t> most(141, ~std::uint64_t{1});
  compare(head, head.activations(1, 0), 1, {LogitsWanted{.best = 1000, .among = most}});
  EXPECT_EQ(compare(head, head.activations(1, 30), 1, {LogitsWanted{.best = 1, .among = most}}), 0);
}

TEST_P(CpuHead, ManyRowsOfGivenTokensLeaveTheBestOfOthersBounded) {
  Head head(20000, 64, 10);
  const std::vector<TokenId> tokens{3, 900};
  std::vector<LogitsWanted> wanted(14, LogitsWanted{.tokens = tokens});
  wanted[9] = wanted[11] = {.best = 1};
  std::vector<float> x = head.activations(14, 30);
  Operand whole_x = operand(x, 14), x_again = operand(x, 14);
  const auto [whole] = ops_->project(whole_x, head.matrix);
  const Rows some = ops_->head(x_again, head.matrix, wanted);
  for (std::int32_t row = 0; row < 14; ++row) {
    const float* const best = std::max_element(whole.row(row), whole.row(row) + whole.width);
    if (wanted[static_cast<std::size_t>(row)].tokens.empty()) {
      EXPECT_EQ(some.row(row)[best - whole.row(row)], *best) << row;
      EXPECT_GT(std::count(some.row(row), some.row(row) + some.width, kForbidden), 10000) << row;
    }
    for (const TokenId token : tokens) EXPECT_EQ(some.row(row)[token], whole.row(row)[token]);
  }
}

TEST_P(CpuHead, GivenTokensHaveTheBitsOfTheWholeHead) {
  const std::vector<TokenId> few{3, 4, 31, 32, 8999}, one{777};
  const std::vector<LogitsWanted> wanted{{.tokens = few}, {.tokens = one}, {.best = 1}};
  Head head(9000, 96, 6);
  std::vector<float> x = head.activations(3, 30);
  Operand whole_x = operand(x, 3), x_again = operand(x, 3), first_two = operand(x, 3);
  first_two.rows.rows = 2;
  const auto [whole] = ops_->project(whole_x, head.matrix);
  const Rows mixed = ops_->head(x_again, head.matrix, wanted);
  const Rows two = ops_->head(first_two, head.matrix, std::span(wanted).first(2));
  for (const Rows& some : {mixed, two}) {
    for (const TokenId token : few) EXPECT_EQ(some.row(0)[token], whole.row(0)[token]) << token;
    EXPECT_EQ(some.row(1)[777], whole.row(1)[777]);
  }
  const float* const best = std::max_element(whole.row(2), whole.row(2) + whole.width);
  EXPECT_EQ(mixed.row(2)[best - whole.row(2)], *best);
}

// Nothing else is computed: what the memory held before is still there.
TEST_P(CpuHead, OnlyTilesOfGivenTokensAreComputed) {
  const std::vector<TokenId> few{3, 4, 31, 32, 8999};
  Head head(9000, 96, 11);
  std::vector<float> x = head.activations(2, 30);
  const std::int64_t begin = ops_->mark();
  const auto ask = [&](const LogitsWanted& wanted) {
    Operand operand_x = operand(x, 2);
    return ops_->head(operand_x, head.matrix, std::vector<LogitsWanted>(2, wanted));
  };
  const Rows before = ask({.best = 1});
  ops_->release(begin);
  for (std::int32_t row = 0; row < 2; ++row)
    std::fill(before.row(row), before.row(row) + before.width, 12345.0f);
  const Rows after = ask({.tokens = few});
  ASSERT_EQ(after.data, before.data);
  // 3 tiles of 282.
  for (std::int32_t row = 0; row < 2; ++row)
    EXPECT_EQ(std::count(after.row(row), after.row(row) + after.width, 12345.0f),
              9000 - (2 * 32 + 8));
}

TEST_P(CpuHead, AllLogitsAreThereWhereAskedFor) {
  Head head(9000, 64, 4);
  EXPECT_EQ(compare(head, head.activations(2, 3), 2, {LogitsWanted{.best = 1}, LogitsWanted{}}), 0);
  EXPECT_EQ(compare(head, head.activations(9, 3), 9,
                    std::vector<LogitsWanted>(9, LogitsWanted{.best = 1})),
            0);
}

TEST_P(CpuHead, ActivationsThatAreNotFiniteAreLeftToTheWholeHead) {
  Head head(9000, 64, 5);
  std::vector<float> x = head.activations(1, 3);
  x[7] = std::numeric_limits<float>::infinity();
  EXPECT_EQ(compare(head, x, 1, {LogitsWanted{.best = 1}}), 0);
}

INSTANTIATE_TEST_SUITE_P(Threads, CpuHead, testing::Values(1, 2, 3));

}  // namespace
}  // namespace byeol::model
