// The AVX-512 kernels, source for source, for a CPU with AVX2: one more table for the tests.
#include "kernels/emulate_avx512.h"

#define BYEOL_EMULATED_AVX512
#include "kernels/avx512.cc"
