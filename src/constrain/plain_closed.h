// Whether an automaton can follow any plain text (vocabulary.h) for ever, whatever states that
// leads through: a text that must end in y, or be none of some names, does until it is over.
//
// Threads: pure. Errors: none.
#pragma once

#include <cstdint>
#include <vector>

#include "constrain/regular/byte_automaton.h"

namespace byeol::constrain {

// From `state`. Where so, `states` are all that plain texts lead to, `state` among them. Looks at
// some hundred states at the most: beyond that it says no.
bool takes_any_plain_text(const ByteAutomaton& automaton, std::int32_t state,
                          std::vector<std::int32_t>& states);

}  // namespace byeol::constrain
