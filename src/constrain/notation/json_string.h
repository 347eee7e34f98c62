// The texts of a grammar, written as JSON strings.
//
// The grammar itself is rewritten, byte by byte: `"`, `\` and control characters become their short
// escape, else \u00xx; all other bytes stay. So whatever the notation, recursion included, each
// text has one spelling, that of Language::Spelling::kJson, and nothing else is taken.
//
// Errors: kInvalidArgument where the budget is spent, or no answer has room for the shortest text.
// Threads: pure.
#pragma once

#include "constrain/grammar.h"

namespace byeol::constrain {

// A JSON string, its quotes included. `texts` has no control tokens.
Result<NodeId> add_json_string(GrammarBuilder& builder, const Grammar& texts, Budget& budget);

}  // namespace byeol::constrain
