#include "runtime/speculator.h"

#include <algorithm>

namespace byeol::runtime {
namespace {

// A drafted row is taken to cost a quarter more than it was measured to: where gain and cost are
// close, plain decoding is the safe choice.
constexpr double kCaution = 1.25;
constexpr double kRowCostMin = 0.02;  // Relative to a plain step: no row is free, whatever a noisy
                                      // clock says.

}  // namespace

Speculator::Speculator(const model::Tokenizer& tokenizer, std::span<const TokenId> prompt,
                       std::int32_t tokens_max, const AnswerMemory::Content& earlier)
    : tokenizer_(tokenizer),
      lookup_(tokens_max + static_cast<std::int32_t>(earlier.tokens.size())),
      acceptance_(earlier.acceptance) {
  for (const TokenId token : earlier.tokens) lookup_.append(token);
  for (const TokenId token : prompt) lookup_.append(token);
}

void Speculator::propose(std::int32_t most) {
  rows_[0] = lookup_.tokens().back();
  const auto wanted = static_cast<std::size_t>(std::clamp(most, 0, kDraftMax));
  const engine::Lookup::Draft draft = lookup_.draft(std::span(rows_).subspan(1, wanted));
  const auto begin = rows_.begin() + 1;
  const auto end = std::find_if(begin, begin + draft.tokens, [this](TokenId token) {
    return tokenizer_.is_end_of_generation(token);
  });
  proposed_ = static_cast<std::int32_t>(end - begin);
  certain_ = 0;
  match_ = draft.match;
  judged_ = 0;
}

void Speculator::confine(std::int32_t count, std::uint32_t certain) {
  proposed_ = std::min(proposed_, count);
  certain_ = certain;
}

// The k-th token of a draft has k more equal ones before it than the first, if it is reached.
std::int32_t Speculator::choose(const StepCosts& costs, std::int32_t plain_rows,
                                StepForecast& step) const {
  if (!costs.is_base(plain_rows)) return 0;
  const double plain = costs.relative(plain_rows);
  const auto cost = [&](std::int32_t rows) {
    const double least = plain * kRowCostMin * (rows - plain_rows);
    return plain + kCaution * std::max(least, costs.relative(rows) - plain);
  };
  double best_speed = step.tokens / cost(step.rows);
  double tokens = step.tokens;
  double reached = 1;
  std::int32_t best = 0;
  double best_tokens = tokens;
  const std::int32_t most = std::min(proposed_, StepCosts::kRowsMax - step.rows);
  for (std::int32_t count = 1; count <= most; ++count) {
    if (!is_certain(count - 1)) reached *= acceptance_.rate(match_ + count - 1);
    tokens += reached;
    const double speed = tokens / cost(step.rows + count);
    if (speed <= best_speed) continue;
    best_speed = speed;
    best = count;
    best_tokens = tokens;
  }
  step.rows += best;
  step.tokens = best_tokens;
  return best;
}

void Speculator::append(TokenId token) {
  lookup_.append(token);
  if (judged_ >= proposed_) return;
  const bool right = rows_[static_cast<std::size_t>(1 + judged_)] == token;
  if (!is_certain(judged_)) acceptance_.record(match_ + judged_, right);
  if (right)
    ++judged_;
  else
    proposed_ = 0;
}

}  // namespace byeol::runtime
