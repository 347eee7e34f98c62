#include "engine/allowed_logits.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace byeol::engine {
namespace {

constexpr float kForbidden = -std::numeric_limits<float>::infinity();
constexpr std::size_t kWord = 64;

// tell(word of the bitmap, its first token, its logits), as far as there are logits.
template <typename Tell>
void for_words(std::span<const float> logits, const constrain::TokenSet& allowed, Tell&& tell) {
  const std::size_t count = std::min(allowed.words().size(), (logits.size() + kWord - 1) / kWord);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t first = i * kWord, size = std::min(kWord, logits.size() - first);
    const std::uint64_t there = size == kWord ? ~std::uint64_t{0} : (std::uint64_t{1} << size) - 1;
    tell(allowed.words()[i] & there, first, logits.subspan(first, size));
  }
}

// Whether one of them is larger, or NaN.
bool may_be_better(std::span<const float> logits, float best) {
  unsigned better = 0;
  for (const float logit : logits) better |= logit <= best ? 0u : 1u;
  return better != 0;
}

}  // namespace

BestAllowed best_allowed(std::span<const float> logits, const constrain::TokenSet& allowed) {
  float best = kForbidden;
  std::size_t token = 0;
  bool is_number = true;
  for_words(logits, allowed, [&](std::uint64_t word, std::size_t first, std::span<const float> of) {
    if (word == 0 || !may_be_better(of, best)) return;
    for (; word != 0; word &= word - 1) {
      const auto bit = static_cast<std::size_t>(std::countr_zero(word));
      if (std::isnan(of[bit])) is_number = false;
      if (!(of[bit] > best)) continue;
      best = of[bit];
      token = first + bit;
    }
  });
  return {static_cast<std::int32_t>(token), is_number && std::isfinite(best)};
}

void keep_allowed(std::span<const float> logits, const constrain::TokenSet& allowed,
                  std::span<float> result) {
  std::size_t end = 0;
  for_words(logits, allowed, [&](std::uint64_t word, std::size_t first, std::span<const float> of) {
    end = first + of.size();
    const std::span<float> into = result.subspan(first, of.size());
    // Most words are nearly full or nearly empty.
    if (std::popcount(word) > static_cast<int>(kWord / 2)) {
      std::ranges::copy(of, into.begin());
      const std::uint64_t there =
          of.size() == kWord ? ~std::uint64_t{0} : (std::uint64_t{1} << of.size()) - 1;
      for (std::uint64_t not_it = ~word & there; not_it != 0; not_it &= not_it - 1)
        into[static_cast<std::size_t>(std::countr_zero(not_it))] = kForbidden;
      return;
    }
    std::ranges::fill(into, kForbidden);
    for (; word != 0; word &= word - 1) {
      const auto bit = static_cast<std::size_t>(std::countr_zero(word));
      into[bit] = of[bit];
    }
  });
  std::ranges::fill(result.subspan(end), kForbidden);
}

}  // namespace byeol::engine
