// The form in which each family of models thinks and calls functions (wire/answer_parser.h reads
// it), as a grammar: what `tool_choice`, strict functions and custom tools with a grammar ask for,
// and what may stand before an answer that has a form.
//
// What the parser takes as the beginning of a call or the end of a thought stands in no free text,
// however it is cut into tokens: so it is what the grammar says it is.
//
// Errors: those of the functions' schemas and the custom tools' grammars, with the tool's name.
// Threads: pure.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>

#include "constrain/grammar.h"
#include "wire/answer_parser.h"
#include "wire/chat_tools.h"

namespace byeol::server {

enum class Thought {
  kNone,   // The model does not think.
  kMay,    // It opens its thought itself, or answers at once.
  kBegun,  // The prompt has opened it.
};

struct CallRules {
  wire::AnswerFamily family = wire::AnswerFamily::kHermes;
  bool parallel = true;  // More than one call may follow.
  // The control token that is written so; nothing where the model has none, and writes it as text.
  std::function<std::optional<constrain::TokenId>(std::string_view)> control;
  // Where a tool's schema or grammar is refused, its place is noted here.
  std::optional<std::size_t>* refused = nullptr;
};

// One call or, where they may be parallel, several, and nothing else. Arguments follow the
// function's `parameters`; where it is not strict and these cannot be kept, they are any object.
// A custom tool's are {"input": "…"} with a text of its grammar. A schema or a grammar that costs
// more than its share of the budget is an error.
Result<constrain::NodeId> add_calls(constrain::GrammarBuilder& builder,
                                    const wire::ChatTools& tools, const CallRules& rules,
                                    constrain::Budget& budget);
// Any text, in which each call that the model opens is one of the above.
Result<constrain::NodeId> add_text_with_calls(constrain::GrammarBuilder& builder,
                                              const wire::ChatTools& tools, const CallRules& rules,
                                              constrain::Budget& budget);
// An answer of a form, with what the family writes before one: Harmony names its channel.
constrain::NodeId add_final(constrain::GrammarBuilder& builder, constrain::NodeId formed,
                            const CallRules& rules);
// A thought, whatever it is, then the answer; the answer alone for a family that does not think.
Result<constrain::NodeId> add_thought(constrain::GrammarBuilder& builder, Thought thought,
                                      constrain::NodeId answer, const CallRules& rules,
                                      constrain::Budget& budget);

}  // namespace byeol::server
