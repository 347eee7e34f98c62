// Attention against a plain double-precision one that reads the cache's bytes by itself, and every
// table against the scalar one, bit by bit.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "kernels/kernel_table.h"
#include "kernels/test_tables.h"

namespace byeol::kernels {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr KvType kTypes[] = {KvType::kBF16, KvType::kF16, KvType::kQ8};

std::vector<float> random_row(std::mt19937& random, std::int32_t n, float size) {
  std::normal_distribution<float> normal(0.0f, size);
  std::vector<float> row(static_cast<std::size_t>(n));
  for (float& value : row) value = normal(random);
  return row;
}

double half_at(KvType type, const std::byte* block, std::int64_t index) {
  std::uint16_t bits;
  std::memcpy(&bits, block + 2 * index, 2);
  if (type == KvType::kBF16)
    return double{std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16)};
  const int exponent = (bits >> 10) & 31, mantissa = bits & 1023;
  const double size =
      exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(1024 + mantissa, exponent - 25);
  return (bits & 0x8000) != 0 ? -size : size;
}

// The value that a block holds at `index` (counted in values) for the position `slot`.
double stored(KvType type, const std::byte* block, std::int64_t index, std::int32_t slot,
              std::int32_t head_dim) {
  if (type != KvType::kQ8) return half_at(type, block, index);
  float scale;
  std::memcpy(&scale, block + kPageTokens * head_dim + 4 * slot, 4);
  return static_cast<double>(static_cast<std::int8_t>(block[index])) * double{scale};
}

// The keys and values of one head, written by `table`.
class Cache {
 public:
  Cache(const KernelTable& table, KvType type, std::int32_t head_dim, std::int32_t tokens,
        std::uint32_t seed, float key_size = 1.0f)
      : type_(type), head_dim_(head_dim) {
    std::mt19937 random(seed);
    const auto bytes = static_cast<std::size_t>(kv_block_bytes(type, head_dim));
    const auto pages = static_cast<std::size_t>((tokens + kPageTokens - 1) / kPageTokens);
    keys_.assign(pages, std::vector<std::byte>(bytes));
    values_ = keys_;
    for (std::int32_t t = 0; t < tokens; ++t) {
      const auto page = static_cast<std::size_t>(t / kPageTokens);
      const std::vector<float> key = random_row(random, head_dim, key_size);
      const std::vector<float> value = random_row(random, head_dim, 2.0f);
      table.store_key(type, keys_[page].data(), t % kPageTokens, key.data(), head_dim);
      table.store_value(type, values_[page].data(), t % kPageTokens, value.data(), head_dim);
    }
    for (std::size_t page = 0; page < pages; ++page) {
      key_pages_.push_back(keys_[page].data());
      value_pages_.push_back(values_[page].data());
    }
  }
  Cache(const Cache&) = delete;
  Cache& operator=(const Cache&) = delete;

  KvView view() const { return {key_pages_.data(), value_pages_.data(), type_, head_dim_}; }
  double key(std::int32_t t, std::int32_t d) const {
    const std::int32_t slot = t % kPageTokens;
    return stored(type_, keys_[static_cast<std::size_t>(t / kPageTokens)].data(),
                  (slot / 16 * head_dim_ + d) * 16 + slot % 16, slot, head_dim_);
  }
  double value(std::int32_t t, std::int32_t d) const {
    const std::int32_t slot = t % kPageTokens;
    return stored(type_, values_[static_cast<std::size_t>(t / kPageTokens)].data(),
                  slot * head_dim_ + d, slot, head_dim_);
  }
  // A page whose memory is not there any more.
  void remove_page(std::size_t page) { key_pages_[page] = value_pages_[page] = nullptr; }
  bool same_bytes(const Cache& other) const {
    return keys_ == other.keys_ && values_ == other.values_;
  }

