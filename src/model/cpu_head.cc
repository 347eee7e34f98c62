// The output head where a sampler can choose few of the logits: bounds from the upper bits of all
// rows first, then those tiles alone that can hold a wanted logit (kernels/bound_terms.inc).
#include <algorithm>
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

// One row's search: which of its tiles must be computed.
class Search {
 public:
  Search(const LogitsWanted& wanted, std::span<const float> bounds, float* scratch)
      : wanted_(wanted), bounds_(bounds), scratch_(scratch) {}

  // The bound that the most promising tiles have: enough of them to hold the best logits.
  float first_bound() const {
    const auto count = static_cast<std::size_t>(kFirstTiles + wanted_.best);
    if (count >= bounds_.size()) return kForbidden;
    std::ranges::copy(bounds_, scratch_);
    const auto nth = scratch_ + count - 1;
    std::nth_element(scratch_, nth, scratch_ + bounds_.size(), std::greater<>());
    return *nth;
  }

  // What a logit must reach to be wanted, as far as the logits of the marked tiles tell.
  float threshold(const float* logits, std::int32_t rows, const std::uint8_t* computed) const {
    float* end = scratch_;
    const auto best = static_cast<std::size_t>(std::max(wanted_.best, 1));
    for (std::size_t tile = 0; tile < bounds_.size(); ++tile) {
      if (computed[tile] == 0) continue;
      const std::int32_t begin = static_cast<std::int32_t>(tile) * kTile;
      end = std::transform(logits + begin, logits + std::min(begin + kTile, rows), end,
                           [](float logit) { return std::isnan(logit) ? kForbidden : logit; });
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

bool CpuOps::may_bound(const Operand& x, const Matrix& weight,
                       std::span<const LogitsWanted> wanted) const {
  // A sum of activations so large that it may overflow is left to the whole product.
  constexpr float kScaleMax = 1e25f;
  if (weight.weights.layout != kernels::Layout::kQ8Split || !weight.bias.empty()) return false;
  if (x.rows.rows > kRowsMax || full_heads_ > 0) return false;
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

// The best logits, or those near the best: bounds first, then what they leave in question.
void CpuOps::compute_best(const Operand& x, const Matrix& weight,
                          std::span<const LogitsWanted> wanted, const Rows& y, HeadTiles& tiles) {
  const std::int32_t rows = x.rows.rows;
  const Rows bounds = take_rows(rows, tiles.count);
  const std::int32_t room = std::max(tiles.count, Search::kKeptMax + kTile);
  float* const scratch = arena_.take<float>(std::int64_t{rows} * room);
  // Long runs of memory, but work for every thread to the end.
  const std::int32_t run = std::clamp(tiles.count / (4 * pool_.threads()), 1, kTilesPerTaskMax);
  pool_.run((tiles.count + run - 1) / run, [&](int task, int thread) {
    const std::int32_t begin = task * run;
    const std::int32_t end = std::min(begin + run, tiles.count);
    kernels_.bound_tiles(weight.weights, begin, end, x.quantized, bounds.data, tiles.count,
                         thread_scratch_[static_cast<std::size_t>(thread)]);
  });

  // The tiles with a bound of at least limits[row] in some row that asks for the best.
  const auto compute = [&](const auto& limit_of) {
    float limits[kRowsMax];
    pool_.run(rows, [&](int row, int) {
      const LogitsWanted& ask = wanted[static_cast<std::size_t>(row)];
      const std::span<const float> of_row{bounds.row(row), static_cast<std::size_t>(tiles.count)};
      if (ask.tokens.empty())
        limits[row] = limit_of(row, Search(ask, of_row, scratch + std::int64_t{row} * room));
    });
    for (std::int32_t row = 0; row < rows; ++row) {
      if (!wanted[static_cast<std::size_t>(row)].tokens.empty()) continue;
      const float* const of_row = bounds.row(row);
      for (std::int32_t tile = 0; tile < tiles.count; ++tile)
        tiles.asked[tile] |= static_cast<std::uint8_t>(of_row[tile] >= limits[row]);
    }
    compute_tiles(x, weight, y, tiles);
  };
  compute([](std::int32_t, const Search& search) { return search.first_bound(); });
  compute([&](std::int32_t row, const Search& search) {
    return search.threshold(y.row(row), y.width, tiles.marked);
  });
  if (static_cast<float>(tiles.computed) > kShareMax * static_cast<float>(tiles.count))
    full_heads_ = kFullHeads;
}

Rows CpuOps::head(Operand& x, const Matrix& weight, std::span<const LogitsWanted> wanted) {
  if (!weight.is_float()) quantize(x);
  const auto asks_for_best = [](const LogitsWanted& row) { return row.tokens.empty(); };
  const bool bounds = std::ranges::any_of(wanted, asks_for_best);
  if (x.rows.rows == 0 || std::ranges::any_of(wanted, &LogitsWanted::all) ||
      (bounds && !may_bound(x, weight, wanted))) {
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
      std::fill(y.row(row) + begin, y.row(row) + end, kForbidden);
  });

  for (const LogitsWanted& row : wanted)
    for (const TokenId token : row.tokens) tiles.asked[token / kTile] = 1;
  compute_tiles(x, weight, y, tiles);
  if (bounds) compute_best(x, weight, wanted, y, tiles);
  release(start);
  return y;
}

}  // namespace byeol::model
