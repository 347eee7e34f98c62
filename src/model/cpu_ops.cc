#include "model/cpu_ops.h"

#include <algorithm>
#include <cstring>

#include "kernels/layout.h"

namespace byeol::model {
namespace {

constexpr std::int32_t kTile = kernels::kTileRows;
constexpr std::int32_t kBlock = kernels::kBlock;
// Fewer rows than this are not worth waking another thread for an elementwise operation.
constexpr std::int32_t kInlineRows = 4;
constexpr std::int32_t kRowsPerTask = 8;

std::int32_t ceil_div(std::int32_t a, std::int32_t b) {
  return (a + b - 1) / b;
}

}  // namespace

Rows CpuOps::take_rows(std::int32_t rows, std::int32_t width) {
  return {arena_.take<float>(std::int64_t{rows} * width), rows, width};
}

Operand CpuOps::as_operand(const Rows& rows) {
  Operand operand;
  operand.rows = rows;
  return operand;
}

kernels::Quantized CpuOps::rows_of(const kernels::Quantized& x, std::int32_t begin,
                                   std::int32_t count) {
  const std::int64_t blocks = std::int64_t{begin} * (x.k / kBlock);
  return {.codes = x.codes + blocks * kBlock,
          .scales = x.scales + blocks,
          .highs32 = x.highs32 + blocks,
          .highs16 = x.highs16 + 2 * blocks,
          .quads = x.quads + blocks,
          .sums32 = x.sums32 + blocks,
          .sums16 = x.sums16 + 2 * blocks,
          .rows = count,
          .k = x.k};
}

void CpuOps::take_quantized(Operand& x) {
  const std::int64_t values = std::int64_t{x.rows.rows} * x.rows.width;
  x.quantized = {.codes = arena_.take<std::int8_t>(values),
                 .scales = arena_.take<float>(values / kBlock),
                 .highs32 = arena_.take<std::int32_t>(values / kBlock),
                 .highs16 = arena_.take<std::int32_t>(values / (kBlock / 2)),
                 .quads = arena_.take<std::uint8_t>(values / kBlock),
                 .sums32 = arena_.take<std::int32_t>(values / kBlock),
                 .sums16 = arena_.take<std::int32_t>(values / (kBlock / 2)),
                 .rows = x.rows.rows,
                 .k = x.rows.width};
  x.has_quantized = true;
}

// Columns [begin, end) of one row, multiples of 32: a scale covers 32 values, so the pieces of a
// row may be made by different threads.
void CpuOps::quantize_columns(Operand& x, std::int32_t row, std::int32_t begin, std::int32_t end) {
  const std::int64_t at = std::int64_t{row} * x.quantized.k + begin;
  kernels_.quantize(x.rows.data + at, end - begin, x.quantized, at);
}

void CpuOps::quantize(Operand& x) {
  if (x.has_quantized) return;
  take_quantized(x);
  for_rows(x.rows.rows, [&](std::int32_t begin, std::int32_t end, int) {
    for (std::int32_t row = begin; row < end; ++row) quantize_columns(x, row, 0, x.rows.width);
  });
}

template <typename Body>
void CpuOps::for_rows(std::int32_t rows, const Body& body) {
  if (rows <= kInlineRows) {
    body(0, rows, 0);
    return;
  }
  pool_.run(ceil_div(rows, kRowsPerTask), [&](int task, int thread) {
    const std::int32_t begin = task * kRowsPerTask;
    body(begin, std::min(begin + kRowsPerTask, rows), thread);
  });
}

Rows CpuOps::embed(const formats::Tensor& table, std::span<const TokenId> tokens, float scale) {
  const Rows x = take_rows(static_cast<std::int32_t>(tokens.size()),
                           static_cast<std::int32_t>(table.row_elements()));
  for_rows(x.rows, [&](std::int32_t begin, std::int32_t end, int) {
    for (std::int32_t row = begin; row < end; ++row) {
      const auto token = static_cast<std::size_t>(tokens[static_cast<std::size_t>(row)]);
      const std::span<float> out(x.row(row), static_cast<std::size_t>(x.width));
      formats::dequantize(table.type, table.bytes.data() + token * table.row_bytes(), out);
      if (scale != 1.0f) kernels_.scale(out.data(), scale, x.width);
    }
  });
  return x;
}

Operand CpuOps::rms_norm(const Rows& x, const Vector& weight, float epsilon) {
  Operand normed = as_operand(take_rows(x.rows, x.width));
  // Made at once: a row that was just normed is still in the first-level cache.
  if (x.width % kBlock == 0) take_quantized(normed);
  for_rows(x.rows, [&](std::int32_t begin, std::int32_t end, int) {
    for (std::int32_t row = begin; row < end; ++row) {
      kernels_.rms_norm(x.row(row), weight.data(), epsilon, x.width, normed.rows.row(row));
      if (normed.has_quantized) quantize_columns(normed, row, 0, x.width);
    }
  });
  return normed;
}

void CpuOps::rms_norm_heads(const Rows& x, const Vector& weight, float epsilon) {
  const auto head_dim = static_cast<std::int32_t>(weight.size());
  for_rows(x.rows, [&](std::int32_t begin, std::int32_t end, int) {
    for (std::int32_t row = begin; row < end; ++row) {
      for (float* head = x.row(row); head != x.row(row) + x.width; head += head_dim)
        kernels_.rms_norm(head, weight.data(), epsilon, head_dim, head);
    }
  });
}

void CpuOps::add(const Rows& sum, const Rows& x) {
  for_rows(sum.rows, [&](std::int32_t begin, std::int32_t end, int) {
    kernels_.add(sum.row(begin), x.row(begin), std::int64_t{end - begin} * sum.width);
  });
}

void CpuOps::softcap(const Rows& x, float cap) {
  for_rows(x.rows, [&](std::int32_t begin, std::int32_t end, int) {
    kernels_.softcap(x.row(begin), cap, std::int64_t{end - begin} * x.width);
  });
}

Rows CpuOps::select(const Rows& x, std::span<const std::int32_t> rows) {
  const Rows out = take_rows(static_cast<std::int32_t>(rows.size()), x.width);
  for (std::int32_t i = 0; i < out.rows; ++i)
    std::memcpy(out.row(i), x.row(rows[static_cast<std::size_t>(i)]),
                static_cast<std::size_t>(x.width) * sizeof(float));
  return out;
}

void CpuOps::multiply(const Matrix& weight, const Operand& x, const Patch& patch, const Rows& y,
                      int thread) {
  float* const out = y.row(patch.row_begin);
  const std::int32_t count = patch.row_end - patch.row_begin;
  if (weight.is_float()) {
    kernels_.matmul_float(weight.weights, patch.tile_begin, patch.tile_end,
                          x.rows.row(patch.row_begin), x.rows.width, count, out, y.width);
  } else {
    kernels_.matmul(weight.weights, patch.tile_begin, patch.tile_end,
                    rows_of(x.quantized, patch.row_begin, count), out, y.width,
                    thread_scratch_[static_cast<std::size_t>(thread)]);
  }
  if (weight.bias.empty()) return;
  const std::int32_t begin = patch.tile_begin * kTile;
  const std::int32_t end = std::min(patch.tile_end * kTile, weight.rows());
  for (std::int32_t row = patch.row_begin; row < patch.row_end; ++row)
    kernels_.add(y.row(row) + begin, weight.bias.data() + begin, end - begin);
}

// Patches of a product: runs of tiles by runs of rows. For a prompt as many as keep all threads
// busy to the end, and small, so that a thread which loses its core holds the others up for little.
// A few rows are bound by memory, which is fastest in long runs: half a thread's share, at most 16
// tiles (0.6 MB of Q4_K with 2,048 columns: 15 us).
struct CpuOps::Cut {
  std::int32_t tiles, rows;
  std::int32_t tile_step, row_step;