 private:
  KvType type_;
  std::int32_t head_dim_;
  std::vector<std::vector<std::byte>> keys_, values_;
  std::vector<const std::byte*> key_pages_, value_pages_;
};

struct Rows {
  std::vector<std::vector<float>> queries;
  std::vector<std::int32_t> positions;
  Rows only(std::size_t row) const { return {{queries[row]}, {positions[row]}}; }
};

Rows random_rows(std::int32_t head_dim, const std::vector<std::int32_t>& positions,
                 std::uint32_t seed) {
  std::mt19937 random(seed);
  Rows rows{{}, positions};
  for (std::size_t i = 0; i < positions.size(); ++i)
    rows.queries.push_back(random_row(random, head_dim, 1.0f));
  return rows;
}

// What comes out for each row: max and sum, then the output.
using Outs = std::vector<std::vector<float>>;

struct Chunk {
  std::vector<Partial> partials;
  Outs outs;
};

using Views = std::vector<const KvView*>;  // By row.

Chunk attend_chunk(const KernelTable& table, const Views& kv, const AttentionRule& rule,
                   const Rows& rows, std::int32_t chunk) {
  const std::size_t count = rows.positions.size();
  const std::int32_t head_dim = kv[0]->head_dim;
  const auto scratch_bytes =
      static_cast<std::size_t>(attention_scratch_bytes(static_cast<std::int32_t>(count), head_dim));
  std::vector<float> scratch(scratch_bytes / sizeof(float) + 16, kNan);
  void* aligned = scratch.data();
  std::size_t room = scratch.size() * sizeof(float);
  std::align(64, scratch_bytes, aligned, room);
  Chunk result{std::vector<Partial>(count),
               Outs(count, std::vector<float>(static_cast<std::size_t>(head_dim), kNan))};
  std::vector<const float*> queries;
  std::vector<float*> outs;
  for (std::size_t i = 0; i < count; ++i) {
    queries.push_back(rows.queries[i].data());
    outs.push_back(result.outs[i].data());
  }
  table.attend_chunk(kv.data(), rule, queries.data(), rows.positions.data(),
                     static_cast<std::int32_t>(count), chunk, result.partials.data(), outs.data(),
                     static_cast<std::byte*>(aligned));
  return result;
}

Chunk attend_chunk(const KernelTable& table, const KvView& kv, const AttentionRule& rule,
                   const Rows& rows, std::int32_t chunk) {
  return attend_chunk(table, Views(rows.positions.size(), &kv), rule, rows, chunk);
}

Outs attend(const KernelTable& table, const Views& kv, const AttentionRule& rule, const Rows& rows,
            std::optional<float> sink = {}) {
  const std::int32_t last = *std::max_element(rows.positions.begin(), rows.positions.end());
  Chunk all = attend_chunk(table, kv, rule, rows, 0);
  for (std::int32_t chunk = 1; chunk <= last / kChunkTokens; ++chunk) {
    const Chunk later = attend_chunk(table, kv, rule, rows, chunk);
    for (std::size_t i = 0; i < rows.positions.size(); ++i)
      table.merge(&all.partials[i], all.outs[i].data(), later.partials[i], later.outs[i].data(),
                  kv[0]->head_dim);
  }
  Outs result;
  for (std::size_t i = 0; i < rows.positions.size(); ++i) {
    table.finish(all.partials[i], sink ? &*sink : nullptr, all.outs[i].data(), kv[0]->head_dim);
    result.push_back({all.partials[i].max, all.partials[i].sum});
    result.back().insert(result.back().end(), all.outs[i].begin(), all.outs[i].end());
  }
  return result;
}

Outs attend(const KernelTable& table, const KvView& kv, const AttentionRule& rule, const Rows& rows,
            std::optional<float> sink = {}) {
  return attend(table, Views(rows.positions.size(), &kv), rule, rows, sink);
}

