#include "bench/predictions.h"

#include <algorithm>
#include <utility>

#include "bench/log_normalizer.h"
#include "bench/perplexity.h"
#include "engine/best_logits.h"

namespace byeol::bench {
namespace {

class Collector {
 public:
  Collector(Predictions& predictions, const PredictionsOptions& options)
      : predictions_(predictions), options_(options) {}

  Status see(std::int64_t position, std::span<const float> logits) {
    BYEOL_TRY(const double norm, normalizer_.of(logits));
    std::vector<Candidate>& best = predictions_.best.emplace_back();
    for (const engine::Candidate& candidate :
         best_.find(logits, static_cast<std::size_t>(options_.top)))
      best.push_back({candidate.id, double{candidate.logit} - norm});

    const TokenBlocks& blocks = predictions_.blocks;
    const auto next = static_cast<std::size_t>(position) + 1;
    if (next < blocks.tokens.size()) {
      const double log_probability =
          double{logits[static_cast<std::size_t>(blocks.tokens[next])]} - norm;
      predictions_.next.push_back(log_probability);
      const std::int64_t in_block = position % blocks.size;
      if (in_block >= blocks.size / 2 && in_block + 1 < blocks.size) sum_.add(log_probability);
    }
    if (std::ranges::find(options_.rows, position) != options_.rows.end())
      predictions_.rows.push_back({position, {logits.begin(), logits.end()}});
    return ok();
  }

  void finish() {
    predictions_.scored_tokens = sum_.scored();
    predictions_.perplexity = sum_.perplexity();
  }

 private:
  Predictions& predictions_;
  const PredictionsOptions& options_;
  LogNormalizer normalizer_;
  engine::BestLogits best_;
  PerplexitySum sum_;
};

}  // namespace

Result<Predictions> collect_predictions(std::shared_ptr<const model::Model> model, ThreadPool& pool,
                                        TokenBlocks blocks, const PredictionsOptions& options) {
  const std::int64_t positions = std::int64_t{blocks.count()} * blocks.size;
  for (const std::int64_t row : options.rows)
    if (row < 0 || row >= positions)
      return Error{ErrorCode::kInvalidArgument, "no row " + std::to_string(row) +
                                                    ": the positions are 0 to " +
                                                    std::to_string(positions - 1)};
  Predictions predictions;
  predictions.blocks = std::move(blocks);
  Collector collector(predictions, options);
  BYEOL_TRY_OK(predict(std::move(model), pool, predictions.blocks, Rows::kAll, options.predict,
                       [&collector](std::int64_t position, std::span<const float> logits) {
                         return collector.see(position, logits);
                       }));
  collector.finish();
  return predictions;
}

}  // namespace byeol::bench
