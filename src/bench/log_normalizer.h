// log(sum of exp(logit)): subtracted from a logit, it gives the token's log-probability.
//
// Relative error of the sum: 3e-7; the sum itself is in double, and its bits are the same on every
// machine (engine/exp_weights.h, base/math.h). Threads: an object belongs to one.
#pragma once

#include <span>
#include <vector>

#include "base/result.h"

namespace byeol::bench {

class LogNormalizer {
 public:
  // kCorrupt for logits that are not numbers.
  Result<double> of(std::span<const float> logits);

 private:
  std::vector<float> weights_;
};

}  // namespace byeol::bench
