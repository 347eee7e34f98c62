// What the measurements of the engine's speed share: an engine for so many sequences, and tokens of
// no meaning.
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "base/thread_pool.h"
#include "engine/engine.h"
#include "model/model.h"

namespace byeol::bench {

inline constexpr std::int32_t kStepRows = 512;  // Of a prompt in one step.

// Positions, counted in whole pages.
std::int64_t whole_pages(std::int64_t tokens);

// The i-th of a fixed series: a large step apart, so that each token's embedding is another row of
// the table.
model::TokenId series_token(const model::Model& model, std::int64_t i);

// With room for `cache_tokens` positions (less than 2^31), and for a step of all sequences.
Result<std::unique_ptr<engine::Engine>> make_bench_engine(std::shared_ptr<const model::Model> model,
                                                          ThreadPool& pool, kernels::KvType kv_type,
                                                          std::int64_t cache_tokens,
                                                          std::int32_t sequences);

}  // namespace byeol::bench
