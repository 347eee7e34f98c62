// The output head where a sampler can choose few of the logits: bounds from the upper bits of all
// rows first, then those tiles alone that can hold a wanted logit (kernels/bound_terms.inc).
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "model/cpu_ops.h"

namespace byeol::model {
namespace {

constexpr std::int32_t kTile = kernels::kTileRows;
constexpr float kForbidden = -std::numeric_limits<float>::infinity();
// With more rows than this the product is bound by arithmetic, and bounds would add to it.
constexpr std::int32_t kRowsMax = 8;
// Bounds read 65 % of the bytes. Where more of the tiles than this had to be read after all, the
// next heads are computed whole, and then it is tried again.
constexpr float kShareMax = 0.25f;
constexpr std::int32_t kFullHeads = 32;
// Tiles that are computed first, to know what the best logits are at least.
constexpr std::int32_t kFirstTiles = 8;
constexpr std::int32_t kTilesPerTaskMax = 64;
constexpr std::int32_t kTilesPerFill = 512;

// Of a tile's tokens, those that are eligible: a bit each.
std::uint32_t eligible(const LogitsWanted& wanted, std::int32_t tile) {
  static_assert(kTile == 32);
  if (wanted.among.empty()) return ~std::uint32_t{0};
  const auto word = static_cast<std::size_t>(tile / 2);
  return word < wanted.among.size()
             ? static_cast<std::uint32_t>(wanted.among[word] >> (tile % 2 * kTile))
             : 0;
}

// Whether some row that asks for the best may find it in this tile.
bool has_eligible(std::span<const LogitsWanted> wanted, std::int32_t tile) {
  return std::ranges::any_of(wanted, [tile](const LogitsWanted& row) {
    return row.tokens.empty() && eligible(row, tile) != 0;
  });
}

// One row's search: which of its tiles must be computed.
class Search {
 public:
  Search(const LogitsWanted& wanted, std::span<const float> bounds, float* scratch)
      : wanted_(wanted), bounds_(bounds), scratch_(scratch) {}

  // The bound that the most promising tiles have: enough of them to hold the best logits, where
  // each has one.
  float first_bound() const {
    const std::int64_t count = kFirstTiles + wanted_.best;
    float* end = scratch_;
    for (std::size_t tile = 0; tile < bounds_.size(); ++tile)
      if (eligible(wanted_, static_cast<std::int32_t>(tile)) != 0) *end++ = bounds_[tile];
    if (count >= end - scratch_) return kForbidden;
    const auto nth = scratch_ + count - 1;
    std::nth_element(scratch_, nth, end, std::greater<>());
    return *nth;
  }

  // What a logit must reach to be wanted, as far as the logits of the marked tiles tell.
  float threshold(const float* logits, std::int32_t rows, const std::uint8_t* computed) const {
    float* end = scratch_;
    const auto best = static_cast<std::size_t>(std::max(wanted_.best, 1));
    for (std::size_t tile = 0; tile < bounds_.size(); ++tile) {
      if (computed[tile] == 0) continue;
      const std::int32_t begin = static_cast<std::int32_t>(tile) * kTile;
      std::uint32_t left = eligible(wanted_, static_cast<std::int32_t>(tile));
      for (; left != 0; left &= left - 1) {
        const std::int32_t row = begin + std::countr_zero(left);
        if (row < rows && !std::isnan(logits[row])) *end++ = logits[row];
      }
      // Only the best so far are kept: the scratch stays small.
      if (end - scratch_ > kKeptMax) {
        std::nth_element(scratch_, scratch_ + best - 1, end, std::greater<>());
        end = scratch_ + best;
      }
    }
    if (static_cast<std::size_t>(end - scratch_) < best) return kForbidden;
    std::nth_element(scratch_, scratch_ + best - 1, end, std::greater<>());
    return wanted_.best > 0 ? scratch_[best - 1] : scratch_[0] - wanted_.within;
  }

  static constexpr std::int32_t kKeptMax = 4096;

