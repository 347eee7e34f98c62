// What a step of the engine takes, learnt from the steps that were run:
//
//   T = fixed + prefill * P + chunk_context * C + decoding * [D > 0] + decode * D + context * S
//       + mixing * min(P, D)
//
// P prompt tokens, C the sum over chunks of tokens times their mean context, D decodes, S the sum
// of the contexts that they look at. The last term is what mixing both in one step costs beyond
// their sum (negative where it saves a pass over the weights).
//
// Learning: recursive least squares on T's relative error, forgetting 1 % a step; nothing is
// forgotten while steps look alike. Pure: no clock, no allocation. One thread at a time.
#pragma once

#include <array>
#include <cstdint>

namespace byeol::scheduler {

struct StepShape {
  std::int64_t prefill_tokens = 0;
  double chunk_context = 0;
  std::int64_t decodes = 0;
  std::int64_t decode_context = 0;
};

// In microseconds, in the order of the formula.
struct StepCost {
  double fixed = 0, prefill = 0, chunk_context = 0, decoding = 0, decode = 0, context = 0,
         mixing = 0;
};

class CostModel {
 public:
  explicit CostModel(const StepCost& guess);

  double predict_us(const StepShape& shape) const;
  // A step of this shape took so long.
  void learn(const StepShape& shape, double us);
  // What it learned so far was measured on purpose, all kinds of steps in turns. From now on a
  // single step moves its terms less.
  void settle();

  // The terms one by one; what was fitted as negative counts as nothing, but for mixing.
  const StepCost& cost() const { return cost_; }
  // 95 of 100 late predictions were wrong by less than this share of the step's time.
  double error_share() const { return error_share_; }

 private:
  static constexpr std::size_t kTerms = 7;
  using Terms = std::array<double, kTerms>;
  static Terms terms_of(const StepShape& shape);
  void limit_variances();

  StepCost cost_;
  Terms fitted_;                       // In the order of the formula.
  Terms weights_;                      // The same of scaled terms.
  std::array<Terms, kTerms> inverse_;  // Of the terms' second moments.
  Terms variance_max_{};
  double error_share_ = 0.05;
};

}  // namespace byeol::scheduler
