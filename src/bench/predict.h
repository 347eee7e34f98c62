// Runs a model over blocks of tokens and shows the logits, row by row, in order. Each block is a
// sequence of its own, from position 0 in an empty cache.
//
// Rows that nobody wants cost no output head; the others are computed so few at a time that their
// logits stay within 64 MB, whatever the vocabulary. Neither changes a bit of a row (promise 1).
// Threads: the caller's, and those of `pool`.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "base/result.h"
#include "base/thread_pool.h"
#include "bench/token_blocks.h"
#include "engine/engine.h"
#include "model/model.h"

namespace byeol::bench {

enum class Rows {
  kAll,
  // Those that llama-perplexity scores: of a block of 512, the positions 256 to 510, which predict
  // the tokens 257 to 511.
  kSecondHalf,
};

// Called after each block: so many are done, of so many.
using Progress = std::function<void(std::int32_t done, std::int32_t blocks)>;

struct PredictOptions {
  kernels::KvType kv_type = kernels::KvType::kBF16;
  Progress progress = {};  // May be empty.
};

// `position` counts from the beginning of the text; the logits predict the token after it. What
// goes wrong in there ends the run.
using SeeRow = std::function<Status(std::int64_t position, std::span<const float> logits)>;

Status predict(std::shared_ptr<const model::Model> model, ThreadPool& pool,
               const TokenBlocks& blocks, Rows rows, const PredictOptions& options,
               const SeeRow& see);

}  // namespace byeol::bench