std::vector<double> reference(const Cache& cache, const AttentionRule& rule, std::int32_t head_dim,
                              const std::vector<float>& query, std::int32_t position,
                              std::optional<float> sink) {
  const std::int32_t begin = rule.window > 0 ? std::max(0, position - rule.window + 1) : 0;
  std::vector<double> scores;
  double max = sink ? double{*sink} : -1e300;
  for (std::int32_t t = begin; t <= position; ++t) {
    double score = 0;
    for (std::int32_t d = 0; d < head_dim; ++d)
      score += double{query[static_cast<std::size_t>(d)]} * cache.key(t, d);
    score *= double{rule.scale};
    if (rule.softcap > 0) score = double{rule.softcap} * std::tanh(score / double{rule.softcap});
    scores.push_back(score);
    max = std::max(max, score);
  }
  double sum = sink ? std::exp(double{*sink} - max) : 0;
  std::vector<double> out(static_cast<std::size_t>(head_dim));
  for (std::int32_t t = begin; t <= position; ++t) {
    const double p = std::exp(scores[static_cast<std::size_t>(t - begin)] - max);
    sum += p;
    for (std::int32_t d = 0; d < head_dim; ++d)
      out[static_cast<std::size_t>(d)] += p * cache.value(t, d);
  }
  for (double& value : out) value /= sum;
  return out;
}

void expect_same_bits(const Outs& actual, const Outs& expected, const std::string& what) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i)
    for (std::size_t j = 0; j < actual[i].size(); ++j)
      ASSERT_EQ(std::bit_cast<std::uint32_t>(actual[i][j]),
                std::bit_cast<std::uint32_t>(expected[i][j]))
          << what << ", row " << i << ", [" << j << "]: " << actual[i][j] << " and "
          << expected[i][j];
}

struct Case {
  std::int32_t head_dim;
  AttentionRule rule;
  std::optional<float> sink;
};
// Every kind of rule, and head sizes with odd and even numbers of vectors.
const std::vector<Case> kCases = {
    {16, {0.25f, 0, 0}, {}},     {48, {0.2f, 30.0f, 0}, {}},     {64, {0.125f, 0, 0}, 0.7f},
    {64, {0.125f, 0, 40}, {}},   {80, {0.1f, 0, 1}, {}},         {112, {0.1f, 20.0f, 100}, 2.0f},
    {128, {0.088f, 0, 300}, {}}, {256, {0.0625f, 50.0f, 0}, {}},
};
// At the edges of vectors, pages and chunks.
const std::vector<std::int32_t> kPositions = {0,   1,   15,  16,  31,  32,  33,  63,  100, 254,
                                              255, 256, 257, 299, 300, 511, 512, 513, 530};

std::string name_of(KvType type, std::int32_t head_dim) {
  const char* const names[] = {"bf16", "f16", "q8"};
  return std::string(names[static_cast<int>(type)]) + ", head_dim " + std::to_string(head_dim);
}

TEST(Attention, MatchesDoublePrecision) {
  for (const KvType type : kTypes)
    for (const Case& c : kCases) {
      const Cache cache(scalar_table(), type, c.head_dim, 531, 5);
      const Rows rows = random_rows(c.head_dim, kPositions, 6);
      const Outs outs = attend(scalar_table(), cache.view(), c.rule, rows, c.sink);
      for (std::size_t i = 0; i < kPositions.size(); ++i) {
        const std::vector<double> expected =
            reference(cache, c.rule, c.head_dim, rows.queries[i], kPositions[i], c.sink);
        for (std::size_t d = 0; d < expected.size(); ++d)
          ASSERT_NEAR(outs[i][d + 2], expected[d], 1e-5)
              << name_of(type, c.head_dim) << ", position " << kPositions[i] << ", d " << d;
      }
    }
}

