// How fast this machine reads a prompt and writes an answer: tokens per second of the engine alone,
// as llama-bench measures it. Nothing is sampled and no text is made: the ids are a fixed series,
// as speed does not depend on them. The last token's logits of each sequence are computed, since an
// answer cannot do without.
//
// A run opens `sequences` sequences; prefill: all of their prompts, in steps of up to 512 tokens;
// decode: one token of each sequence in every step. One shorter run goes first, unmeasured.
// Threads: the caller's, and those of `pool`.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/thread_pool.h"
#include "engine/engine.h"
#include "model/model.h"

namespace byeol::bench {

struct SpeedOptions {
  std::int32_t prompt = 512;    // Tokens of each sequence's prompt.
  std::int32_t generate = 128;  // Tokens of each sequence's answer.
  std::int32_t sequences = 1;
  std::int32_t repeat = 5;  // Measured runs.
  kernels::KvType kv_type = kernels::KvType::kBF16;
};

// Over all sequences together, one sample of each run.
struct Speed {
  std::vector<double> prefill_tokens_per_s;
  std::vector<double> decode_tokens_per_s;
  std::string isa;
};

// kInvalidArgument for counts below one, for more tokens than the model's context, and where the
// cache of so many sequences cannot be had.
Result<Speed> measure_speed(std::shared_ptr<const model::Model> model, ThreadPool& pool,
                            const SpeedOptions& options);

}  // namespace byeol::bench
