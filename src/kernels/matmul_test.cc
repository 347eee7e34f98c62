// Every table against the scalar one, bit by bit; and the scalar one against doubles.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "kernels/kernel_table.h"
#include "kernels/layout.h"
#include "kernels/test_tables.h"

namespace byeol::kernels {
namespace {

constexpr Layout kIntegerLayouts[] = {
    Layout::kQ4,        Layout::kQ4Min,     Layout::kQ5,     Layout::kQ5Min, Layout::kQ8,
    Layout::kSuper4Min, Layout::kSuper5Min, Layout::kSuper6, Layout::kWide,  Layout::kQ8Split};
constexpr Layout kFloatLayouts[] = {Layout::kF32, Layout::kF16, Layout::kBF16};
constexpr const char* kNames[] = {"Q4",        "Q4Min",     "Q5",     "Q5Min", "Q8",
                                  "Super4Min", "Super5Min", "Super6", "Wide",  "Q8Split",
                                  "F32",       "F16",       "BF16"};

std::string name_of(Layout layout) {
  return kNames[static_cast<int>(layout)];
}

// Memory that begins on a 64-byte line and ends where it should, so that a sanitizer sees overruns.
class Bytes {
 public:
  explicit Bytes(std::int64_t size)
      : data_(static_cast<std::byte*>(
            ::operator new(static_cast<std::size_t>(size), std::align_val_t{64}))),
        size_(size) {
    std::fill_n(data_, size, std::byte{0});
  }
  ~Bytes() { ::operator delete(data_, std::align_val_t{64}); }
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;

  std::byte* data() const { return data_; }
  std::int64_t size() const { return size_; }

 private:
  std::byte* data_;
  std::int64_t size_;
};

enum class Codes { kRandom, kLowest, kHighest };

template <typename T>
void put(std::byte* bytes, std::int64_t index, T value) {
  std::memcpy(bytes + index * static_cast<std::int64_t>(sizeof(T)), &value, sizeof(T));
}

// An f16 that is finite: zero, denormal, ordinary or the largest.
std::uint16_t random_half(std::mt19937& random) {
  const auto bits = static_cast<std::uint32_t>(random());
  switch (bits % 16) {
    case 0:
      return 0;
    case 1:
      return static_cast<std::uint16_t>((bits >> 8 & 0x83ff));  // Denormal.
    case 2:
      return static_cast<std::uint16_t>(0x7bff | (bits >> 16 & 0x8000));
    default:
      return static_cast<std::uint16_t>((bits >> 16 & 0x8fff) | 0x2000);
  }
}

struct TestWeights {
  TestWeights(Layout layout, int rows, int k, Codes codes, std::mt19937& random)
      : bytes((rows + kTileRows - 1) / kTileRows * tile_bytes(layout, k)),
        lows((rows + kTileRows - 1) / kTileRows * low_tile_bytes(k)),
        weights{bytes.data(), tile_bytes(layout, k), rows, k, layout, lows.data()} {
    for (std::int64_t i = 0; i < lows.size(); ++i) lows.data()[i] = random_code(codes, random);
    const LayoutTraits& t = traits(layout);
    for (std::int64_t at = 0; at < bytes.size(); at += weights.tile_bytes) {
      std::byte* const tile = bytes.data() + at;
      if (t.float_bytes != 0) {
        fill_floats(tile, random);
        continue;
      }
      for (int block = 0; block < k / kBlock; ++block) {
        std::byte* const at_codes = tile + codes_offset(layout, block);
        for (int i = 0; i < t.code_bytes; ++i) at_codes[i] = random_code(codes, random);
        for (int i = 0; i < t.scale_bytes; ++i)
          tile[scales_offset(layout, block) + i] = static_cast<std::byte>(random());
        if (block % t.unit_blocks == 0) fill_head(tile + head_offset(layout, block), random);
      }
    }
  }