TEST(Attention, EveryIsaGivesTheScalarBits) {
  for (const KernelTable* table : tables_to_test())
    for (const KvType type : kTypes)
      for (const Case& c : kCases) {
        const std::string what = std::string(table->isa) + ", " + name_of(type, c.head_dim);
        const Cache expected(scalar_table(), type, c.head_dim, 531, 5);
        const Cache actual(*table, type, c.head_dim, 531, 5);
        ASSERT_TRUE(actual.same_bytes(expected)) << what;
        const Rows rows = random_rows(c.head_dim, kPositions, 6);
        expect_same_bits(attend(*table, actual.view(), c.rule, rows, c.sink),
                         attend(scalar_table(), expected.view(), c.rule, rows, c.sink), what);
      }
}

// With one row, two, three ... so that each size of a register block has its turn.
TEST(Attention, GivesARowTheSameBitsAloneAndInCompany) {
  std::vector<const KernelTable*> tables = tables_to_test();
  tables.push_back(&scalar_table());
  for (const KernelTable* table : tables)
    for (const KvType type : kTypes)
      for (const Case& c : kCases) {
        const Cache cache(*table, type, c.head_dim, 531, 8);
        const Rows rows = random_rows(c.head_dim, kPositions, 9);
        Outs alone;
        for (std::size_t i = 0; i < kPositions.size(); ++i)
          alone.push_back(attend(*table, cache.view(), c.rule, rows.only(i), c.sink)[0]);
        for (std::size_t count = 2; count <= kPositions.size(); ++count) {
          if (table == &scalar_table() && count % 7 != 0) continue;
          const std::size_t from = kPositions.size() - count;
          Rows some;
          for (std::size_t i = from; i < kPositions.size(); ++i) {
            some.queries.push_back(rows.queries[i]);
            some.positions.push_back(rows.positions[i]);
          }
          expect_same_bits(attend(*table, cache.view(), c.rule, some, c.sink),
                           Outs(alone.begin() + static_cast<std::ptrdiff_t>(from), alone.end()),
                           std::string(table->isa) + ", " + name_of(type, c.head_dim) + ", " +
                               std::to_string(count) + " rows");
        }
      }
}

// Six sequences, three of which share eleven pages, two of these fifteen; each with some heads of
// one or more positions. One shares a page of which it sees a part (as after a truncation).
TEST(Attention, GivesSequencesThatSharePagesTheBitsThatEachHasAlone) {
  std::vector<const KernelTable*> tables = tables_to_test();
  tables.push_back(&scalar_table());
  struct Sequence {
    std::size_t shared_pages;  // With the first one.
    std::vector<std::int32_t> positions;
  };
  const std::vector<Sequence> sequences = {{17, {530, 530, 530}}, {15, {500, 500, 500}},
                                           {11, {352, 353, 354}}, {11, {340, 340, 340}},
                                           {0, {530, 530, 530}},  {0, {7, 7, 7}}};
  for (const KernelTable* table : tables)
    for (const KvType type : kTypes)
      for (const Case& c : kCases) {
        std::vector<std::vector<const std::byte*>> keys, values;
        std::vector<std::unique_ptr<Cache>> caches;
        std::vector<KvView> views;
        for (const Sequence& sequence : sequences) {
          caches.push_back(std::make_unique<Cache>(*table, type, c.head_dim, 531,
                                                   static_cast<std::uint32_t>(20 + caches.size())));
          const KvView own = caches.back()->view(), first = caches.front()->view();
          keys.emplace_back(own.keys, own.keys + 17);
          values.emplace_back(own.values, own.values + 17);
          std::copy_n(first.keys, sequence.shared_pages, keys.back().begin());
          std::copy_n(first.values, sequence.shared_pages, values.back().begin());
        }
        for (std::size_t i = 0; i < sequences.size(); ++i)
          views.push_back({keys[i].data(), values[i].data(), type, c.head_dim});
        for (const std::size_t heads : {1u, 2u, 3u}) {
          Views kv;
          std::vector<std::int32_t> positions;
          for (std::size_t i = 0; i < sequences.size(); ++i)
            for (std::size_t head = 0; head < heads; ++head) {
              kv.push_back(&views[i]);
              positions.push_back(sequences[i].positions[head]);
            }
          const Rows rows = random_rows(c.head_dim, positions, 40);
          Outs alone;
          for (std::size_t i = 0; i < positions.size(); ++i)
            alone.push_back(attend(*table, *kv[i], c.rule, rows.only(i), c.sink)[0]);
          expect_same_bits(attend(*table, kv, c.rule, rows, c.sink), alone,
                           std::string(table->isa) + ", " + name_of(type, c.head_dim) + ", " +
                               std::to_string(heads) + " heads, window " +
                               std::to_string(c.rule.window));
        }
      }
}

