// The functions that a request offers, and whether the model may or must call them. Custom tools
// are refused with a sentence.
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
  std::vector<bool> strict = {};            // Whose arguments must be by their schema.
  bool must_call = false;                   // One of them, at least.
};

// `tools`, `tool_choice`, and the old `functions` and `function_call`, which are refused. Errors
// are noted in the reader's.
ChatTools read_tools(const FieldReader& body);

// The same offer with these functions alone, by their places in it.
ChatTools only_these(const ChatTools& offered, const std::vector<std::size_t>& places);

// [A-Za-z0-9_-]{1,64}: the name of a function or a schema.
bool is_name(std::string_view text);

}  // namespace byeol::wire
