#include "bench/perplexity.h"

#include <chrono>
#include <string>
#include <utility>

#include "base/math.h"
#include "bench/log_normalizer.h"

namespace byeol::bench {

double PerplexitySum::perplexity() const {
  return math::exp(negative_sum_ / static_cast<double>(scored_));
}

Result<Perplexity> measure_perplexity(std::shared_ptr<const model::Model> model, ThreadPool& pool,
                                      const TokenBlocks& blocks, const PredictOptions& options) {
  if (blocks.size < 3)
    return Error{ErrorCode::kInvalidArgument,
                 "a block of " + std::to_string(blocks.size) +
                     " tokens scores nothing; expected at least 3, usually 512"};
  PerplexitySum sum;
  LogNormalizer normalizer;
  const auto see = [&](std::int64_t position, std::span<const float> logits) -> Status {
    BYEOL_TRY(const double norm, normalizer.of(logits));
    const TokenId next = blocks.tokens[static_cast<std::size_t>(position) + 1];
    sum.add(double{logits[static_cast<std::size_t>(next)]} - norm);
    return ok();
  };
  const auto begin = std::chrono::steady_clock::now();
  BYEOL_TRY_OK(predict(std::move(model), pool, blocks, Rows::kSecondHalf, options, see));
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;

  const std::int64_t computed = std::int64_t{blocks.count()} * blocks.size;
  return Perplexity{.perplexity = sum.perplexity(),
                    .scored_tokens = sum.scored(),
                    .blocks = blocks.count(),
                    .dropped_tokens = static_cast<std::int64_t>(blocks.tokens.size()) - computed,
                    .tokens_per_s = static_cast<double>(computed) / seconds.count()};
}

}  // namespace byeol::bench
