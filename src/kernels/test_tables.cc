#include "kernels/test_tables.h"

namespace byeol::kernels {

#ifdef BYEOL_EMULATED_AVX512
const KernelTable* avx512_emulated_table();  // avx512_emulated.cc
#else
namespace {
const KernelTable* avx512_emulated_table() {
  return nullptr;
}
}  // namespace
#endif

std::vector<const KernelTable*> tables_to_test() {
  std::vector<const KernelTable*> tables;
  for (const KernelTable* table :
       {avx2_table(), avx512_table(), avx512_emulated_table(), neon_table()})
    if (table != nullptr && table->matmul != nullptr) tables.push_back(table);
  return tables;
}

}  // namespace byeol::kernels
