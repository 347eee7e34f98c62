// The other notations of a constraint, each as a grammar.
//
// Errors: kInvalidArgument with line and column where there are lines, and what was expected;
// kUnsupported for what cannot be kept (by name). Threads: pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "constrain/grammar.h"

namespace byeol::constrain {

// llama.cpp's GBNF: its root is the rule `root`.
Result<NodeId> add_gbnf(GrammarBuilder& builder, std::string_view grammar, Budget& budget);
// Lark's notation as OpenAI's custom tools take it: its root is the rule `start`.
Result<NodeId> add_lark(GrammarBuilder& builder, std::string_view grammar, Budget& budget);
// The whole text matches.
Result<NodeId> add_regex(GrammarBuilder& builder, std::string_view expression, Budget& budget);
// One of these texts.
Result<NodeId> add_choice(GrammarBuilder& builder, const std::vector<std::string>& choices,
                          Budget& budget);
// Any text that does not contain `stop` (not empty): what stands before the first occurrence of it.
Result<NodeId> add_text_without(GrammarBuilder& builder, std::string_view stop, Budget& budget);

}  // namespace byeol::constrain