  // `all_tiles`: of all matrices that are multiplied side by side.
  Cut(const Matrix& weight, std::int32_t all_tiles, std::int32_t row_count, int threads)
      : tiles(weight.tiles()), rows(row_count) {
    const std::int32_t passes = ceil_div(rows, kernels::kColumnsPerPass);
    row_step = ceil_div(rows, std::max(passes, 1));
    tile_step = rows > 32 ? std::clamp(all_tiles * passes / (8 * threads), 1, 8)
                          : std::clamp(all_tiles / (2 * threads), 1, 16);
  }
  std::int32_t tile_tasks() const { return ceil_div(tiles, tile_step); }
  std::int32_t tasks() const { return tile_tasks() * ceil_div(rows, row_step); }
  Patch patch(std::int32_t task) const {
    const std::int32_t tile = task % tile_tasks() * tile_step;
    const std::int32_t row = task / tile_tasks() * row_step;
    return {tile, std::min(tile + tile_step, tiles), row, std::min(row + row_step, rows)};
  }
};

void CpuOps::linear(Operand& x, std::span<const Matrix* const> weights, std::span<Rows> outs) {
  std::int32_t tiles = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (!weights[i]->is_float()) quantize(x);
    outs[i] = take_rows(x.rows.rows, weights[i]->rows());
    tiles += weights[i]->tiles();
  }
  if (x.rows.rows == 0) return;
  const auto cut_of = [&](const Matrix& weight) {
    return Cut(weight, tiles, x.rows.rows, pool_.threads());
  };
  std::int32_t tasks = 0;
  for (const Matrix* weight : weights) tasks += cut_of(*weight).tasks();
  pool_.run(tasks, [&](int task, int thread) {
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const Cut cut = cut_of(*weights[i]);
      if (task < cut.tasks()) return multiply(*weights[i], x, cut.patch(task), outs[i], thread);
      task -= cut.tasks();
    }
  });
}

