// How near the matrix kernels come to the machine's int8 rate (many columns) and to its memory (one
// column, weights larger than the caches). One thread; GOPS counts 2 operations per weight and
// column, GBs the bytes of weights.
//   matmul_bench --benchmark_filter=avx512/kQ4Min
#include <benchmark/benchmark.h>
#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "kernels/kernel_table.h"
#include "kernels/layout.h"

namespace byeol::kernels {
namespace {

// Huge pages, as the engine's weights have.
struct Memory {
  explicit Memory(std::int64_t size) : bytes(static_cast<std::size_t>(size)) {
    constexpr std::size_t kHugePage = std::size_t{2} << 20;
    data = static_cast<std::byte*>(
        std::aligned_alloc(kHugePage, (bytes + kHugePage - 1) / kHugePage * kHugePage));
    madvise(data, bytes, MADV_HUGEPAGE);
    std::memset(data, 0x2c, bytes);  // Ordinary codes and, as halves or floats, ordinary scales.
  }
  ~Memory() { std::free(data); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  std::size_t bytes;
  std::byte* data;
};

// Rows of activations as quantize() leaves them.
struct Activations {
  Activations(const KernelTable& table, std::int32_t rows, std::int32_t k)
      : values(size(rows, k)),
        codes(size(rows, k)),
        scales(size(rows, k) / kBlock),
        highs32(scales.size()),
        highs16(2 * scales.size()),
        quads(scales.size()),
        sums32(scales.size()),
        sums16(2 * scales.size()) {
    std::uint32_t seed = 1;
    for (float& value : values) {
      seed = seed * 1664525u + 1013904223u;
      value = static_cast<float>(seed >> 8) * 0x1p-23f - 1.0f;
    }
    quantized = {codes.data(),   scales.data(), highs32.data(),
                 highs16.data(), quads.data(),  sums32.data(),
                 sums16.data(),  rows,          k};
    table.quantize(values.data(), std::int64_t{rows} * k, quantized, 0);
  }
  static std::size_t size(std::int32_t rows, std::int32_t k) {
    return static_cast<std::size_t>(std::int64_t{rows} * k);
  }

  std::vector<float> values;
  std::vector<std::int8_t> codes;
  std::vector<float> scales;
  std::vector<std::int32_t> highs32, highs16;
  std::vector<std::uint8_t> quads;
  std::vector<std::int32_t> sums32, sums16;
  Quantized quantized{};
};

void multiply(benchmark::State& state, const KernelTable* table, Layout layout) {
  const auto columns = static_cast<std::int32_t>(state.range(0));
  const auto k = static_cast<std::int32_t>(state.range(1));
  const auto tiles = static_cast<std::int32_t>(state.range(2));
  // CpuOps asks for 1 to 8 of many rows, of few for more.
  constexpr std::int32_t kTilesPerCall = 4;
  const Weights shape{.tiles = nullptr,
                      .tile_bytes = tile_bytes(layout, k),
                      .rows = tiles * kTileRows,
                      .k = k,
                      .layout = layout};
  const Memory memory(tiles * shape.tile_bytes), scratch(matmul_scratch_bytes(k));
  Weights weights = shape;
  weights.tiles = memory.data;
  const Activations x(*table, columns, k);
  std::vector<float> y(Activations::size(columns, weights.rows));
  const std::int32_t step = columns > 32 ? kTilesPerCall : tiles;
  for ([[maybe_unused]] auto _ : state) {
    for (std::int32_t tile = 0; tile < tiles; tile += step)
      table->matmul(weights, tile, tile + step, x.quantized, y.data(), weights.rows, scratch.data);
    benchmark::DoNotOptimize(y.data());
  }
  const double runs = static_cast<double>(state.iterations()) * 1e-9;
  using benchmark::Counter;
  state.counters["GOPS"] =
      Counter(2.0 * static_cast<double>(weights.rows) * k * columns * runs, Counter::kIsRate);
  state.counters["GBs"] = Counter(static_cast<double>(memory.bytes) * runs, Counter::kIsRate);
}

void add_table(const KernelTable* table) {
  if (!table) return;
  constexpr struct {
    const char* name;
    Layout layout;
  } kLayouts[] = {{"kQ4", Layout::kQ4},
                  {"kQ4Min", Layout::kQ4Min},
                  {"kQ8", Layout::kQ8},
                  {"kSuper4Min", Layout::kSuper4Min},
                  {"kSuper6", Layout::kSuper6}};
  for (const auto& [name, layout] : kLayouts) {
    auto* const bench = benchmark::RegisterBenchmark((std::string(table->isa) + "/" + name).c_str(),
                                                     multiply, table, layout);
    bench->ArgNames({"columns", "k", "tiles"});
    for (const std::int64_t columns : {1, 2, 4, 8, 12, 24, 32, 48, 64, 128})
      bench->Args({columns, 2048, 32});
    for (const std::int64_t columns : {1, 2, 4, 8}) bench->Args({columns, 2048, 4096});
    for (const std::int64_t k : {512, 2048, 8192}) bench->Args({256, k, 16});
  }
}

}  // namespace
}  // namespace byeol::kernels

int main(int argc, char** argv) {
  namespace kernels = byeol::kernels;
  kernels::add_table(kernels::avx512_table());
  kernels::add_table(kernels::avx2_table());
  kernels::add_table(kernels::neon_table());
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
