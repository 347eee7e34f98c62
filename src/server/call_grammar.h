// The form in which each family of models calls functions (wire/answer_parser.h reads it), as a
// grammar: what `tool_choice` and strict functions ask for.
//
// Errors: those of the functions' schemas, with the function's name. Threads: pure.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "constrain/grammar.h"
#include "wire/answer_parser.h"
#include "wire/chat_tools.h"

namespace byeol::server {

struct CallRules {
  wire::AnswerFamily family = wire::AnswerFamily::kHermes;
  bool parallel = true;  // More than one call may follow.
  // The control token that is written so; nothing where the model has none, and writes it as text.
  std::function<std::optional<constrain::TokenId>(std::string_view)> control;
};

// One call or, where they may be parallel, several, and nothing else. Arguments follow the
// function's `parameters`; where it is not strict and these cannot be kept, they are any object.
Result<constrain::NodeId> add_calls(constrain::GrammarBuilder& builder,
                                    const wire::ChatTools& tools, const CallRules& rules,
                                    constrain::Budget& budget);
// Any text, in which each call that the model opens is one of the above.
Result<constrain::NodeId> add_text_with_calls(constrain::GrammarBuilder& builder,
                                              const wire::ChatTools& tools, const CallRules& rules,
                                              constrain::Budget& budget);

}  // namespace byeol::server
