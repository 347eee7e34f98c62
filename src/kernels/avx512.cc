// Built with -mavx512f -mavx512bw -mavx512vl -mavx512dq -mavx512vnni.
// This file includes intrinsics and its own module's tables, and nothing else: an inline function
// of any other header would be emitted here for this ISA, and the linker might hand that copy to a
// CPU without it.
#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "kernels/kernel_table.h"
#include "kernels/kv_layout.h"

namespace byeol::kernels {
namespace {

#include "kernels/vec16_avx512.inc"
// One thing builds on the other: this order is needed.
#include "kernels/math.inc"
#include "kernels/elementwise.inc"
#include "kernels/attention.inc"

constexpr KernelTable kTable{.isa = "avx512",
                             .matmul = nullptr,
                             .matmul_float = nullptr,
                             .quantize = nullptr,
                             .rms_norm = nullptr,
                             .add = nullptr,
                             .scale = nullptr,
                             .silu_times = nullptr,
                             .gelu_tanh_times = nullptr,
                             .softcap = nullptr,
                             .rope_adjacent = nullptr,
                             .rope_halves = nullptr,
                             .store_key = nullptr,
                             .store_value = nullptr,
                             .attend_chunk = nullptr,
                             .merge = nullptr,
                             .finish = nullptr};

}  // namespace

const KernelTable* avx512_table() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                 __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
                 __builtin_cpu_supports("avx512vnni")
             ? &kTable
             : nullptr;
}

}  // namespace byeol::kernels
