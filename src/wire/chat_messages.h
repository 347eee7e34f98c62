// A conversation as clients send it → as a chat template reads it.
//
// Roles: developer and system (→ system), user, assistant, tool, and the old function (→ tool).
// Content becomes one string: text parts are joined by line feeds, as vLLM does for templates that
// know no parts. Parts that are no text are refused: the model reads text only. An assistant's
// tool_calls are checked and stand only where there are some; content is "" where it was null. A
// call of a custom tool is one of the function that stands for it (custom_tools.h). Thinking of
// earlier turns arrives as reasoning_content and, for gpt-oss's template, as thinking.
//
// Source: openai-openapi 2.3.0, ChatCompletionRequestMessage.
#pragma once

#include "wire/json_fields.h"

namespace byeol::wire {

// The messages of `body`, at least one; null where an error was noted.
Json read_messages(const FieldReader& body);

}  // namespace byeol::wire
