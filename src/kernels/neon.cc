// Built with -march=armv8.2-a+dotprod.
// This file includes intrinsics and its own module's tables, and nothing else: an inline function
// of any other header would be emitted here for this ISA, and the linker might hand that copy to a
// CPU without it.
#include <arm_neon.h>
#include <sys/auxv.h>

#include <cstddef>
#include <cstdint>

#include "kernels/kernel_table.h"
#include "kernels/kv_layout.h"
#include "kernels/layout.h"

namespace byeol::kernels {
namespace {

constexpr int kVectorRows = 4;  // Floats in a register.
constexpr const char* kIsa = "neon";

// clang-format off: one thing builds on the other, in this order.
#include "kernels/vec16_neon.inc"
#include "kernels/math.inc"
#include "kernels/elementwise.inc"
#include "kernels/attention.inc"
#include "kernels/matmul_block.inc"
#include "kernels/matmul_neon.inc"
#include "kernels/matmul.inc"
#include "kernels/bound_terms.inc"
#include "kernels/bounds.inc"
#include "kernels/peak.inc"
#include "kernels/table.inc"
// clang-format on

}  // namespace

const KernelTable* neon_table() {
  return (getauxval(AT_HWCAP) & HWCAP_ASIMDDP) ? &kTable : nullptr;
}

}  // namespace byeol::kernels
