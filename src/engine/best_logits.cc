#include "engine/best_logits.h"

#include <algorithm>
#include <limits>

namespace byeol::engine {

std::span<Candidate> BestLogits::find(std::span<const float> logits, std::size_t k) {
  constexpr std::size_t kGroup = 16;
  k = std::min(k, logits.size());
  kept_.clear();
  if (k == 0) return kept_;
  const std::size_t kept_max = std::min(logits.size(), 2 * k + 1024);
  kept_.reserve(kept_max);
  // A later logit that only equals the k-th best loses to it by id, hence "greater" everywhere.
  float threshold = -std::numeric_limits<float>::infinity();
  const auto consider = [&](std::size_t id) {
    if (!(logits[id] > threshold)) return;
    if (kept_.size() == kept_max) {
      const auto kth = kept_.begin() + static_cast<std::ptrdiff_t>(k - 1);
      std::nth_element(kept_.begin(), kth, kept_.end(), better);
      threshold = kth->logit;
      kept_.resize(k);
      if (!(logits[id] > threshold)) return;
    }
    kept_.push_back({logits[id], static_cast<std::int32_t>(id)});
  };
  std::size_t id = 0;
  for (; id + kGroup <= logits.size(); id += kGroup) {
    int above = 0;
    for (std::size_t i = 0; i < kGroup; ++i) above |= logits[id + i] > threshold ? 1 : 0;
    if (above == 0) continue;
    for (std::size_t i = 0; i < kGroup; ++i) consider(id + i);
  }
  for (; id < logits.size(); ++id) consider(id);

  k = std::min(k, kept_.size());
  const auto end = kept_.begin() + static_cast<std::ptrdiff_t>(k);
  if (k < kept_.size() && k > 0) std::nth_element(kept_.begin(), end - 1, kept_.end(), better);
  std::sort(kept_.begin(), end, better);
  return std::span(kept_).first(k);
}

}  // namespace byeol::engine
