// A noisy neighbour: how fast a model reads and writes while a busy loop holds one of the cores,
// against one thread alone on a quiet machine. In turns.
//
// Threads: the caller's, those of `pool`, and the busy loop's, pinned to the first core that this
// process may use.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "bench/speed.h"
#include "model/model.h"

namespace byeol::bench {

struct NeighbourSpeed {
  Speed alone;      // One thread, no neighbour.
  Speed disturbed;  // All of the pool, and the busy loop.
};

// As measure_speed().
Result<NeighbourSpeed> measure_neighbour_speed(std::shared_ptr<const model::Model> model,
                                               ThreadPool& pool, const SpeedOptions& options);

}  // namespace byeol::bench
