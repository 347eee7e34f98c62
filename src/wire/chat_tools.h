// The functions that a request offers, and whether the model may or must call them. Custom tools
// are refused with a sentence.
//
// Source: openai-openapi 2.3.0, ChatCompletionTool and ChatCompletionToolChoiceOption.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "wire/json_fields.h"

namespace byeol::wire {

struct ChatTools {
  // For the chat template, as given; null where there are none or tool_choice is "none". Of
  // "allowed_tools", those.
  Json tools = nullptr;
  std::vector<std::string> functions = {};  // Their names.
  std::vector<bool> strict = {};            // Whose arguments must be by their schema.
  std::vector<std::string> params = {};     // Where their schemas stand in the body.
  bool must_call = false;                   // One of them, at least.
};

// `tools`, `tool_choice`, and the old `functions` and `function_call`, which are refused. Errors
// are noted in the reader's.
ChatTools read_tools(const FieldReader& body);

// The same offer with these functions alone, by their places in it.
ChatTools only_these(const ChatTools& offered, const std::vector<std::size_t>& places);

// What the two ways to write tools have in common; errors are noted in the reader's.

// Notes a name that is among those of the tools before, and adds it.
void check_new_name(const FieldReader& named, const std::string& name,
                    std::set<std::string>& before);
// The place of the function whose name stands in a choice.
std::optional<std::size_t> place_of(const FieldReader& named, const ChatTools& offered);
// What "allowed_tools" leaves of the offer, by its `mode` and `tools`; `named` finds the name in
// one of these. False: something is wrong.
bool keep_allowed(const FieldReader& allowed,
                  std::optional<FieldReader> (*named)(const FieldReader& tool), ChatTools& offered);
void demand_call(const FieldReader& body, ChatTools& offered);
// Notes that a field cannot be served: its path, then `what`.
void refuse_value(const FieldReader& reader, std::string_view name, const std::string& what);

// [A-Za-z0-9_-]{1,64}: the name of a function or a schema.
bool is_name(std::string_view text);
// The field `name`, which must be one; an error is noted in the reader's.
std::string read_name(const FieldReader& named);

}  // namespace byeol::wire
