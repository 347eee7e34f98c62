// The reference: what every other table must equal, bit by bit. Built for the baseline of the
// architecture; a fused multiply-add is libm's where the baseline has none.
#include <cstddef>
#include <cstdint>

#include "kernels/kernel_table.h"
#include "kernels/kv_layout.h"
#include "kernels/layout.h"

namespace byeol::kernels {
namespace {

constexpr const char* kIsa = "scalar";

// clang-format off: one thing builds on the other, in this order.
#include "kernels/vec16_scalar.inc"
#include "kernels/math.inc"
#include "kernels/elementwise.inc"
#include "kernels/attention.inc"
#include "kernels/bound_terms.inc"
#include "kernels/matmul_scalar.inc"
#include "kernels/table.inc"
// clang-format on

}  // namespace

const KernelTable& scalar_table() {
  return kTable;
}

}  // namespace byeol::kernels
