// The reference: what every other table must equal, bit by bit. Built for the baseline of the
// architecture; a fused multiply-add is libm's where the baseline has none.
#include <cstddef>
#include <cstdint>

#include "kernels/kernel_table.h"
#include "kernels/kv_layout.h"
#include "kernels/layout.h"

namespace byeol::kernels {
namespace {

// clang-format off: one thing builds on the other, in this order.
#include "kernels/vec16_scalar.inc"
#include "kernels/math.inc"
#include "kernels/elementwise.inc"
#include "kernels/attention.inc"
#include "kernels/matmul_scalar.inc"
// clang-format on

constexpr KernelTable kTable{.isa = "scalar",
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

const KernelTable& scalar_table() {
  return kTable;
}

}  // namespace byeol::kernels
