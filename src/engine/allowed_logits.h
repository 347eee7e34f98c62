// The logits of tokens that a constraint allows, out of a whole vocabulary's: a word of the
// constraint's bitmap, and the 64 logits that belong to it, at a time.
//
// Threads: pure functions over their arguments.
#pragma once

#include <cstdint>
#include <span>

#include "constrain/token_set.h"

namespace byeol::engine {

struct BestAllowed {
  std::int32_t token;  // The first of the allowed tokens with the largest logit.
  bool sound;          // That one is finite, and no allowed token's is NaN.
};

BestAllowed best_allowed(std::span<const float> logits, const constrain::TokenSet& allowed);

// result.size() == logits.size(): the allowed tokens' logits, and -infinity for all others.
void keep_allowed(std::span<const float> logits, const constrain::TokenSet& allowed,
                  std::span<float> result);

}  // namespace byeol::engine