// Products that are rounded away leave a -0 behind, which a masked neighbour's +0 would lift.
TEST(Attention, KeepsTheSignOfZeroFromDependingOnCompany) {
  std::vector<const KernelTable*> tables = tables_to_test();
  tables.push_back(&scalar_table());
  for (const KernelTable* table : tables) {
    const std::int32_t head_dim = 16;
    std::vector<std::byte> keys(static_cast<std::size_t>(kv_block_bytes(KvType::kBF16, head_dim)));
    std::vector<std::byte> values = keys;
    const std::vector<float> key(16, 1.0f), low_key(16, -1.0f), value(16, -1e-38f), other(16, 1.0f);
    table->store_key(KvType::kBF16, keys.data(), 0, key.data(), head_dim);
    table->store_key(KvType::kBF16, keys.data(), 1, low_key.data(), head_dim);
    table->store_value(KvType::kBF16, values.data(), 1, value.data(), head_dim);
    table->store_value(KvType::kBF16, values.data(), 2, other.data(), head_dim);
    const std::byte *key_pages[] = {keys.data()}, *value_pages[] = {values.data()};
    const KvView kv{key_pages, value_pages, KvType::kBF16, head_dim};
    const Rows rows{{std::vector<float>(16, 2.0f), key}, {1, 2}};  // e^-64 for position 1.
    const AttentionRule rule{1.0f, 0.0f, 0};
    const Chunk alone = attend_chunk(*table, kv, rule, rows.only(0), 0);
    const Chunk both = attend_chunk(*table, kv, rule, rows, 0);
    expect_same_bits({both.outs[0]}, {alone.outs[0]}, table->isa);
    EXPECT_FALSE(std::signbit(alone.outs[0][0])) << table->isa;
  }
}

TEST(Attention, DoesNotTouchAPageThatNoRowSees) {
  std::vector<const KernelTable*> tables = tables_to_test();
  tables.push_back(&scalar_table());
  for (const KernelTable* table : tables)
    for (const KvType type : kTypes) {
      Cache cache(*table, type, 64, 600, 10);
      const Rows rows = random_rows(64, {300, 301, 340, 310, 305}, 11);
      const AttentionRule rule{0.125f, 0.0f, 10};  // Sees [291, 340]: pages 9 and 10.
      const Outs expected = attend(*table, cache.view(), rule, rows);
      for (std::size_t page = 0; page < 19; ++page)
        if (page != 9 && page != 10) cache.remove_page(page);
      expect_same_bits(attend(*table, cache.view(), rule, rows), expected, table->isa);
    }
}

TEST(Attention, GivesAnEmptyPartialWhereARowSeesNothing) {
  const Cache cache(scalar_table(), KvType::kBF16, 32, 600, 12);
  const Rows rows = random_rows(32, {10, 300, 599}, 13);
  const AttentionRule rule{0.2f, 0.0f, 20};
  std::vector<const KernelTable*> tables = tables_to_test();
  tables.push_back(&scalar_table());
  for (const KernelTable* table : tables) {
    const Chunk chunk = attend_chunk(*table, cache.view(), rule, rows, 1);
    for (const std::size_t row : {0u, 2u}) {
      EXPECT_EQ(chunk.partials[row].max, -kInf);
      EXPECT_EQ(chunk.partials[row].sum, 0.0f);
      EXPECT_EQ(chunk.outs[row], std::vector<float>(32, 0.0f));
    }
    EXPECT_GT(chunk.partials[1].sum, 0.0f);
  }
}

