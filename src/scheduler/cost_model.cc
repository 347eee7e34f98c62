#include "scheduler/cost_model.h"

#include <algorithm>
#include <cmath>

namespace byeol::scheduler {
namespace {

constexpr double kForgetting = 0.995;
// Typical sizes of the terms, so that the numbers of the least squares are of one size.
constexpr std::array<double, 7> kScale = {1, 128, 128 * 1024, 1, 8, 8 * 1024, 8};
// Of a term that was measured.
constexpr double kSettledDoubt = 0.3;

std::array<double, 7> as_array(const StepCost& c) {
  return {c.fixed, c.prefill, c.chunk_context, c.decoding, c.decode, c.context, c.mixing};
}

}  // namespace

// Each term may be as large as was guessed, or as a good part of a step: the guess may be another
// machine's.
CostModel::CostModel(const StepCost& guess)
    : cost_(guess), fitted_(as_array(guess)), weights_(fitted_), inverse_{} {
  double step_us = 0;
  for (std::size_t i = 0; i < kTerms; ++i) {
    weights_[i] *= kScale[i];
    step_us += std::abs(weights_[i]);
  }
  for (std::size_t i = 0; i < kTerms; ++i) {
    const double doubt_us = std::max({std::abs(weights_[i]), step_us / 4, 100.0});
    inverse_[i][i] = variance_max_[i] = doubt_us * doubt_us;
  }
}

CostModel::Terms CostModel::terms_of(const StepShape& shape) {
  const auto prefill = static_cast<double>(shape.prefill_tokens);
  const auto decodes = static_cast<double>(shape.decodes);
  return {1,
          prefill,
          shape.chunk_context,
          decodes > 0 ? 1.0 : 0.0,
          decodes,
          static_cast<double>(shape.decode_context),
          std::min(prefill, decodes)};
}

// Where a term was not seen for long, forgetting lets its variance grow, and the next noisy step
// that has it would decide it alone: no farther than at first.
void CostModel::limit_variances() {
  for (std::size_t i = 0; i < kTerms; ++i) {
    if (inverse_[i][i] <= variance_max_[i]) continue;
    const double shrink = std::sqrt(variance_max_[i] / inverse_[i][i]);
    for (std::size_t j = 0; j < kTerms; ++j) {
      inverse_[i][j] *= shrink;
      inverse_[j][i] *= shrink;
    }
  }
}

void CostModel::settle() {
  double step_us = 0;
  for (const double weight : weights_) step_us += std::abs(weight);
  for (std::size_t i = 0; i < kTerms; ++i) {
    const double doubt_us = kSettledDoubt * std::max(std::abs(weights_[i]), step_us / 10);
    variance_max_[i] = std::min(variance_max_[i], doubt_us * doubt_us);
  }
  limit_variances();
}

// By what was fitted, a negative term included: cut off, it would bias every prediction.
double CostModel::predict_us(const StepShape& shape) const {
  const Terms terms = terms_of(shape);
  double us = 0;
  for (std::size_t i = 0; i < kTerms; ++i) us += fitted_[i] * terms[i];
  return std::max(us, 1.0);
}

void CostModel::learn(const StepShape& shape, double us) {
  if (!(us > 0) || !std::isfinite(us)) return;
  const double predicted = predict_us(shape);
  const double error = std::abs(us - predicted) / us;
  // The 95th percentile: 19 small steps down for a large one up.
  constexpr double kRate = 0.02;
  error_share_ = std::clamp(
      error_share_ * (error > error_share_ ? 1 + 19 * kRate / 2 : 1 - kRate / 2), 0.005, 0.5);

  // Relative: a long step weighs no more than a short one.
  Terms x = terms_of(shape);
  for (std::size_t i = 0; i < kTerms; ++i) x[i] /= kScale[i] * us;
  Terms gain{};
  double variance = 0, residual = 1;
  for (std::size_t i = 0; i < kTerms; ++i) {
    for (std::size_t j = 0; j < kTerms; ++j) gain[i] += inverse_[i][j] * x[j];
    variance += gain[i] * x[i];
    residual -= weights_[i] * x[i];
  }
  const double share = 1 / (kForgetting + variance);
  for (std::size_t i = 0; i < kTerms; ++i) {
    weights_[i] += gain[i] * share * residual;
    for (std::size_t j = 0; j < kTerms; ++j)
      inverse_[i][j] = (inverse_[i][j] - gain[i] * gain[j] * share) / kForgetting;
  }
  limit_variances();

  for (std::size_t i = 0; i < kTerms; ++i) fitted_[i] = weights_[i] / kScale[i];
  // Time is not earned by work: what noise makes negative counts as nothing, but for mixing.
  const auto positive = [this](std::size_t i) { return std::max(fitted_[i], 0.0); };
  cost_ = {positive(0), positive(1), positive(2), positive(3),
           positive(4), positive(5), fitted_[6]};
}

}  // namespace byeol::scheduler
