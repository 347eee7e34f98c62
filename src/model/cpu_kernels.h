// The kernels that this machine computes with: the best, or those that BYEOL_ISA names.
#pragma once

#include "base/result.h"
#include "kernels/kernel_table.h"

namespace byeol::model {

// Never null. kInvalidArgument where BYEOL_ISA names what this machine lacks.
Result<const kernels::KernelTable*> usable_kernels();

}  // namespace byeol::model
