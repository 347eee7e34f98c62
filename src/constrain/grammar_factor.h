// What alternatives begin with in common is written once: of a thousand words, an automaton then
// follows those that begin as the answer does, not all of them at every byte.
//
// Errors: those of the builder, which keeps them. Threads: pure.
#pragma once

#include <vector>

#include "constrain/grammar.h"

namespace byeol::constrain {

// The same choice: no two of the result begin with the same byte of a text or the same node.
std::vector<NodeId> factored(GrammarBuilder& builder, std::vector<NodeId> alternatives);

}  // namespace byeol::constrain
