#include "model/cpu_kernels.h"

#include <cstdlib>
#include <string>

namespace byeol::model {

Result<const kernels::KernelTable*> usable_kernels() {
  if (const kernels::KernelTable* best = kernels::best_table()) return best;
  const char* isa = std::getenv("BYEOL_ISA");
  return Error{ErrorCode::kInvalidArgument,
               "BYEOL_ISA=" + std::string(isa ? isa : "") +
                   " is none that this machine runs; expected scalar, avx2, avx512 or neon"};
}

}  // namespace byeol::model
