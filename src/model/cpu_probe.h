// What this machine can do, and what the products of matrices make of it: the ceilings and the
// points of a roofline, on all threads of a pool, through the same operations as a step's.
//
// Threads: the caller's, and those of the pool. Each figure is the best of some runs.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "base/thread_pool.h"
#include "formats/block_type.h"

namespace byeol::model {

struct CpuPeaks {
  const char* isa;
  double int8_per_s;   // Operations, two a product.
  double float_per_s;  // The same in single precision.
  double bytes_per_s;  // Read from memory.
};

struct ProductSpeed {
  double operations_per_s;
  double bytes_per_s;  // Of weights.
};

// kOverloaded where the memory that is read cannot be had; kInvalidArgument where BYEOL_ISA names
// what this machine lacks.
Result<CpuPeaks> measure_peaks(ThreadPool& pool);

// W[rows][k] of a block type, its bytes made up, times `columns` rows of activations.
Result<ProductSpeed> measure_product(ThreadPool& pool, formats::BlockType type, std::int32_t rows,
                                     std::int32_t k, std::int32_t columns);

}  // namespace byeol::model
