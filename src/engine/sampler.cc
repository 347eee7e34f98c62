#include "engine/sampler.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "base/math.h"
#include "engine/allowed_logits.h"
#include "engine/exp_weights.h"
#include "engine/random.h"

namespace byeol::engine {
namespace {

constexpr std::size_t kBlock = 1024;

std::int32_t first_of(std::span<const float> logits, float value) {
  return static_cast<std::int32_t>(std::find(logits.begin(), logits.end(), value) - logits.begin());
}

// The index at which the running sum of the weights passes `target`; the last with a weight where
// rounding lets it pass none.
std::size_t walk(std::span<const float> weights, double target) {
  double sum = 0;
  std::size_t last = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] == 0) continue;
    last = i;
    sum += static_cast<double>(weights[i]);
    if (sum > target) break;
  }
  return last;
}

bool has_penalties(const SamplingOptions& options) {
  return (options.repetition_penalty != 1 || options.presence_penalty != 0 ||
          options.frequency_penalty != 0) &&
         options.penalty_last_n != 0;
}

Error not_sound(std::size_t position) {
  return {ErrorCode::kCorrupt, "the logits at position " + std::to_string(position) +
                                   " hold NaN or infinity, or forbid every token"};
}

}  // namespace

Result<Sampled> Sampler::sample(std::span<const float> logits,
                                std::span<const std::int32_t> history, std::size_t prompt_tokens,
                                const SamplingOptions& options, const constrain::Mask* allowed) {
  BYEOL_TRY_OK(check(options));
  const std::span<const float> used = adjusted(logits, history, prompt_tokens, options);
  const bool is_greedy = options.temperature < kGreedyTemperature || options.top_k == 1;
  Sampled sampled{};
  if (is_greedy && allowed != nullptr && allowed->few.empty()) {
    const BestAllowed best = best_allowed(used, allowed->tokens);
    if (!best.sound) return not_sound(history.size());
    sampled.token = best.token;
  } else {
    const std::span<const float> left = allowed != nullptr ? constrained(used, *allowed) : used;
    const LogitRange range = find_range(left);
    if (!range.sound) return not_sound(history.size());
    const auto position = static_cast<std::int64_t>(history.size());
    sampled.token =
        is_greedy ? first_of(left, range.max)
                  : draw(left, range.max, uniform(options.seed, options.choice, position), options);
    // Among few tokens, the choice is a place in their list.
    if (allowed != nullptr && !allowed->few.empty())
      sampled.token = allowed->few[static_cast<std::size_t>(sampled.token)];
  }
  if (options.logprobs >= 0) add_logprobs(logits, options.logprobs, sampled);
  return sampled;
}

// The logits of few tokens, in a row; or all, the forbidden ones as -infinity.
std::span<const float> Sampler::constrained(std::span<const float> logits,
                                            const constrain::Mask& allowed) {
  if (!allowed.few.empty()) {
    allowed_.clear();
    for (const std::int32_t token : allowed.few)
      allowed_.push_back(logits[static_cast<std::size_t>(token)]);
    return allowed_;
  }
  allowed_.resize(logits.size());
  keep_allowed(logits, allowed.tokens, allowed_);
  return allowed_;
}

// Steps 1 and 2.
std::span<const float> Sampler::adjusted(std::span<const float> logits,
                                         std::span<const std::int32_t> history,
                                         std::size_t prompt_tokens,
                                         const SamplingOptions& options) {
  if (!has_penalties(options) && options.logit_bias.empty()) return logits;
  adjusted_.assign(logits.begin(), logits.end());
  if (has_penalties(options)) penalize(history, prompt_tokens, options);
  for (const auto& [token, bias] : options.logit_bias)
    if (token >= 0 && static_cast<std::size_t>(token) < adjusted_.size())
      adjusted_[static_cast<std::size_t>(token)] += bias;
  return adjusted_;
}

void Sampler::penalize(std::span<const std::int32_t> history, std::size_t prompt_tokens,
                       const SamplingOptions& options) {
  std::size_t begin = 0;
  if (options.penalty_last_n > 0)
    begin =
        history.size() - std::min(history.size(), static_cast<std::size_t>(options.penalty_last_n));
  if (seen_.size() < adjusted_.size()) {
    seen_.resize(adjusted_.size(), 0);
    generated_.resize(adjusted_.size(), 0);
  }
  const auto in_vocabulary = [&](std::int32_t token) {
    return token >= 0 && static_cast<std::size_t>(token) < adjusted_.size();
  };
  for (std::size_t i = begin; i < history.size(); ++i) {
    if (!in_vocabulary(history[i])) continue;
    const auto token = static_cast<std::size_t>(history[i]);
    ++seen_[token];
    if (i >= prompt_tokens) ++generated_[token];
  }
  for (std::size_t i = begin; i < history.size(); ++i) {
    if (!in_vocabulary(history[i])) continue;
    const auto token = static_cast<std::size_t>(history[i]);
    if (seen_[token] == 0) continue;  // Done at an earlier occurrence.
    float& logit = adjusted_[token];
    logit = logit > 0 ? logit / options.repetition_penalty : logit * options.repetition_penalty;
    if (generated_[token] > 0)
      logit -= options.presence_penalty +
               options.frequency_penalty * static_cast<float>(generated_[token]);
    seen_[token] = 0;
    generated_[token] = 0;
  }
}

