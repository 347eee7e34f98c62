// From rows of edges to an automaton over bytes.
//
// Errors: kInvalidArgument where the budget is spent. Threads: pure.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "constrain/budget.h"
#include "constrain/regular/byte_automaton.h"
#include "constrain/regular/char_coder.h"

namespace byeol::constrain {

// The states are those of `rows`, then the nodes of `coder`, which was made for so many; of the
// former, those of `accepting` accept. `what` is for the error.
Result<std::shared_ptr<const ByteAutomaton>> automaton_of(const std::vector<CharCoder::Edges>& rows,
                                                          const CharCoder& coder,
                                                          std::vector<bool> accepting,
                                                          Budget& budget, const char* what);

}  // namespace byeol::constrain
