#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "kernels/kernel_table.h"
#include "kernels/test_tables.h"

namespace byeol::kernels {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
const std::vector<std::int64_t> kLengths = {1, 2, 15, 16, 17, 31, 33, 48, 63, 576, 1000};

// Values of many sizes, as activations are.
std::vector<float> random_values(std::int64_t n, std::uint32_t seed, float size = 3.0f) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0.0f, size);
  std::vector<float> values(static_cast<std::size_t>(n));
  for (float& value : values) value = normal(random);
  return values;
}

// Equal bit by bit: -0 is not 0, and a NaN equals itself.
void expect_same_bits(const std::vector<float>& actual, const std::vector<float>& expected,
                      const std::string& what) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i)
    ASSERT_EQ(std::memcmp(&actual[i], &expected[i], sizeof(float)), 0)
        << what << ": [" << i << "] is " << actual[i] << ", expected " << expected[i];
}

struct Codes {
  explicit Codes(std::size_t n)
      : codes(n),
        scales(n / 32),
        highs32(n / 32),
        highs16(n / 16),
        quads(n / 32),
        sums32(n / 32),
        sums16(n / 16) {}
  bool operator==(const Codes&) const = default;

  Quantized view() {
    return {.codes = codes.data(),
            .scales = scales.data(),
            .highs32 = highs32.data(),
            .highs16 = highs16.data(),
            .quads = quads.data(),
            .sums32 = sums32.data(),
            .sums16 = sums16.data(),
            .rows = 1,
            .k = static_cast<std::int32_t>(codes.size())};
  }
  // The whole code of value i.
  int code(std::size_t i) const {
    if (quads[i / 32] != i % 32 / 4) return codes[i];
    const auto high = static_cast<std::int8_t>(highs32[i / 32] >> (8 * (i % 4)));
    return high * 128 + codes[i];
  }

  std::vector<std::int8_t> codes;
  std::vector<float> scales;
  std::vector<std::int32_t> highs32, highs16;
  std::vector<std::uint8_t> quads;
  std::vector<std::int32_t> sums32, sums16;
};
Codes quantized(const KernelTable& table, const std::vector<float>& x) {
  Codes c(x.size());
  table.quantize(x.data(), static_cast<std::int64_t>(x.size()), c.view(), 0);
  return c;
}

// Every operation on rows of n values, one result after the other.
std::vector<float> all_results(const KernelTable& table, std::int64_t n, std::uint32_t seed) {
  const auto size = static_cast<std::size_t>(n);
  const std::vector<float> x = random_values(n, seed), y = random_values(n, seed + 1, 30.0f);
  std::vector<float> results;
  const auto keep = [&](const std::vector<float>& row) {
    results.insert(results.end(), row.begin(), row.end());
  };
  std::vector<float> out(size + 1, 7.0f);  // The last value is not the operation's to write.
  table.rms_norm(x.data(), y.data(), 1e-5f, n, out.data());
  keep(out);
  table.silu_times(y.data(), x.data(), n, out.data());
  keep(out);
  table.gelu_tanh_times(x.data(), y.data(), n, out.data());
  keep(out);
  std::copy(x.begin(), x.end(), out.begin());
  table.add(out.data(), y.data(), n);
  keep(out);
  table.scale(out.data(), 0.3f, n);
  keep(out);
  table.softcap(out.data(), 5.0f, n);
  keep(out);
  const auto pairs = static_cast<std::int32_t>(n);
  std::vector<float> head = random_values(2 * n + 1, seed + 2);
  table.rope_adjacent(head.data(), x.data(), y.data(), pairs);
  keep(head);
  table.rope_halves(head.data(), x.data(), y.data(), pairs);
  keep(head);
  return results;
}

TEST(Elementwise, EveryIsaGivesTheScalarBits) {
  for (const KernelTable* table : tables_to_test())
    for (const std::int64_t n : kLengths)
      expect_same_bits(all_results(*table, n, 20261124), all_results(scalar_table(), n, 20261124),
                       std::string(table->isa) + ", n = " + std::to_string(n));
}

TEST(Elementwise, LeavesWhatIsBehindARow) {
  const std::vector<float> results = all_results(scalar_table(), 17, 1);
  for (const std::size_t row : {0u, 1u, 2u, 3u, 4u, 5u}) EXPECT_EQ(results[row * 18 + 17], 7.0f);
}