TEST(Merge, OfAnEmptyPartialChangesNothing) {
  std::mt19937 random(14);
  const std::vector<float> full = random_row(random, 48, 1.0f), none(48, 0.0f);
  const Partial some{3.5f, 2.25f}, empty{-kInf, 0.0f};
  std::vector<const KernelTable*> tables = tables_to_test();
  tables.push_back(&scalar_table());
  for (const KernelTable* table : tables) {
    Partial partial = some;
    std::vector<float> out = full;
    table->merge(&partial, out.data(), empty, none.data(), 48);
    EXPECT_EQ(partial.max, some.max);
    EXPECT_EQ(partial.sum, some.sum);
    EXPECT_EQ(out, full);
    partial = empty, out = none;
    table->merge(&partial, out.data(), some, full.data(), 48);
    EXPECT_EQ(partial.max, some.max);
    EXPECT_EQ(partial.sum, some.sum);
    EXPECT_EQ(out, full);
    partial = empty, out = none;
    table->merge(&partial, out.data(), empty, none.data(), 48);
    EXPECT_EQ(partial.max, -kInf);
    EXPECT_EQ(partial.sum, 0.0f);
    EXPECT_EQ(out, none);
  }
}

TEST(Finish, DividesBySumAndSinkAndGivesZerosForNothing) {
  std::vector<const KernelTable*> tables = tables_to_test();
  tables.push_back(&scalar_table());
  for (const KernelTable* table : tables) {
    std::vector<float> out(16, 6.0f);
    table->finish({2.0f, 3.0f}, nullptr, out.data(), 16);
    EXPECT_EQ(out[5], 2.0f);
    for (const float sink : {-40.0f, 1.0f, 5.0f}) {
      out.assign(16, 6.0f);
      table->finish({2.0f, 3.0f}, &sink, out.data(), 16);
      EXPECT_NEAR(out[5], 6 / (3 + std::exp(double{sink} - 2)), 1e-6) << sink;
    }
    out.assign(16, 0.0f);
    const float sink = 1.0f;
    table->finish({-kInf, 0.0f}, &sink, out.data(), 16);
    EXPECT_EQ(out, std::vector<float>(16, 0.0f));
    table->finish({-kInf, 0.0f}, nullptr, out.data(), 16);
    EXPECT_EQ(out, std::vector<float>(16, 0.0f));
  }
}

TEST(Store, RoundsToTheNearestNumberOfTheType) {
  std::mt19937 random(15);
  const std::int32_t head_dim = 48;
  for (const KvType type : kTypes)
    for (std::int32_t slot = 0; slot < kPageTokens; ++slot) {
      std::vector<std::byte> block(static_cast<std::size_t>(kv_block_bytes(type, head_dim)));
      std::vector<std::byte> keys = block;
      const std::vector<float> row = random_row(random, head_dim, 3.0f);
      scalar_table().store_value(type, block.data(), slot, row.data(), head_dim);
      scalar_table().store_key(type, keys.data(), slot, row.data(), head_dim);
      double amax = 0;
      for (const float v : row) amax = std::max(amax, std::fabs(double{v}));
      for (std::int32_t d = 0; d < head_dim; ++d) {
        const double x = double{row[static_cast<std::size_t>(d)]};
        const double actual = stored(type, block.data(), slot * head_dim + d, slot, head_dim);
        const double error = type == KvType::kBF16  ? std::fabs(x) * 0x1p-8
                             : type == KvType::kF16 ? std::max(std::fabs(x) * 0x1p-11, 0x1p-25)
                                                    : amax / 127 * 0.50001;
        EXPECT_NEAR(actual, x, error) << name_of(type, head_dim);
        EXPECT_EQ(
            stored(type, keys.data(), (slot / 16 * head_dim + d) * 16 + slot % 16, slot, head_dim),
            actual);
      }
    }
}

