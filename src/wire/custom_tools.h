// Custom tools, which take a text instead of JSON: any text, or one of a grammar.
//
// A model is offered one as a function with a string `input` that is required, whose description
// tells the grammar; so it calls it in the form that its family has for functions (custom_input.h).
//
// Source: openai-openapi 2.3.0, CustomToolChatCompletions and CustomToolParam. Errors are noted in
// the reader's.
#pragma once

#include <set>
#include <string>

#include "wire/chat_tools.h"
#include "wire/json_fields.h"

namespace byeol::wire {

// Adds the tool whose fields are `tool`. `flat`: a grammar's fields stand beside the type of the
// `format` (responses), else in its field `grammar` (chat).
void read_custom_tool(const FieldReader& tool, bool flat, std::set<std::string>& names,
                      ChatTools& offered);

// The `format` of a tool of a response, as its Response object tells it.
Json custom_format(const AnswerForm& input);

}  // namespace byeol::wire