TEST(Quantize, EveryIsaGivesTheScalarBits) {
  std::vector<float> x = random_values(1024, 7);
  for (std::size_t i = 0; i < 32; ++i) x[i] = 0.0f;
  for (std::size_t i = 32; i < 64; ++i) x[i] *= 1e-40f;
  for (std::size_t i = 64; i < 96; ++i) x[i] = (static_cast<float>(i) - 80.0f) * 0.5f;  // Ties.
  x[100] = kInf, x[130] = -kInf, x[170] = kNan, x[200] = -kNan, x[201] = kInf;
  for (std::size_t i = 256; i < 1024; i += 32)
    x[i + i / 32] *= 1000.0f;                           // Every quad is wide once.
  for (std::size_t i = 512; i < 544; ++i) x[i] = 1.0f;  // All as large.
  for (const KernelTable* table : tables_to_test())
    EXPECT_TRUE(quantized(*table, x) == quantized(scalar_table(), x)) << table->isa;
}

TEST(Quantize, FollowsItsFormula) {
  std::vector<float> x = random_values(320, 3);
  x[77] = 1e6f;  // Block 2: the wide quad alone sets the scale.
  const Codes c = quantized(scalar_table(), x);
  for (std::size_t block = 0; block < 10; ++block) {
    double sizes[8] = {};
    for (std::size_t i = 0; i < 32; ++i)
      sizes[i / 4] = std::max(sizes[i / 4], std::fabs(double{x[block * 32 + i]}));
    double* const widest = std::max_element(sizes, sizes + 8);
    EXPECT_EQ(c.quads[block], widest - sizes);
    const double narrowed = *widest * 127 / 16319;
    *widest = 0;
    const double amax = std::max(narrowed, *std::max_element(sizes, sizes + 8));
    EXPECT_FLOAT_EQ(c.scales[block], static_cast<float>(amax / 127));
    std::int32_t sums[2] = {0, 0};
    for (std::size_t i = 0; i < 32; ++i) {
      const int code = c.code(block * 32 + i);
      EXPECT_NEAR(code, double{x[block * 32 + i]} * 127 / amax, 0.502);
      sums[i / 16] += code;
    }
    EXPECT_EQ(c.sums16[block * 2], sums[0]);
    EXPECT_EQ(c.sums16[block * 2 + 1], sums[1]);
    EXPECT_EQ(c.sums32[block], sums[0] + sums[1]);
    const std::size_t half = c.quads[block] / 4u;
    EXPECT_EQ(c.highs16[block * 2 + half], c.highs32[block]);
    EXPECT_EQ(c.highs16[block * 2 + 1 - half], 0);
  }
  EXPECT_EQ(c.code(77), 16319);
}

TEST(Quantize, WritesOnlyWhereItIsTold) {
  const std::vector<float> x = random_values(96, 4);
  const Codes whole = quantized(scalar_table(), x);
  for (const KernelTable* table : tables_to_test()) {
    Codes part(x.size());
    table->quantize(x.data() + 32, 32, part.view(), 32);
    for (std::size_t i = 0; i < 96; ++i)
      EXPECT_EQ(part.codes[i], i / 32 == 1 ? whole.codes[i] : 0) << table->isa << ", " << i;
    EXPECT_EQ(part.scales, (std::vector<float>{0, whole.scales[1], 0})) << table->isa;
    EXPECT_EQ(part.sums32, (std::vector<std::int32_t>{0, whole.sums32[1], 0})) << table->isa;
    EXPECT_EQ(part.quads, (std::vector<std::uint8_t>{0, whole.quads[1], 0})) << table->isa;
    EXPECT_EQ(part.highs32, (std::vector<std::int32_t>{0, whole.highs32[1], 0})) << table->isa;
    EXPECT_EQ(part.highs16,
              (std::vector<std::int32_t>{0, 0, whole.highs16[2], whole.highs16[3], 0, 0}))
        << table->isa;
  }
}

TEST(Quantize, RoundsTiesToEven) {
  std::vector<float> x(32, 0.0f);
  x[0] = 127.0f, x[4] = -127.0f;  // A factor of exactly 1; the first quad is the wide one.
  x[1] = 0.5f, x[2] = 1.5f, x[5] = 2.5f, x[6] = -0.5f, x[8] = -1.5f, x[9] = 125.5f;
  const Codes c = quantized(scalar_table(), x);
  const std::vector<int> expected = {127, 0, 2, 0, -127, 2, 0, 0, -2, 126};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(c.code(i), expected[i]) << i;
}

