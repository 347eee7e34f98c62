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
  std::int64_t nodes = 0;  // Of tries, that were looked at.
  // About five milliseconds of the automaton's work (automaton.h). A mask that would take more is
  // cut: a grammar that a stranger made ambiguous in a thousand ways then has fewer answers, none
  // that is wrong. Where it is cut depends on what the automaton has learned before.
  static constexpr std::int64_t kMost = 5'000'000;
  bool is_cut = false;
};

Mask mask_of(Automaton& automaton, Automaton::State state, const Vocabulary& vocabulary,
             MaskWork& work);
// Whether a token longer than `bytes` begins with them and may go on from `state`, behind them.
bool longer_may_follow(Automaton& automaton, Automaton::State state, const Vocabulary& vocabulary,
                       std::string_view bytes);

}  // namespace byeol::constrain