  static std::byte random_code(Codes codes, std::mt19937& random) {
    return codes == Codes::kRandom ? static_cast<std::byte>(random())
                                   : static_cast<std::byte>(codes == Codes::kHighest ? 255 : 0);
  }

  void fill_floats(std::byte* tile, std::mt19937& random) {
    for (std::int64_t i = 0; i < std::int64_t{weights.k} * kTileRows; ++i) {
      const float value = std::uniform_real_distribution<float>(-2, 2)(random);
      std::uint32_t bits;
      std::memcpy(&bits, &value, sizeof bits);
      if (weights.layout == Layout::kF32) put(tile, i, value);
      if (weights.layout == Layout::kF16) put(tile, i, random_half(random));
      if (weights.layout == Layout::kBF16) put(tile, i, static_cast<std::uint16_t>(bits >> 16));
    }
  }

  void fill_head(std::byte* head, std::mt19937& random) {
    const int bytes_of_head = traits(weights.layout).head_bytes;
    if (weights.layout == Layout::kWide) {
      for (int i = 0; i < bytes_of_head / 4; ++i)
        put(head, i,
            std::ldexp(static_cast<float>(random() % 2001) - 1000.0f,
                       static_cast<int>(random() % 150) - 140));
      return;
    }
    for (int i = 0; i < bytes_of_head / 2; ++i) put(head, i, random_half(random));
  }

  Bytes bytes;
  Bytes lows;
  Weights weights;
};

// Rows of activations: any codes, wide quads anywhere; or, extreme, all as large as they can be.
struct TestColumns {
  TestColumns(int rows, int k, bool extreme, std::mt19937& random)
      : values(static_cast<std::size_t>(rows * k)),
        codes(values.size()),
        scales(values.size() / 32),
        highs32(scales.size()),
        highs16(2 * scales.size()),
        quads(scales.size()),
        sums32(scales.size()),
        sums16(2 * scales.size()),
        quantized{.codes = codes.data(),
                  .scales = scales.data(),
                  .highs32 = highs32.data(),
                  .highs16 = highs16.data(),
                  .quads = quads.data(),
                  .sums32 = sums32.data(),
                  .sums16 = sums16.data(),
                  .rows = rows,
                  .k = k} {
    for (std::size_t block = 0; block < scales.size(); ++block)
      quads[block] = static_cast<std::uint8_t>(random() % 8);
    for (std::size_t i = 0; i < codes.size(); ++i) {
      const int largest = is_wide(i) ? 16319 : 127;
      const int code = extreme ? (random() % 4 != 0 ? largest : -largest)
                               : static_cast<int>(random()) % (largest + 1);
      set(i, code);
    }
    for (float& scale : scales)
      scale = std::ldexp(static_cast<float>(random() % 1000), static_cast<int>(random() % 24) - 24);
  }

  bool is_wide(std::size_t i) const { return quads[i / 32] == i % 32 / 4; }

  void set(std::size_t i, int code) {
    sums32[i / 32] += code - values[i];
    sums16[i / 16] += code - values[i];
    values[i] = code;
    const int high = is_wide(i) ? (code + 64) >> 7 : 0;
    codes[i] = static_cast<std::int8_t>(code - 128 * high);
    if (!is_wide(i)) return;
    const unsigned shift = 8 * (i % 4);
    const auto others = static_cast<std::uint32_t>(highs32[i / 32]) & ~(0xFFu << shift);
    highs32[i / 32] = highs16[i / 16] =
        static_cast<std::int32_t>(others | (static_cast<std::uint32_t>(high) & 0xFFu) << shift);
  }

