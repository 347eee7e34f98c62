// The functions that a request offers, and whether the model may call them.
//
// What needs the answer's text to be constrained is refused with a sentence: custom tools, strict
// functions, and a tool_choice that demands a call. A promise that we could not keep must not be
// ignored.
//
// Source: openai-openapi 2.3.0, ChatCompletionTool and ChatCompletionToolChoiceOption.
#pragma once

#include <string>
#include <vector>

#include "wire/json_fields.h"

namespace byeol::wire {

struct ChatTools {
  // For the chat template, as given; null where there are none or tool_choice is "none". Of
  // "allowed_tools", those.
  Json tools = nullptr;
  std::vector<std::string> functions = {};  // Their names.
};

// `tools`, `tool_choice`, and the old `functions` and `function_call`, which are refused. Errors
// are noted in the reader's.
ChatTools read_tools(const FieldReader& body);

// [A-Za-z0-9_-]{1,64}: the name of a function or a schema.
bool is_name(std::string_view text);

}  // namespace byeol::wire
