// The tokens that a state allows.
//
// Threads: as the automaton's. Errors: none.
#pragma once

#include <cstdint>

#include "constrain/automaton.h"
#include "constrain/constraint.h"
#include "constrain/vocabulary.h"

namespace byeol::constrain {

struct MaskWork {
  std::int64_t nodes = 0;   // Of tries, that were looked at.
  std::int64_t stacks = 0;  // That were followed by a byte.
  // About a second at the worst. A mask that would take more is not whole: a grammar that a
  // stranger made ambiguous in a thousand ways then has fewer answers, none that is wrong.
  static constexpr std::int64_t kMostStacks = 1 << 24;
};

Mask mask_of(Automaton& automaton, Automaton::State state, const Vocabulary& vocabulary,
             MaskWork& work);
// Whether a token longer than `bytes` begins with them and may go on from `state`, behind them.
bool longer_may_follow(Automaton& automaton, Automaton::State state, const Vocabulary& vocabulary,
                       std::string_view bytes);

}  // namespace byeol::constrain
