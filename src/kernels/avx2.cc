// Built with -mavx2 -mfma -mf16c.
// This file includes intrinsics and its own module's tables, and nothing else: an inline function
// of any other header would be emitted here for this ISA, and the linker might hand that copy to a
// CPU without it.
#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "kernels/kernel_table.h"
#include "kernels/kv_layout.h"
#include "kernels/layout.h"

namespace byeol::kernels {
namespace {

// clang-format off: one thing builds on the other, in this order.
#include "kernels/vec16_avx2.inc"
#include "kernels/math.inc"
#include "kernels/elementwise.inc"
#include "kernels/attention.inc"
#include "kernels/matmul_block.inc"
#include "kernels/matmul_avx2.inc"
#include "kernels/matmul.inc"
// clang-format on

constexpr KernelTable kTable{.isa = "avx2",
                             .matmul = matmul,
                             .matmul_float = matmul_float,
                             .quantize = quantize,
                             .rms_norm = rms_norm,
                             .add = add_to,
                             .scale = scale,
                             .silu_times = silu_times,
                             .gelu_tanh_times = gelu_tanh_times,
                             .softcap = softcap,
                             .rope_adjacent = rope_adjacent,
                             .rope_halves = rope_halves,
                             .store_key = store_key,
                             .store_value = store_value,
                             .attend_chunk = attend_chunk,
                             .merge = merge,
                             .finish = finish};

}  // namespace

const KernelTable* avx2_table() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                 __builtin_cpu_supports("f16c")
             ? &kTable
             : nullptr;
}

}  // namespace byeol::kernels