TEST(Store, RoundsTiesToEvenAndKeepsSubnormals) {
  const std::vector<float> row = {1.00390625f,
                                  1.01171875f,
                                  -1.00390625f,
                                  0x1p-130f,
                                  0x1p-25f,
                                  0x1.8p-24f,
                                  2049.0f,
                                  2051.0f,
                                  0,
                                  0,
                                  0,
                                  0,
                                  0,
                                  0,
                                  0,
                                  0};
  for (const KvType type : {KvType::kBF16, KvType::kF16}) {
    std::vector<std::byte> block(static_cast<std::size_t>(kv_block_bytes(type, 16)));
    scalar_table().store_value(type, block.data(), 0, row.data(), 16);
    const auto at = [&](std::int64_t i) { return half_at(type, block.data(), i); };
    if (type == KvType::kBF16) {
      EXPECT_EQ(at(0), 1.0);
      EXPECT_EQ(at(1), 1.015625);
      EXPECT_EQ(at(2), -1.0);
      EXPECT_EQ(at(3), 0x1p-130);
    } else {
      EXPECT_EQ(at(4), 0.0);
      EXPECT_EQ(at(5), 0x1p-23);
      EXPECT_EQ(at(6), 2048.0);
      EXPECT_EQ(at(7), 2052.0);
    }
  }
}

// Promise 1 needs it: 0 * inf in a masked key would reach rows that do not see it.
TEST(Store, KeepsTheCacheFinite) {
  std::vector<float> row(16, 1.0f);
  row[0] = kInf, row[1] = -kInf, row[2] = kNan, row[3] = -kNan, row[4] = 3.4e38f, row[5] = 1e-40f;
  std::vector<const KernelTable*> tables = tables_to_test();
  tables.push_back(&scalar_table());
  for (const KvType type : kTypes) {
    std::vector<std::vector<std::byte>> blocks;
    for (const KernelTable* table : tables) {
      std::vector<std::byte> block(static_cast<std::size_t>(kv_block_bytes(type, 16)));
      table->store_value(type, block.data(), 3, row.data(), 16);
      for (std::int32_t d = 0; d < 16; ++d)
        EXPECT_TRUE(std::isfinite(stored(type, block.data(), 48 + d, 3, 16))) << table->isa;
      EXPECT_EQ(stored(type, block.data(), 48 + 2, 3, 16), 0.0) << table->isa;
      EXPECT_GE(stored(type, block.data(), 48, 3, 16), 65504.0) << table->isa;
      EXPECT_LE(stored(type, block.data(), 49, 3, 16), -65504.0) << table->isa;
      blocks.push_back(block);
      EXPECT_EQ(blocks.back(), blocks.front()) << table->isa;
    }
  }
}

TEST(Attention, StaysFiniteWhenScoresOverflow) {
  std::vector<const KernelTable*> tables = tables_to_test();
  tables.push_back(&scalar_table());
  for (const KernelTable* table : tables) {
    const Cache cache(*table, KvType::kBF16, 64, 40, 16, 1e30f);
    Rows rows = random_rows(64, {5, 39}, 17);
    for (std::vector<float>& query : rows.queries)
      for (float& value : query) value *= 1e30f;
    for (const std::vector<float>& out : attend(*table, cache.view(), {0.125f, 0.0f, 0}, rows))
      for (const float value : out) EXPECT_TRUE(std::isfinite(value)) << table->isa;
  }
}

TEST(KvBlocks, AreWholeCacheLines) {
  for (const KvType type : kTypes)
    for (std::int32_t head_dim = 16; head_dim <= 512; head_dim += 16)
      EXPECT_EQ(kv_block_bytes(type, head_dim) % 64, 0);
}

}  // namespace
}  // namespace byeol::kernels