void CpuOps::add_linear(const Rows& sum, Operand& x, const Matrix& weight) {
  if (!weight.is_float()) quantize(x);
  const std::int64_t start = mark();
  const Rows y = take_rows(x.rows.rows, weight.rows());
  const Cut cut(weight, weight.tiles(), x.rows.rows, pool_.threads());
  pool_.run(cut.tasks(), [&](int task, int thread) {
    const Patch patch = cut.patch(task);
    multiply(weight, x, patch, y, thread);
    const std::int32_t column = patch.tile_begin * kTile;
    const std::int32_t columns = std::min(patch.tile_end * kTile, weight.rows()) - column;
    for (std::int32_t row = patch.row_begin; row < patch.row_end; ++row)
      kernels_.add(sum.row(row) + column, y.row(row) + column, columns);
  });
  release(start);
}

Operand CpuOps::gated(Operand& x, const Matrix& gate, const Matrix& up, Activation activation) {
  if (!gate.is_float() || !up.is_float()) quantize(x);
  const std::int32_t width = gate.rows();
  Operand hidden = as_operand(take_rows(x.rows.rows, width));
  if (width % kBlock == 0) take_quantized(hidden);
  const std::int64_t start = mark();
  const Rows other = take_rows(x.rows.rows, width);
  const auto activate =
      activation == Activation::kSilu ? kernels_.silu_times : kernels_.gelu_tanh_times;
  const Cut cut(gate, 2 * gate.tiles(), x.rows.rows, pool_.threads());
  pool_.run(cut.tasks(), [&](int task, int thread) {
    const Patch patch = cut.patch(task);
    multiply(gate, x, patch, hidden.rows, thread);
    multiply(up, x, patch, other, thread);
    const std::int32_t column = patch.tile_begin * kTile;
    const std::int32_t column_end = std::min(patch.tile_end * kTile, width);
    for (std::int32_t row = patch.row_begin; row < patch.row_end; ++row) {
      float* values = hidden.rows.row(row) + column;
      activate(values, other.row(row) + column, column_end - column, values);
      if (hidden.has_quantized) quantize_columns(hidden, row, column, column_end);
    }
  });
  release(start);
  return hidden;
}

void CpuOps::rope(const Rows& q, const Rows& k, std::int32_t head_dim, std::int32_t table,
                  RopePairs pairs, const Batch& batch) {
  RopeTable& angles = rope_tables_[static_cast<std::size_t>(table)];
  angles.fill(*std::ranges::max_element(batch.positions) + 1);
  const auto turn = pairs == RopePairs::kAdjacent ? kernels_.rope_adjacent : kernels_.rope_halves;
  for_rows(q.rows, [&](std::int32_t begin, std::int32_t end, int) {
    for (std::int32_t row = begin; row < end; ++row) {
      const std::int32_t position = batch.positions[static_cast<std::size_t>(row)];
      for (const Rows& x : {q, k}) {
        for (float* head = x.row(row); head != x.row(row) + x.width; head += head_dim)
          turn(head, angles.cos(position), angles.sin(position), angles.pairs());
      }
    }
  });
}

}  // namespace byeol::model
