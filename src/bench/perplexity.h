// How surprised a model is by a text: exp of the mean negative log-probability of its tokens, by
// the procedure of llama-perplexity (docs/parity.md), so that both programs' figures compare.
//
//   BYEOL_TRY(auto model, model::Model::load(path, pool));
//   BYEOL_TRY(auto blocks, blocks_of_text(*model, text, 512));
//   BYEOL_TRY(auto measured, measure_perplexity(model, pool, blocks, {}));
//
// Sums are in double. The same bits whatever the number of threads. Threads: as predict().
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "base/thread_pool.h"
#include "bench/predict.h"
#include "bench/token_blocks.h"
#include "model/model.h"

namespace byeol::bench {

// Adds up the predictions that count.
class PerplexitySum {
 public:
  void add(double log_probability) {
    negative_sum_ -= log_probability;
    ++scored_;
  }
  std::int64_t scored() const { return scored_; }
  double perplexity() const;  // NaN while nothing was scored.

 private:
  double negative_sum_ = 0;
  std::int64_t scored_ = 0;
};

struct Perplexity {
  double perplexity = 0;
  std::int64_t scored_tokens = 0;
  std::int32_t blocks = 0;
  std::int64_t dropped_tokens = 0;  // Of the incomplete last block.
  double tokens_per_s = 0;          // Tokens of blocks, the model's loading not counted.
};

// kInvalidArgument for blocks of less than three tokens, where nothing would be scored.
Result<Perplexity> measure_perplexity(std::shared_ptr<const model::Model> model, ThreadPool& pool,
                                      const TokenBlocks& blocks, const PredictOptions& options);

}  // namespace byeol::bench
