// The roofline of this machine: what its arithmetic and its memory allow, and where the products of
// matrices stand under it. Each block type multiplies a matrix of 65,536 x 4,096, larger than the
// caches, with 1, 8, 32 and 256 rows of activations.
//
// Threads: the caller's, and those of `pool`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/thread_pool.h"
#include "model/cpu_probe.h"

namespace byeol::bench {

struct Roofline {
  struct Point {
    std::string type;
    std::int32_t columns;
    double operations_per_byte;  // Of weights.
    double operations_per_s;
    double share;  // Of what the roof allows there.
  };
  model::CpuPeaks peaks;
  std::vector<Point> points;
};

Result<Roofline> measure_roofline(ThreadPool& pool);

}  // namespace byeol::bench
