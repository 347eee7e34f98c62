#include "bench/log_normalizer.h"

#include "base/math.h"
#include "engine/exp_weights.h"

namespace byeol::bench {

Result<double> LogNormalizer::of(std::span<const float> logits) {
  const engine::LogitRange range = engine::find_range(logits);
  if (!range.sound)
    return Error{ErrorCode::kCorrupt, "the model's logits are not numbers (NaN or infinite)"};
  weights_.resize(logits.size());
  const double sum = engine::exp_weights(logits, range.max, 1.0f, weights_);
  return double{range.max} + math::log(sum);
}

}  // namespace byeol::bench
