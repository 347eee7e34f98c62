// How near attend_chunk comes to the machine's f32 FMA rate. One full chunk of 256 keys per call,
// as the middle of a long prompt (rows of many positions) or of a decode (rows = heads of the
// group).
//   attention_bench --benchmark_filter=avx2
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "kernels/kernel_table.h"

namespace byeol::kernels {
namespace {

void attend(benchmark::State& state, const KernelTable* table, KvType type) {
  const auto rows = static_cast<std::int32_t>(state.range(0));
  const auto head_dim = static_cast<std::int32_t>(state.range(1));
  const auto count = static_cast<std::size_t>(rows), size = static_cast<std::size_t>(head_dim);
  const auto bytes = static_cast<std::size_t>(kv_block_bytes(type, head_dim));
  std::vector<std::vector<std::byte>> keys(8, std::vector<std::byte>(bytes)), values = keys;
  std::vector<const std::byte*> key_pages, value_pages;
  std::vector<float> row(size);
  std::uint32_t seed = 1;
  for (std::size_t page = 0; page < 8; ++page) {
    for (std::int32_t slot = 0; slot < kPageTokens; ++slot) {
      for (float& value : row) {
        seed = seed * 1664525u + 1013904223u;
        value = static_cast<float>(seed >> 8) * 0x1p-23f - 1.0f;
      }
      table->store_key(type, keys[page].data(), slot, row.data(), head_dim);
      table->store_value(type, values[page].data(), slot, row.data(), head_dim);
    }
    key_pages.push_back(keys[page].data());
    value_pages.push_back(values[page].data());
  }
  const std::vector<std::vector<float>> queries(count, row);
  std::vector<std::vector<float>> out(count, row);
  std::vector<const float*> query_rows;
  std::vector<float*> out_rows;
  for (std::size_t i = 0; i < count; ++i) {
    query_rows.push_back(queries[i].data());
    out_rows.push_back(out[i].data());
  }
  const std::vector<std::int32_t> positions(count, kChunkTokens - 1);
  std::vector<Partial> partials(count);
  std::vector<std::byte> scratch(static_cast<std::size_t>(attention_scratch_bytes(rows, head_dim)));
  const KvView kv{key_pages.data(), value_pages.data(), type, head_dim};
  const std::vector<const KvView*> views(count, &kv);
  for ([[maybe_unused]] auto _ : state) {
    table->attend_chunk(views.data(), {0.125f, 0.0f, 0}, query_rows.data(), positions.data(), rows,
                        0, partials.data(), out_rows.data(), scratch.data());
    benchmark::DoNotOptimize(partials.data());
  }
  state.counters["GFLOPS"] =
      benchmark::Counter(4.0 * kChunkTokens * static_cast<double>(rows * head_dim) *
                             static_cast<double>(state.iterations()) * 1e-9,
                         benchmark::Counter::kIsRate);
}

void register_all() {
  const char* const type_names[] = {"bf16", "f16", "q8"};
  for (const KernelTable* table : {avx2_table(), avx512_table(), neon_table()})
    for (const KvType type : {KvType::kBF16, KvType::kF16, KvType::kQ8}) {
      if (table == nullptr) continue;
      const std::string name = std::string(table->isa) + "/" + type_names[static_cast<int>(type)];
      benchmark::RegisterBenchmark(name.c_str(), attend, table, type)
          ->ArgNames({"rows", "head_dim"})
          ->ArgsProduct({{1, 2, 3, 4, 8, 16, 64}, {64, 128, 256}});
    }
}

}  // namespace
}  // namespace byeol::kernels

int main(int argc, char** argv) {
  byeol::kernels::register_all();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
