// Weights exp((logit - max) * factor) of many logits at once: softmax before the division.
//
// The same bits on every CPU: float + - *, in one order, no fused multiply-add, no libm; sums in
// double over 8 fixed lanes. Relative error of a weight: 3e-7. Weights below exp(-87) are 0.
//
// Threads: pure functions over their arguments.
#pragma once

#include <span>

namespace byeol::engine {

struct LogitRange {
  float max;
  bool sound;  // No NaN, no +infinity, and not all -infinity (that is how a token is forbidden).
};

LogitRange find_range(std::span<const float> logits);

// weights.size() == logits.size(); may be the same memory. Returns their sum.
double exp_weights(std::span<const float> logits, float max, float factor,
                   std::span<float> weights);

double sum_weights(std::span<const float> weights);

}  // namespace byeol::engine