  std::vector<int> values;  // The whole codes.
  std::vector<std::int8_t> codes;
  std::vector<float> scales;
  std::vector<std::int32_t> highs32, highs16;
  std::vector<std::uint8_t> quads;
  std::vector<std::int32_t> sums32, sums16;
  Quantized quantized;
};

constexpr float kUntouched = -12345.0f;

std::vector<float> multiply(const KernelTable& table, const TestWeights& w, const Quantized& x,
                            int tile_begin, int tile_end) {
  // A stride wider than the rows: what lies between must stay as it was.
  const std::int64_t stride = w.weights.rows + 3;
  std::vector<float> y(static_cast<std::size_t>(stride * x.rows), kUntouched);
  const Bytes scratch(matmul_scratch_bytes(x.k));
  table.matmul(w.weights, tile_begin, tile_end, x, y.data(), stride, scratch.data());
  return y;
}

std::vector<float> multiply(const KernelTable& table, const TestWeights& w, const Quantized& x) {
  return multiply(table, w, x, 0, (w.weights.rows + kTileRows - 1) / kTileRows);
}

testing::AssertionResult same_bits(const std::vector<float>& expected,
                                   const std::vector<float>& actual) {
  for (std::size_t i = 0; i < expected.size(); ++i)
    if (std::memcmp(&expected[i], &actual[i], sizeof(float)) != 0)
      return testing::AssertionFailure() << "at " << i << " of " << expected.size() << ": "
                                         << actual[i] << " instead of " << expected[i];
  return testing::AssertionSuccess();
}

TEST(Matmul, EveryIsaGivesTheScalarBitsForEveryLayoutAndShape) {
  std::mt19937 random(20261124);
  struct Shape {
    int k;
    std::vector<int> columns;
  };
  const Shape shapes[] = {
      {32, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 31, 64, 65, 129}},
      {64, {1, 4, 7}},
      {96, {1, 2, 3, 5, 13}},
      {256, {1, 2, 3, 4, 5, 6, 7, 11, 31, 130}},
      {512, {1, 3, 8}},
      {576, {1, 6, 17}},
      {640, {2, 7}},
      {1536, {1, 5}},
      {2048, {1, 4}},
      {2304, {1, 9}}};
  for (const Layout layout : kIntegerLayouts) {
    for (const Shape& shape : shapes) {
      if (shape.k / kBlock % traits(layout).unit_blocks != 0) continue;
      for (const int columns : shape.columns) {
        const int rows = std::vector<int>{1, 16, 23, 48, 61, 96}[random() % 6];
        const TestWeights w(layout, rows, shape.k, Codes::kRandom, random);
        const TestColumns x(columns, shape.k, random() % 4 == 0, random);
        const auto expected = multiply(scalar_table(), w, x.quantized);
        for (const KernelTable* table : tables_to_test())
          ASSERT_TRUE(same_bits(expected, multiply(*table, w, x.quantized)))
              << table->isa << ", " << name_of(layout) << ", " << rows << " x " << shape.k << ", "
              << columns << " columns";
      }
    }
  }
}

// The largest sums that 16-bit halves of a kernel can meet.
TEST(Matmul, ExtremeCodesOverflowNothing) {
  std::mt19937 random(2);
  for (const Layout layout : kIntegerLayouts) {
    for (const Codes codes : {Codes::kLowest, Codes::kHighest}) {
      for (const int columns : {1, 6}) {
        for (const int sign : {1, -1}) {
          const TestWeights w(layout, 32, 256, codes, random);
          TestColumns x(columns, 256, true, random);
          for (std::size_t i = 0; i < x.values.size(); ++i)
            x.set(i, (x.is_wide(i) ? 16319 : 127) * sign);
          const auto expected = multiply(scalar_table(), w, x.quantized);
          for (const KernelTable* table : tables_to_test())
            ASSERT_TRUE(same_bits(expected, multiply(*table, w, x.quantized)))
                << table->isa << ", " << name_of(layout) << ", " << columns << " columns";
        }
      }
    }
  }
}

// Promise 1 of the design.
TEST(Matmul, AColumnAloneHasTheBitsThatItHasInCompany) {
  std::mt19937 random(3);
  constexpr int kK = 512, kColumns = 37, kRows = 48;
  for (const Layout layout : kIntegerLayouts) {
    const TestWeights w(layout, kRows, kK, Codes::kRandom, random);
    const TestColumns x(kColumns, kK, false, random);
    for (const KernelTable* table : tables_to_test()) {
      const auto together = multiply(*table, w, x.quantized);
      for (int c = 0; c < kColumns; c += 5) {
        Quantized one = x.quantized;
        one.codes += c * kK;
        one.scales += c * kK / 32;
        one.highs32 += c * kK / 32;
        one.highs16 += c * kK / 16;
        one.quads += c * kK / 32;
        one.sums32 += c * kK / 32;
        one.sums16 += c * kK / 16;
        one.rows = 1;
        const auto alone = multiply(*table, w, one);
        const std::vector<float> same(together.begin() + c * (kRows + 3),
                                      together.begin() + (c + 1) * (kRows + 3));
        ASSERT_TRUE(same_bits(alone, same)) << table->isa << ", " << name_of(layout) << ", " << c;
      }
    }
  }
}

TEST(Matmul, OnlyTheRowsOfTheGivenTilesAreWritten) {
  std::mt19937 random(4);
  const TestWeights w(Layout::kQ4Min, 134, 64, Codes::kRandom, random);
  const TestColumns x(3, 64, false, random);
  std::vector<const KernelTable*> tables = tables_to_test();
  tables.push_back(&scalar_table());
  for (const KernelTable* table : tables) {
    const auto whole = multiply(*table, w, x.quantized);
    const auto part = multiply(*table, w, x.quantized, 1, 4);
    for (std::size_t i = 0; i < part.size(); ++i) {
      const std::size_t row = i % 137;
      EXPECT_EQ(part[i], row >= 32 && row < 128 ? whole[i] : kUntouched) << table->isa << ", " << i;
    }
  }
}

// The formula itself: weights as values, in doubles.
TEST(Matmul, TheScalarProductIsTheProductOfTheValues) {
  std::mt19937 random(5);
  constexpr int kK = 256, kRows = 32;
  for (const Layout layout : kIntegerLayouts) {
    TestWeights w(layout, kRows, kK, Codes::kRandom, random);
    const TestColumns x(2, kK, false, random);
    const auto y = multiply(scalar_table(), w, x.quantized);
    const LayoutTraits& t = traits(layout);
    for (int c = 0; c < 2; ++c) {
      for (int row = 0; row < kRows; ++row) {
        double sum = 0, magnitude = 0;
        for (int i = 0; i < kK; ++i) {
          const Scale scale = load_scale(w.weights, w.weights.tiles, row, i);
          const int code = load_code_of(w.weights, 0, row, i) - t.offset;
          const double value = static_cast<double>(scale.d) * code + static_cast<double>(scale.m);
          const auto at = static_cast<std::size_t>(c * kK + i);
          const double product = value * x.values[at] * static_cast<double>(x.scales[at / 32]);
          sum += product;
          magnitude += std::abs(static_cast<double>(scale.d) * code * x.values[at] *
                                static_cast<double>(x.scales[at / 32])) +
                       std::abs(static_cast<double>(scale.m) * x.values[at] *
                                static_cast<double>(x.scales[at / 32]));
        }
        EXPECT_NEAR(static_cast<double>(y[static_cast<std::size_t>(c * (kRows + 3) + row)]), sum,
                    1e-5 * magnitude)
            << name_of(layout) << ", row " << row;
      }
    }
  }
}

std::vector<float> bounds(const KernelTable& table, const TestWeights& w, const Quantized& x) {
  const int tiles = (w.weights.rows + kTileRows - 1) / kTileRows;
  std::vector<float> found(static_cast<std::size_t>((tiles + 1) * x.rows), kUntouched);
  const Bytes scratch(matmul_scratch_bytes(x.k));
  table.bound_tiles(w.weights, 0, tiles, x, found.data(), tiles + 1, scratch.data());
  return found;
}

TEST(Bounds, EveryIsaGivesTheScalarBits) {
  std::mt19937 random(7);
  for (const int k : {32, 96, 640}) {
    for (const int columns : {1, 2, 3, 5, 6, 7, 13}) {
      const TestWeights w(Layout::kQ8Split, 75, k, Codes::kRandom, random);
      const TestColumns x(columns, k, columns % 3 == 0, random);
      const auto expected = bounds(scalar_table(), w, x.quantized);
      for (const KernelTable* table : tables_to_test())
        ASSERT_TRUE(same_bits(expected, bounds(*table, w, x.quantized)))
            << table->isa << ", k " << k << ", " << columns << " columns";
    }
  }
}

// Also where every lower bit pulls the same way, and where roundings are all there is.
TEST(Bounds, NoProductExceedsItsTilesBound) {
  std::mt19937 random(8);
  for (const Codes codes : {Codes::kRandom, Codes::kLowest, Codes::kHighest}) {
    for (const int k : {32, 640, 4096}) {
      for (const bool extreme : {false, true}) {
        const TestWeights w(Layout::kQ8Split, 300, k, codes, random);
        const TestColumns x(4, k, extreme, random);
        const auto y = multiply(scalar_table(), w, x.quantized);
        const auto limits = bounds(scalar_table(), w, x.quantized);
        for (int c = 0; c < 4; ++c)
          for (int row = 0; row < 300; ++row)
            ASSERT_LE(y[static_cast<std::size_t>(c * 303 + row)],
                      limits[static_cast<std::size_t>(c * 11 + row / kTileRows)])
                << "k " << k << ", row " << row;
      }
    }
  }
}

TEST(Bounds, WhatIsNotFiniteHasNoBound) {
  std::mt19937 random(9);
  TestWeights w(Layout::kQ8Split, 96, 64, Codes::kRandom, random);
  const TestColumns x(1, 64, false, random);
  put(w.bytes.data() + w.weights.tile_bytes, 3, std::uint16_t{0x7e00});  // NaN, row 35.
  std::vector<const KernelTable*> tables = tables_to_test();
  tables.push_back(&scalar_table());
  for (const KernelTable* table : tables) {
    const auto found = bounds(*table, w, x.quantized);
    EXPECT_TRUE(std::isfinite(found[0])) << table->isa;
    EXPECT_EQ(found[1], std::numeric_limits<float>::infinity()) << table->isa;
    EXPECT_TRUE(std::isfinite(found[2])) << table->isa;
  }
}

TEST(MatmulFloat, EveryIsaGivesTheScalarBits) {
  std::mt19937 random(6);
  for (const Layout layout : kFloatLayouts) {
    for (const int k : {1, 31, 64, 577}) {
      for (const int columns : {1, 2, 3, 4, 5, 12, 13, 25}) {
        const int rows = std::vector<int>{1, 16, 23, 48}[random() % 4];
        const TestWeights w(layout, rows, k, Codes::kRandom, random);
        std::vector<float> x(static_cast<std::size_t>((k + 2) * columns));
        for (float& value : x) value = std::uniform_real_distribution<float>(-3, 3)(random);
        const auto run = [&](const KernelTable& table) {
          std::vector<float> y(static_cast<std::size_t>(columns * (rows + 1)), kUntouched);
          table.matmul_float(w.weights, 0, (rows + kTileRows - 1) / kTileRows, x.data(), k + 2,
                             columns, y.data(), rows + 1);
          return y;
        };
        const auto expected = run(scalar_table());
        for (const KernelTable* table : tables_to_test())
          ASSERT_TRUE(same_bits(expected, run(*table)))
              << table->isa << ", " << name_of(layout) << ", " << rows << " x " << k << ", "
              << columns << " columns";
      }
    }
  }
}

}  // namespace
}  // namespace byeol::kernels