TEST(Quantize, GivesZerosForZerosAndFiniteScalesForAnything) {
  std::vector<float> x(128, 0.0f);
  x[32] = kInf, x[33] = -kInf, x[34] = kNan, x[35] = 1.0f;
  x[40] = kInf;
  for (std::size_t i = 64; i < 96; ++i) x[i] = kNan;
  for (std::size_t i = 96; i < 128; ++i) x[i] = 1e-44f;  // 127 / amax would be infinite.
  const Codes c = quantized(scalar_table(), x);
  EXPECT_EQ(c.scales[0], 0.0f);
  EXPECT_EQ(c.sums32[0], 0);
  EXPECT_EQ(c.code(32), 127);
  EXPECT_EQ(c.code(33), -127);
  EXPECT_EQ(c.code(34), 0);
  EXPECT_EQ(c.code(35), 0);
  EXPECT_EQ(c.code(40), 127);
  EXPECT_TRUE(std::isfinite(c.scales[1]));
  EXPECT_EQ(c.scales[2], 0.0f);
  EXPECT_EQ(c.sums32[2], 0);
  EXPECT_EQ(c.sums32[3], 0);
}

TEST(RmsNorm, MatchesDoublePrecision) {
  for (const std::int64_t n : kLengths) {
    const std::vector<float> x = random_values(n, 11), weight = random_values(n, 12, 1.0f);
    std::vector<float> y(x.size());
    scalar_table().rms_norm(x.data(), weight.data(), 1e-6f, n, y.data());
    double squares = 0;
    for (const float v : x) squares += double{v} * double{v};
    const double factor = 1 / std::sqrt(squares / static_cast<double>(n) + 1e-6);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double expected = double{x[i]} * factor * double{weight[i]};
      ASSERT_NEAR(y[i], expected, 1e-6 * std::fabs(expected)) << "n = " << n << ", i = " << i;
    }
  }
}

TEST(Gates, MatchDoublePrecision) {
  const std::vector<float> gate = random_values(100, 21, 10.0f), up = random_values(100, 22);
  std::vector<float> silu(100), gelu(100);
  scalar_table().silu_times(gate.data(), up.data(), 100, silu.data());
  scalar_table().gelu_tanh_times(gate.data(), up.data(), 100, gelu.data());
  for (std::size_t i = 0; i < 100; ++i) {
    const double g = double{gate[i]}, u = double{up[i]};
    EXPECT_NEAR(silu[i], g / (1 + std::exp(-g)) * u, 2e-6 * std::fabs(g * u));
    const double inner = std::sqrt(2 / std::acos(-1.0)) * (g + 0.044715 * g * g * g);
    EXPECT_NEAR(gelu[i], 0.5 * g * (1 + std::tanh(inner)) * u, 2e-6 * std::fabs(g * u));
  }
}

TEST(Softcap, MatchesDoublePrecision) {
  std::vector<float> x = random_values(100, 31, 60.0f);
  const std::vector<float> before = x;
  scalar_table().softcap(x.data(), 30.0f, 100);
  for (std::size_t i = 0; i < 100; ++i)
    EXPECT_NEAR(x[i], 30 * std::tanh(double{before[i]} / 30), 5e-6);
}

TEST(Rope, RotatesPairsAndLeavesTheRest) {
  for (const std::int32_t pairs : {1, 8, 16, 20, 32}) {
    const auto count = static_cast<std::size_t>(pairs);
    std::vector<float> cos(count), sin(count);
    for (std::size_t i = 0; i < count; ++i) {
      cos[i] = static_cast<float>(std::cos(0.1 * static_cast<double>(i + 1)));
      sin[i] = static_cast<float>(std::sin(0.1 * static_cast<double>(i + 1)));
    }
    const std::vector<float> head = random_values(2 * pairs + 3, 41);
    std::vector<float> adjacent = head, halves = head;
    scalar_table().rope_adjacent(adjacent.data(), cos.data(), sin.data(), pairs);
    scalar_table().rope_halves(halves.data(), cos.data(), sin.data(), pairs);
    for (std::size_t i = 0; i < count; ++i) {
      const double c = double{cos[i]}, s = double{sin[i]};
      double a = double{head[2 * i]}, b = double{head[2 * i + 1]};
      EXPECT_NEAR(adjacent[2 * i], a * c - b * s, 2e-6);
      EXPECT_NEAR(adjacent[2 * i + 1], a * s + b * c, 2e-6);
      a = double{head[i]}, b = double{head[i + count]};
      EXPECT_NEAR(halves[i], a * c - b * s, 2e-6);
      EXPECT_NEAR(halves[i + count], a * s + b * c, 2e-6);
    }
    for (std::size_t i = 2 * count; i < head.size(); ++i) {
      EXPECT_EQ(adjacent[i], head[i]);
      EXPECT_EQ(halves[i], head[i]);
    }
  }
}

}  // namespace
}  // namespace byeol::kernels
