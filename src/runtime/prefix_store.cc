#include "runtime/prefix_store.h"

#include <algorithm>

namespace byeol::runtime {
namespace {

constexpr std::size_t kWorthSharing =
    engine::Engine::kPageTokens;  // Less than a page shares nothing.

std::size_t common_prefix(std::span<const model::TokenId> a, std::span<const model::TokenId> b) {
  const auto [end, ignored] = std::ranges::mismatch(a, b);
  return static_cast<std::size_t>(end - a.begin());
}

}  // namespace

PrefixStore::Found PrefixStore::take(std::span<const model::TokenId> prompt) {
  std::size_t best = 0;
  std::size_t best_common = 0;
  for (std::size_t i = 0; i < kept_.size(); ++i) {
    const std::size_t common =
        common_prefix(engine_.tokens(kept_[i]), prompt.first(prompt.size() - 1));
    if (common >= best_common) {
      best = i;
      best_common = common;
    }
  }
  if (best_common == 0) return {engine_.open(), 0};
  const auto length = static_cast<std::int32_t>(best_common);
  const engine::SequenceId sequence = kept_[best];
  // Another turn of the same conversation, or one that shares only the beginning? The second leaves
  // the longer sequence to its own conversation.
  const std::size_t lost = engine_.tokens(sequence).size() - best_common;
  if (lost > kWorthSharing) {
    if (best_common < kWorthSharing) return {engine_.open(), 0};
    if (Result<engine::SequenceId> forked = engine_.fork(sequence, length))
      return {*forked, length};
  }
  kept_.erase(kept_.begin() + static_cast<std::ptrdiff_t>(best));
  engine_.truncate(sequence, length);
  return {sequence, length};
}

void PrefixStore::keep(engine::SequenceId sequence) {
  kept_.push_back(sequence);
  if (kept_.size() > sequences_max_) evict_oldest();
}

bool PrefixStore::evict_oldest() {
  if (kept_.empty()) return false;
  engine_.close(kept_.front());
  kept_.erase(kept_.begin());
  return true;
}

}  // namespace byeol::runtime
