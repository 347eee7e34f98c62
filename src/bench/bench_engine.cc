#include "bench/bench_engine.h"

#include <algorithm>
#include <utility>

namespace byeol::bench {

std::int64_t whole_pages(std::int64_t tokens) {
  constexpr std::int64_t kPage = engine::Engine::kPageTokens;
  return (tokens + kPage - 1) / kPage * kPage;
}

model::TokenId series_token(const model::Model& model, std::int64_t i) {
  return static_cast<model::TokenId>((i + 1) * 7919 % model.config().vocabulary);
}

Result<std::unique_ptr<engine::Engine>> make_bench_engine(std::shared_ptr<const model::Model> model,
                                                          ThreadPool& pool, kernels::KvType kv_type,
                                                          std::int64_t cache_tokens,
                                                          std::int32_t sequences) {
  return engine::Engine::create(std::move(model), pool,
                                {.kv_type = kv_type,
                                 .kv_tokens = static_cast<std::int32_t>(cache_tokens),
                                 .step_rows_max = std::max(kStepRows, sequences)});
}

}  // namespace byeol::bench
