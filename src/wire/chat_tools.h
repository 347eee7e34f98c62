// The tools that a request offers, functions and custom ones (custom_tools.h), and whether the
// model may or must call them.
//
// Source: openai-openapi 2.3.0, ChatCompletionTool and ChatCompletionToolChoiceOption.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "wire/answer_form.h"
#include "wire/json_fields.h"
#include "wire/tool_type.h"

namespace byeol::wire {

struct ChatTools {
  // For the chat template, as given, custom tools as functions; null where there are none or
  // tool_choice is "none". Of "allowed_tools", those.
  Json tools = nullptr;
  std::vector<std::string> functions = {};  // Their names.
  std::vector<bool> strict = {};            // Whose arguments must be by their schema or grammar.
  std::vector<std::string> params = {};     // Where this stands in the body.
  // Of those that are custom tools, by name: what their input may be (kText, kLark or kRegex).
  std::map<std::string, AnswerForm, std::less<>> custom = {};
  bool must_call = false;  // One of them, at least.

  ToolType type_of(std::string_view name) const {
    return custom.contains(name) ? ToolType::kCustom : ToolType::kFunction;
  }
  std::vector<std::string> custom_names() const;
};

// `tools`, `tool_choice`, and the old `functions` and `function_call`, which are refused. Errors
// are noted in the reader's.
ChatTools read_tools(const FieldReader& body);

// The same offer with these tools alone, by their places in it.
ChatTools only_these(const ChatTools& offered, const std::vector<std::size_t>& places);

// What the two ways to write tools have in common; errors are noted in the reader's.

// Notes a name that is among those of the tools before, and adds it.
void check_new_name(const FieldReader& named, const std::string& name,
                    std::set<std::string>& before);
// A tool as a choice names it.
struct NamedTool {
  ToolType type;
  FieldReader fields;  // Its `name` is one of them.
};
// Its place in the offer.
std::optional<std::size_t> place_of(const NamedTool& named, const ChatTools& offered);
// What "allowed_tools" leaves of the offer, by its `mode` and `tools`; `named` reads one of these.
// False: something is wrong.
bool keep_allowed(const FieldReader& allowed,
                  std::optional<NamedTool> (*named)(const FieldReader& tool), ChatTools& offered);
void demand_call(const FieldReader& body, ChatTools& offered);
// Notes that a field cannot be served: its path, then `what`.
void refuse_value(const FieldReader& reader, std::string_view name, const std::string& what);

// [A-Za-z0-9_-]{1,64}: the name of a function or a schema.
bool is_name(std::string_view text);
// The field `name`, which must be one; an error is noted in the reader's.
std::string read_name(const FieldReader& named);

}  // namespace byeol::wire
