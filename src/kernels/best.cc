// Which table this machine runs: the best one, or the one that BYEOL_ISA names.
#include <cstdlib>
#include <cstring>

#include "kernels/kernel_table.h"

namespace byeol::kernels {

// An ISA of another architecture is not in this build: its table is null.
#ifndef __x86_64__
const KernelTable* avx2_table() {
  return nullptr;
}
const KernelTable* avx512_table() {
  return nullptr;
}
#endif
#ifndef __aarch64__
const KernelTable* neon_table() {
  return nullptr;
}
#endif

const KernelTable* best_table() {
  const KernelTable* const best_first[] = {avx512_table(), neon_table(), avx2_table(),
                                           &scalar_table()};
  const char* const wanted = std::getenv("BYEOL_ISA");
  const bool any = wanted == nullptr || *wanted == '\0';
  for (const KernelTable* table : best_first)
    if (table != nullptr && (any || std::strcmp(wanted, table->isa) == 0)) return table;
  return nullptr;
}

}  // namespace byeol::kernels
