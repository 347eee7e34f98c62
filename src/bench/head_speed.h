// What it is worth to read only those rows of a large output head that a sampler may choose
// (model/batch.h, LogitsWanted), on a real text: decoding it token by token, in turns with the
// whole head and without, and whether both choose the same token every time.
//
// Threads: the caller's, and those of `pool`.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/thread_pool.h"
#include "model/model.h"

namespace byeol::bench {

struct HeadSpeed {
  struct Mode {
    std::string name;          // Of the sampling: "greedy", "top-k 40" ...
    double gain;               // Median of (time of a step, whole head) / (time, wanted rows).
    double gain_lowest;        // Of all runs of kStepsPerSample steps, the lowest.
    std::int32_t differences;  // Tokens chosen otherwise: 0.
  };
  std::vector<Mode> modes;
  std::int32_t tokens;  // Decoded in each mode.
  std::string isa;
};

// Decodes the text's first `tokens` tokens, at least 64. kInvalidArgument for fewer, and for a text
// that is shorter.
Result<HeadSpeed> measure_head_speed(std::shared_ptr<const model::Model> model, ThreadPool& pool,
                                     std::string_view text, std::int32_t tokens);

}  // namespace byeol::bench
