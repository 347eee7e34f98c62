// The tools of a Responses request: functions and custom tools, written flat, and which of them may
// be called.
//
// `strict` is true by default in the hosted service; here it is false unless the request says true.
// Hosted tools (web_search, …) are refused.
//
// Source: openai-openapi 2.3.0, FunctionTool, CustomToolParam, ToolChoiceParam. Threads: plain
// values.
#pragma once

#include "wire/chat_tools.h"
#include "wire/json_fields.h"

namespace byeol::wire {

struct ResponsesTools {
  ChatTools offered = {};        // What may be called, as chat templates take it.
  Json written = Json::array();  // For the Response object: all tools, each with all its fields,
  Json choice_written = "auto";  // and the choice.
};

// Errors are noted in the reader's.
ResponsesTools read_responses_tools(const FieldReader& body);

}  // namespace byeol::wire
