// The items that an answer of the model is made of, as JSON texts of the Responses API.
//
// Source: openai-openapi 2.3.0, OutputMessage, ReasoningItem, FunctionToolCall,
// CustomToolCallItem.
#pragma once

#include <string>
#include <string_view>

namespace byeol::wire {

struct OutputItem {
  enum class Kind { kMessage, kReasoning, kCall, kCustomCall };
  Kind kind;
  std::string id = {};
  std::string text = {};      // Of a message or of reasoning; a call's arguments or input.
  std::string logprobs = {};  // Of a message: JSON, separated by commas.
  std::string call_id = {};   // Of a call, as is the name.
  std::string name = {};

  bool is_call() const { return kind == Kind::kCall || kind == Kind::kCustomCall; }
};

// {"type": "output_text", …} or {"type": "reasoning_text", …}.
void append_part(std::string& to, const OutputItem& item);

// The item; `status` is "completed" or "incomplete".
void append_item(std::string& to, const OutputItem& item, std::string_view status);
// The item as it begins: in progress and empty.
void append_new_item(std::string& to, const OutputItem& item);

}  // namespace byeol::wire
