// The tokens of the only text that can follow.
//
// Threads: as the automaton's. Errors: none.
#pragma once

#include <vector>

#include "constrain/automaton.h"
#include "constrain/vocabulary.h"

namespace byeol::constrain {

inline constexpr std::size_t kMostForcedBytes = 4096;

// Without the last one where a longer token may take its place; empty where nothing is certain.
std::vector<TokenId> forced_text(Automaton& automaton, Automaton::State state,
                                 const Vocabulary& vocabulary);

}  // namespace byeol::constrain
