// A shortest text from a stack to the end of everything.
//
// Errors: none. Threads: pure.
#pragma once

#include <vector>

#include "constrain/automaton.h"
#include "constrain/stacks.h"

namespace byeol::constrain {

std::vector<WayPart> shortest_way_of(const Grammar& grammar, const Stacks& stacks, StackId stack);

}  // namespace byeol::constrain
