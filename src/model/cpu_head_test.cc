// The head that skips rows against the whole one: what a sampler can tell apart has the same bits.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
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

class CpuHead : public testing::TestWithParam<int> {
 protected:
  CpuHead()
      : pool_(GetParam()),
        ops_(*kernels::best_table(), pool_, {kernels::KvType::kBF16, 1, 1, 16}, {}, 32, 4096, 1) {}

  Operand operand(std::vector<float>& x, std::int32_t rows) {
    Operand operand;
    operand.rows = {x.data(), rows, static_cast<std::int32_t>(x.size()) / rows};
    return operand;
  }

  // All rows of both heads compared; returns how many logits were left out.
  std::int64_t compare(Head& head, std::vector<float> x, std::int32_t rows,
                       const std::vector<LogitsWanted>& wanted) {
    Operand whole_x = operand(x, rows), x_again = operand(x, rows);
    const auto [whole] = ops_.project(whole_x, head.matrix);
    const Rows some = ops_.head(x_again, head.matrix, wanted);
    std::int64_t skipped = 0;
    for (std::int32_t row = 0; row < rows; ++row) {
      std::vector<float> sorted(whole.row(row), whole.row(row) + whole.width);
      std::ranges::sort(sorted, std::greater<>());
      const LogitsWanted& ask = wanted[static_cast<std::size_t>(row)];
      const float least = ask.best > 0 ? sorted[static_cast<std::size_t>(ask.best - 1)]
                                       : (ask.within > 0 ? sorted[0] - ask.within : kForbidden);
      for (std::int32_t i = 0; i < whole.width; ++i) {
        const float expected = whole.row(row)[i], given = some.row(row)[i];
        if (std::memcmp(&given, &expected, sizeof given) == 0) continue;
        ++skipped;
        if (given == kForbidden && expected < least) continue;
        ADD_FAILURE() << "row " << row << ", token " << i << ": " << given << " for " << expected;
        return skipped;
      }
    }
    ops_.release(0);
    return skipped;
  }

  ThreadPool pool_;
  CpuOps ops_;
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

TEST_P(CpuHead, GivenTokensHaveTheBitsOfTheWholeHead) {
  const std::vector<TokenId> few{3, 4, 31, 32, 8999}, one{777};
  const std::vector<LogitsWanted> wanted{{.tokens = few}, {.tokens = one}, {.best = 1}};
  Head head(9000, 96, 6);
  std::vector<float> x = head.activations(3, 30);
  Operand whole_x = operand(x, 3), x_again = operand(x, 3), first_two = operand(x, 3);
  first_two.rows.rows = 2;
  const auto [whole] = ops_.project(whole_x, head.matrix);
  const Rows mixed = ops_.head(x_again, head.matrix, wanted);
  const Rows two = ops_.head(first_two, head.matrix, std::span(wanted).first(2));
  for (const Rows& some : {mixed, two}) {
    for (const TokenId token : few) EXPECT_EQ(some.row(0)[token], whole.row(0)[token]) << token;
    EXPECT_EQ(some.row(1)[777], whole.row(1)[777]);
  }
  // What nobody asked for is not computed: 4 tiles of 282.
  EXPECT_EQ(std::count(two.row(1), two.row(1) + two.width, kForbidden), 9000 - (3 * 32 + 8));
  const float* const best = std::max_element(whole.row(2), whole.row(2) + whole.width);
  EXPECT_EQ(mixed.row(2)[best - whole.row(2)], *best);
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