// Steps 3 to 7.
std::int32_t Sampler::draw(std::span<const float> logits, float max, double random,
                           const SamplingOptions& options) {
  const auto k = static_cast<std::size_t>(options.top_k);
  return k > 0 && k < logits.size() ? draw_from_best(logits, max, random, options)
                                    : draw_from_all(logits, max, random, options);
}

std::int32_t Sampler::draw_from_best(std::span<const float> logits, float max, double random,
                                     const SamplingOptions& options) {
  std::span<Candidate> kept = best_.find(logits, static_cast<std::size_t>(options.top_k));
  weights_.resize(kept.size());
  for (std::size_t i = 0; i < kept.size(); ++i) weights_[i] = kept[i].logit;
  const double total = exp_weights(weights_, max, 1 / options.temperature, weights_);
  double reached = 0;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (weights_[i] < options.min_p) {  // Never the first: it weighs 1.
      kept = kept.first(i);
      break;
    }
    reached += static_cast<double>(weights_[i]);
    if (options.top_p < 1 && reached >= static_cast<double>(options.top_p) * total)
      kept = kept.first(i + 1);
  }
  // Into the order of ids, each with its weight in place of its logit.
  for (std::size_t i = 0; i < kept.size(); ++i) kept[i].logit = weights_[i];
  std::sort(kept.begin(), kept.end(),
            [](const Candidate& a, const Candidate& b) { return a.id < b.id; });
  for (std::size_t i = 0; i < kept.size(); ++i) weights_[i] = kept[i].logit;
  const std::span<const float> weights = std::span(weights_).first(kept.size());
  return kept[walk(weights, random * sum_weights(weights))].id;
}

std::int32_t Sampler::draw_from_all(std::span<const float> logits, float max, double random,
                                    const SamplingOptions& options) {
  weights_.resize(logits.size());
  double total = exp_weights(logits, max, 1 / options.temperature, weights_);
  if (options.top_p < 1) keep_nucleus(logits, static_cast<double>(options.top_p) * total);
  for (float& weight : weights_) weight = weight < options.min_p ? 0.0f : weight;
  total = sum_weights(weights_);
  double target = random * total;
  std::span<const float> rest = weights_;
  std::size_t begin = 0;
  while (rest.size() > kBlock) {  // Skip whole blocks; only the last one is walked.
    const double block = sum_weights(rest.first(kBlock));
    if (target < block) break;
    target -= block;
    begin += kBlock;
    rest = rest.subspan(kBlock);
  }
  rest = rest.first(std::min(rest.size(), kBlock));
  const std::size_t index = begin + walk(rest, target);
  // Rounding may leave the target at the very end, behind the last token with a weight.
  if (weights_[index] > 0) return static_cast<std::int32_t>(index);
  return static_cast<std::int32_t>(walk(weights_, std::numeric_limits<double>::infinity()));
}

// Step 5 without step 4: sets to 0 the weights of all but the first, in descending order, that
// together reach `wanted`. A flat distribution keeps most of a vocabulary, and sorting that takes
// 30 ms. So: sums by the leading bits of a weight, which order as the weights do, and a sort of
// those alone that share the bits at the border.
void Sampler::keep_nucleus(std::span<const float> logits, double wanted) {
  constexpr int kDroppedBits = 16;
  const auto bucket_of = [](float weight) {
    return static_cast<std::size_t>(std::bit_cast<std::uint32_t>(weight) >> kDroppedBits);
  };
  buckets_.assign(bucket_of(1.0f) + 1, 0.0);
  for (const float weight : weights_) buckets_[bucket_of(weight)] += static_cast<double>(weight);
  double reached = 0;
  std::size_t border = buckets_.size() - 1;
  while (border > 0 && reached + buckets_[border] < wanted) reached += buckets_[border--];

  at_border_.clear();
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    const std::size_t bucket = bucket_of(weights_[i]);
    if (bucket == border) at_border_.push_back({logits[i], static_cast<std::int32_t>(i)});
    if (bucket < border) weights_[i] = 0;
  }
  std::sort(at_border_.begin(), at_border_.end(), better);
  for (const Candidate& candidate : at_border_) {
    float& weight = weights_[static_cast<std::size_t>(candidate.id)];
    if (reached >= wanted)
      weight = 0;
    else
      reached += static_cast<double>(weight);
  }
}

void Sampler::add_logprobs(std::span<const float> logits, std::int32_t count, Sampled& sampled) {
  const LogitRange range = find_range(logits);
  weights_.resize(logits.size());
  const double log_total = math::log(exp_weights(logits, range.max, 1.0f, weights_));
  const auto logprob = [&](float logit) {
    const double above = static_cast<double>(logit) - static_cast<double>(range.max);
    return static_cast<float>(above - log_total);
  };
  sampled.logprob = logprob(logits[static_cast<std::size_t>(sampled.token)]);
  top_.clear();
  for (const Candidate& candidate : best_.find(logits, static_cast<std::size_t>(count)))
    top_.push_back({candidate.id, logprob(candidate.logit)});
  sampled.top = top_;
}

}  // namespace byeol::engine
