// What a context costs a decode: the time of a step of `sequences` tokens, one of each sequence,
// with empty sequences, with `context` tokens before each, and with one prefix of `context` tokens
// that all of them share. The three take turns in one engine; each round begins at the same length.
//
// Threads: the caller's, and those of `pool`.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/thread_pool.h"
#include "engine/engine.h"
#include "model/model.h"

namespace byeol::bench {

struct ContextSpeedOptions {
  std::int32_t context = 1000;  // Tokens.
  std::int32_t sequences = 1;
  std::int32_t steps = 16;  // Of each kind in a round.
  std::int32_t repeat = 5;  // Measured rounds, after one that is not.
  kernels::KvType kv_type = kernels::KvType::kBF16;
};

// Milliseconds of a step, one sample of each round.
struct ContextSpeed {
  std::vector<double> empty_ms, own_ms, shared_ms;  // shared_ms: none for one sequence.
  std::string isa;
};

// kInvalidArgument for counts below one, more tokens than the model's context, and where the cache
// cannot be had.
Result<ContextSpeed> measure_context_speed(std::shared_ptr<const model::Model> model,
                                           ThreadPool& pool, const ContextSpeedOptions& options);

}  // namespace byeol::bench
