#include "model/cpu_probe.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <vector>

#include "model/cpu_kernels.h"
#include "model/cpu_ops.h"
#include "model/pack.h"

namespace byeol::model {
namespace {

using Seconds = std::chrono::duration<double>;
constexpr std::int64_t kSteps = 4'000'000;
constexpr std::int64_t kReadBytes = std::int64_t{256} << 20;  // Well past every cache.
constexpr std::int64_t kPieceBytes = std::int64_t{1} << 20;
constexpr int kRuns = 5;

// The least time of some runs.
template <typename Body>
double best_seconds(int runs, const Body& body) {
  double best = 1e30;
  for (int i = 0; i < runs; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    body();
    best = std::min(best, Seconds(std::chrono::steady_clock::now() - begin).count());
  }
  return best;
}

// What all threads do together, each `steps` times.
double rate(ThreadPool& pool, double (*peak)(std::int64_t), std::int64_t steps) {
  std::vector<double> operations(static_cast<std::size_t>(pool.threads()));
  const double seconds = best_seconds(kRuns, [&] {
    pool.run(pool.threads(),
             [&](int task, int) { operations[static_cast<std::size_t>(task)] = peak(steps); });
  });
  double all = 0;
  for (const double some : operations) all += some;
  return all / seconds;
}

double read_rate(ThreadPool& pool, float (*read_all)(const std::byte*, std::int64_t),
                 const std::byte* memory) {
  std::atomic<float> seen = 0;  // Used, so that the reads are.
  const double seconds = best_seconds(kRuns, [&] {
    pool.run(static_cast<int>(kReadBytes / kPieceBytes), [&](int piece, int) {
      seen.store(read_all(memory + piece * kPieceBytes, kPieceBytes), std::memory_order_relaxed);
    });
  });
  return static_cast<double>(kReadBytes) / seconds;
}

}  // namespace

Result<CpuPeaks> measure_peaks(ThreadPool& pool) {
  BYEOL_TRY(const kernels::KernelTable* const kernels, usable_kernels());
  BYEOL_TRY(const WeightMemory memory, WeightMemory::reserve(kReadBytes));
  std::memset(memory.data(), 0x2c, static_cast<std::size_t>(kReadBytes));
  return CpuPeaks{kernels->isa, rate(pool, kernels->int8_peak, kSteps),
                  rate(pool, kernels->float_peak, kSteps),
                  read_rate(pool, kernels->read_all, memory.data())};
}

Result<ProductSpeed> measure_product(ThreadPool& pool, formats::BlockType type, std::int32_t rows,
                                     std::int32_t k, std::int32_t columns) {
  BYEOL_TRY(const kernels::KernelTable* const kernels, usable_kernels());
  Matrix matrix;
  matrix.weights = packed_shape(type, rows, k);
  BYEOL_TRY(matrix.memory, WeightMemory::reserve(packed_bytes(matrix.weights)));
  // As bytes of any layout: codes in the middle, scales that are ordinary halves and floats.
  std::memset(matrix.memory.data(), 0x2c, static_cast<std::size_t>(packed_bytes(matrix.weights)));
  place(matrix.weights, matrix.memory.data());

  CpuOps ops(*kernels, pool, {.layers = 1, .kv_heads = 1, .head_dim = 64}, {}, 1, k, 1);
  std::vector<float> values(static_cast<std::size_t>(columns) * static_cast<std::size_t>(k));
  std::uint32_t seed = 1;
  for (float& value : values) {
    seed = seed * 1664525u + 1013904223u;
    value = static_cast<float>(seed >> 8) * 0x1p-23f - 1.0f;
  }
  const auto multiply = [&] {
    Scope scope(ops);
    Operand x;
    x.rows = {values.data(), columns, k};
    ops.project(x, matrix);
  };
  multiply();
  const double seconds = best_seconds(kRuns, multiply);
  return ProductSpeed{2.0 * rows * k * columns / seconds,
                      static_cast<double>(packed_bytes(matrix.weights)) / seconds};
}

}  // namespace byeol::model
