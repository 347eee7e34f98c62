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
constexpr std::int32_t kTilesPerTask = 16;

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

bool CpuOps::may_skip_rows(const Operand& x, const Matrix& weight,
                           std::span<const LogitsWanted> wanted) const {
  // A sum of activations so large that it may overflow is left to the whole product.
  constexpr float kScaleMax = 1e25f;
  if (weight.weights.layout != kernels::Layout::kQ8Split || !weight.bias.empty()) return false;
  if (x.rows.rows == 0 || x.rows.rows > kRowsMax || full_heads_ > 0) return false;
  if (std::ranges::any_of(wanted, [](const LogitsWanted& row) {
        return row.all() || row.best > Search::kKeptMax / 2;
      }))
    return false;
  const std::int64_t scales = std::int64_t{x.rows.rows} * (x.rows.width / kernels::kBlock);
  return std::all_of(x.quantized.scales, x.quantized.scales + scales,
                     [](float scale) { return scale < kScaleMax; });
}

Rows CpuOps::head(Operand& x, const Matrix& weight, std::span<const LogitsWanted> wanted) {
  if (!weight.is_float()) quantize(x);
  if (!may_skip_rows(x, weight, wanted)) {
    full_heads_ = std::max(full_heads_ - 1, 0);
    const auto [logits] = project(x, weight);
    return logits;
  }
  const std::int32_t rows = x.rows.rows, tiles = weight.tiles();
  const Rows y = take_rows(rows, weight.rows());
  const std::int64_t start = mark();
  const Rows bounds = take_rows(rows, tiles);
  float* const scratch = arena_.take<float>(std::max(tiles, Search::kKeptMax + kTile));
  auto* const computed = arena_.take<std::uint8_t>(tiles);
  auto* const next = arena_.take<std::int32_t>(tiles);
  const auto scratch_of = [&](int thread) {
    return thread_scratch_[static_cast<std::size_t>(thread)];
  };

  pool_.run((tiles + kTilesPerTask - 1) / kTilesPerTask, [&](int task, int thread) {
    const std::int32_t begin = task * kTilesPerTask, end = std::min(begin + kTilesPerTask, tiles);
    kernels_.bound_tiles(weight.weights, begin, end, x.quantized, bounds.data, tiles,
                         scratch_of(thread));
    for (std::int32_t row = 0; row < rows; ++row)
      std::fill(y.row(row) + begin * kTile, y.row(row) + std::min(end * kTile, y.width),
                kForbidden);
  });
  std::fill_n(computed, tiles, std::uint8_t{0});

  std::int32_t all_computed = 0;
  // Computes the tiles with a bound of at least limits[row] in some row.
  const auto compute = [&](const auto& limit_of) {
    float limits[kRowsMax];
    for (std::int32_t row = 0; row < rows; ++row)
      limits[row] =
          limit_of(row, Search(wanted[static_cast<std::size_t>(row)],
                               {bounds.row(row), static_cast<std::size_t>(tiles)}, scratch));
    std::int32_t count = 0;
    for (std::int32_t tile = 0; tile < tiles; ++tile) {
      if (computed[tile] != 0) continue;
      for (std::int32_t row = 0; row < rows; ++row)
        if (bounds.row(row)[tile] >= limits[row]) computed[tile] = 1;
      if (computed[tile] != 0) next[count++] = tile;
    }
    pool_.run(count, [&](int task, int thread) {
      kernels_.matmul(weight.weights, next[task], next[task] + 1, x.quantized, y.data, y.width,
                      scratch_of(thread));
    });
    all_computed += count;
  };
  compute([](std::int32_t, const Search& search) { return search.first_bound(); });
  compute([&](std::int32_t row, const Search& search) {
    return search.threshold(y.row(row), y.width, computed);
  });
  if (static_cast<float>(all_computed) > kShareMax * static_cast<float>(tiles))
    full_heads_ = kFullHeads;
  release(start);
  return y;
}

}  // namespace byeol::model