 private:
  const LogitsWanted& wanted_;
  std::span<const float> bounds_;
  float* scratch_;  // As many floats as there are tiles, and kKeptMax + kTile at least.
};

}  // namespace

// Which tiles of a head are computed, and which are to be next.
struct CpuOps::HeadTiles {
  std::int32_t count;
  std::uint8_t* asked;   // [count]
  std::uint8_t* marked;  // [count]: computed, or about to be.
  std::int32_t* next;    // [count]
  std::int32_t computed = 0;
};

// The rows from the first to the last that ask for the best logits: of those there are bounds.
struct CpuOps::BestRange {
  explicit BestRange(std::span<const LogitsWanted> wanted) {
    for (std::size_t row = 0; row < wanted.size(); ++row) {
      if (!wanted[row].tokens.empty()) continue;
      if (count == 0) first = static_cast<std::int32_t>(row);
      count = static_cast<std::int32_t>(row) - first + 1;
    }
  }
  std::int32_t first = 0, count = 0;
};

bool CpuOps::may_bound(const Operand& x, const Matrix& weight, std::span<const LogitsWanted> wanted,
                       const BestRange& best) const {
  // A sum of activations so large that it may overflow is left to the whole product.
  constexpr float kScaleMax = 1e25f;
  if (weight.weights.layout != kernels::Layout::kQ8Split || !weight.bias.empty()) return false;
  if (best.count > kRowsMax || full_heads_ > 0) return false;
  if (std::ranges::any_of(wanted,
                          [](const LogitsWanted& row) { return row.best > Search::kKeptMax / 2; }))
    return false;
  const std::int64_t scales = std::int64_t{x.rows.rows} * (x.rows.width / kernels::kBlock);
  return std::all_of(x.quantized.scales, x.quantized.scales + scales,
                     [](float scale) { return scale < kScaleMax; });
}

// Computes those tiles that are asked for and not computed yet.
void CpuOps::compute_tiles(const Operand& x, const Matrix& weight, const Rows& y,
                           HeadTiles& tiles) {
  std::int32_t count = 0;
  for (std::int32_t tile = 0; tile < tiles.count; ++tile) {
    if (tiles.marked[tile] != 0 || tiles.asked[tile] == 0) continue;
    tiles.marked[tile] = 1;
    tiles.next[count++] = tile;
  }
  pool_.run(count, [&](int task, int thread) {
    const std::int32_t tile = tiles.next[task];
    multiply(weight, x, {tile, tile + 1, 0, x.rows.rows}, y, thread);
  });
  tiles.computed += count;
}

// Upper bounds of the tiles in which some row may find what it asks for: [best.count][tiles].
Rows CpuOps::bound(const Operand& x, const Matrix& weight, std::span<const LogitsWanted> wanted,
                   const BestRange& best) {
  const std::int32_t count = weight.tiles();
  const Rows bounds = take_rows(best.count, count);
  const kernels::Quantized rows = rows_of(x.quantized, best.first, best.count);
  // Long runs of memory, but work for every thread to the end.
  const std::int32_t run = std::clamp(count / (4 * pool_.threads()), 1, kTilesPerTaskMax);
  pool_.run((count + run - 1) / run, [&](int task, int thread) {
    const std::int32_t end = std::min((task + 1) * run, count);
    for (std::int32_t tile = task * run; tile < end;) {
      const std::int32_t begin = tile;
      while (tile < end && has_eligible(wanted, tile)) ++tile;
      if (tile > begin)
        kernels_.bound_tiles(weight.weights, begin, tile, rows, bounds.data, count,
                             thread_scratch_[static_cast<std::size_t>(thread)]);
      else
        ++tile;
    }
  });
  return bounds;
}

// The best logits, or those near the best: bounds first, then what they leave in question.
void CpuOps::compute_best(const Operand& x, const Matrix& weight,
                          std::span<const LogitsWanted> wanted, const BestRange& best,
                          const Rows& y, HeadTiles& tiles) {
  const Rows bounds = bound(x, weight, wanted, best);
  const std::int32_t room = std::max(tiles.count, Search::kKeptMax + kTile);
  float* const scratch = arena_.take<float>(std::int64_t{best.count} * room);
  const auto ask_of = [&](std::int32_t i) -> const LogitsWanted& {
    return wanted[static_cast<std::size_t>(best.first + i)];
  };
  // The tiles with a bound of at least the row's limit in some row that asks for the best.
  const auto compute = [&](const auto& limit_of) {
    float limits[kRowsMax];
    pool_.run(best.count, [&](int i, int) {
      const LogitsWanted& ask = ask_of(i);
      const std::span<const float> of_row{bounds.row(i), static_cast<std::size_t>(tiles.count)};
      if (ask.tokens.empty())
        limits[i] = limit_of(i, Search(ask, of_row, scratch + std::int64_t{i} * room));
    });
    for (std::int32_t i = 0; i < best.count; ++i) {
      const LogitsWanted& ask = ask_of(i);
      if (!ask.tokens.empty()) continue;
      const float* const of_row = bounds.row(i);
      for (std::int32_t tile = 0; tile < tiles.count; ++tile)
        if (eligible(ask, tile) != 0 && of_row[tile] >= limits[i]) tiles.asked[tile] = 1;
    }
    compute_tiles(x, weight, y, tiles);
  };
  compute([](std::int32_t, const Search& search) { return search.first_bound(); });
  compute([&](std::int32_t i, const Search& search) {
    return search.threshold(y.row(best.first + i), y.width, tiles.marked);
  });
  if (static_cast<float>(tiles.computed) <= kShareMax * static_cast<float>(tiles.count)) return;
  // Where few tiles were bounded (a text that is nearly over), it says nothing of the next heads.
  std::int32_t bounded = 0;
  for (std::int32_t tile = 0; tile < tiles.count; ++tile)
    bounded += has_eligible(wanted, tile) ? 1 : 0;
  if (2 * bounded > tiles.count) full_heads_ = kFullHeads;
}

Rows CpuOps::head(Operand& x, const Matrix& weight, std::span<const LogitsWanted> wanted) {
  if (!weight.is_float()) quantize(x);
  const BestRange best(wanted);
  if (x.rows.rows == 0 || std::ranges::any_of(wanted, &LogitsWanted::all) ||
      (best.count > 0 && !may_bound(x, weight, wanted, best))) {
    full_heads_ = std::max(full_heads_ - 1, 0);
    const auto [logits] = project(x, weight);
    return logits;
  }
  const Rows y = take_rows(x.rows.rows, weight.rows());
  const std::int64_t start = mark();
  HeadTiles tiles{weight.tiles(), arena_.take<std::uint8_t>(weight.tiles()),
                  arena_.take<std::uint8_t>(weight.tiles()),
                  arena_.take<std::int32_t>(weight.tiles())};
  std::fill_n(tiles.asked, tiles.count, std::uint8_t{0});
  std::fill_n(tiles.marked, tiles.count, std::uint8_t{0});
  pool_.run((tiles.count + kTilesPerFill - 1) / kTilesPerFill, [&](int task, int) {
    const std::int32_t begin = task * kTilesPerFill * kTile;
    const std::int32_t end = std::min(begin + kTilesPerFill * kTile, y.width);
    for (std::int32_t row = 0; row < y.rows; ++row)
      if (wanted[static_cast<std::size_t>(row)].tokens.empty())
        std::fill(y.row(row) + begin, y.row(row) + end, kForbidden);
  });

  for (const LogitsWanted& row : wanted)
    for (const TokenId token : row.tokens) tiles.asked[token / kTile] = 1;
  compute_tiles(x, weight, y, tiles);
  if (best.count > 0) compute_best(x, weight, wanted, best, y, tiles);
  release(start);
  return y;
}

}  // namespace byeol::model
