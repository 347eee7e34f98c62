// The reference: what every other table must equal, bit by bit. Built for the baseline of the
// architecture; a fused multiply-add is libm's where the baseline has none.
#include <cstddef>
#include <cstdint>

#include "kernels/kernel_table.h"
#include "kernels/kv_layout.h"
#include "kernels/layout.h"

namespace byeol::kernels {
namespace {

#include "kernels/vec16_scalar.inc"
// One thing builds on the other: this order is needed.
#include "kernels/math.inc"
#include "kernels/elementwise.inc"
#include "kernels/attention.inc"
#include "kernels/matmul_scalar.inc"

constexpr KernelTable kTable{.isa = "scalar",
                             .matmul = matmul,
                             .matmul_float = matmul_float,
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

const KernelTable& scalar_table() { return kTable; }

}  // namespace byeol::kernels
