// How an automaton over characters becomes one over bytes.
//
// Errors: kInvalidArgument where the budget is spent. Threads: pure.
#pragma once

#include <memory>

#include "constrain/regular/dfa.h"
#include "constrain/regular/language.h"

namespace byeol::constrain {

// `dfa` is not empty. States that accept the same are the same one, but where a part of an escape
// happens to be a text of the language, too.
Result<std::shared_ptr<const ByteAutomaton>> spelled(const Dfa& dfa, Language::Spelling spelling,
                                                     Budget& budget);

}  // namespace byeol::constrain
