// Built with -mavx512f -mavx512bw -mavx512vl -mavx512dq -mavx512vnni.
// This file includes intrinsics and its own module's tables, and nothing else: an inline function
// of any other header would be emitted here for this ISA, and the linker might hand that copy to a
// CPU without it.
#ifndef BYEOL_EMULATED_AVX512  // Set by avx512_emulated.cc, which brings intrinsics of its own.
#include <immintrin.h>
#endif

#include <cstddef>
#include <cstdint>

#include "kernels/kernel_table.h"
#include "kernels/kv_layout.h"
#include "kernels/layout.h"

namespace byeol::kernels {
namespace {

constexpr int kVectorRows = 16;  // Floats in a register.
constexpr const char* kIsa = "avx512";

// clang-format off: one thing builds on the other, in this order.
#include "kernels/vec16_avx512.inc"
#include "kernels/math.inc"
#include "kernels/elementwise.inc"
#include "kernels/attention.inc"
#include "kernels/matmul_block.inc"
#include "kernels/matmul_avx512.inc"
#include "kernels/matmul.inc"
#include "kernels/bound_terms.inc"
#include "kernels/bounds.inc"
#include "kernels/peak.inc"
#include "kernels/table.inc"
// clang-format on

}  // namespace

#ifdef BYEOL_EMULATED_AVX512
const KernelTable* avx512_emulated_table() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &kTable : nullptr;
}
#else
const KernelTable* avx512_table() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                 __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
                 __builtin_cpu_supports("avx512vnni")
             ? &kTable
             : nullptr;
}
#endif

}  // namespace byeol::kernels
