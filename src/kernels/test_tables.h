// The tables that tests compare with the scalar one: what this CPU can run, and those that are
// emulated because it may not (the same source over SIMDe).
#pragma once

#include <vector>

#include "kernels/kernel_table.h"

namespace byeol::kernels {

std::vector<const KernelTable*> tables_to_test();

}  // namespace byeol::kernels
