#include "wire/responses_messages.h"

#include <map>
#include <string_view>
#include <utility>

#include "wire/custom_input.h"

namespace byeol::wire {
namespace {

// Of a list of parts, joined.
std::string joined_text(const Json& item, std::string_view name) {
  const auto found = item.find(name);
  if (found == item.end()) return {};
  if (found->is_string()) return found->get<std::string>();
  std::string text;
  if (!found->is_array()) return text;
  for (const Json& part : *found)
    text.append(item_text(part, "text")).append(item_text(part, "refusal"));
  return text;
}

class Messages {
 public:
  void add_system(std::string text) {
    if (last_is("system")) {
      auto& before = list_.back()["content"].get_ref<std::string&>();
      before.append("\n\n").append(text);
      return;
    }
    add({{"role", "system"}, {"content", std::move(text)}});
  }

  void add_user(const Json& item) {
    const auto parts = item.find("content");
    if (parts == item.end() || parts->size() <= 1) {
      add({{"role", "user"}, {"content", joined_text(item, "content")}});
      return;
    }
    Json content = Json::array();
    for (const Json& part : *parts)
      content.push_back({{"type", "text"}, {"text", item_text(part, "text")}});
    add({{"role", "user"}, {"content", std::move(content)}});
  }

  void add_reasoning(std::string text) { reasoning_ += text; }

  void add_answer(std::string text) {
    Json message{{"role", "assistant"}, {"content", std::move(text)}};
    if (!reasoning_.empty()) message["reasoning_content"] = reasoning_;
    add(std::move(message));
  }

  void add_call(const Json& item, std::string_view arguments) {
    if (!last_is("assistant") || !reasoning_.empty()) add_answer("");
    names_[std::string(item_text(item, "call_id"))] = item_text(item, "name");
    list_.back()["tool_calls"].push_back(
        {{"id", item_text(item, "call_id")},
         {"type", "function"},
         {"function", {{"name", item_text(item, "name")}, {"arguments", arguments}}}});
  }

  void add_call_output(const Json& item) {
    Json message{{"role", "tool"}, {"tool_call_id", item_text(item, "call_id")}};
    const auto name = names_.find(item_text(item, "call_id"));
    if (name != names_.end()) message["name"] = name->second;  // Some templates show it.
    message["content"] = joined_text(item, "output");
    add(std::move(message));
  }

  Json take() { return std::move(list_); }

 private:
  bool last_is(std::string_view role) const {
    return !list_.empty() && item_text(list_.back(), "role") == role;
  }
  void add(Json message) {
    reasoning_.clear();
    list_.push_back(std::move(message));
  }
  Json list_ = Json::array();
  std::string reasoning_;
  std::map<std::string, std::string, std::less<>> names_;  // Of functions, by the call's id.
};

void add_message(Messages& messages, const Json& item) {
  const std::string_view role = item_text(item, "role");
  if (role == "user")
    messages.add_user(item);
  else if (role == "assistant")
    messages.add_answer(joined_text(item, "content"));
  else
    messages.add_system(joined_text(item, "content"));
}

}  // namespace

Json items_to_messages(const Items& items, const std::optional<std::string>& instructions) {
  Messages messages;
  if (instructions) messages.add_system(*instructions);
  for (const Json& item : items) {
    const std::string_view type = item_text(item, "type");
    if (type == "message")
      add_message(messages, item);
    else if (type == "reasoning")
      messages.add_reasoning(joined_text(item, "content"));
    else if (type == "function_call")
      messages.add_call(item, item_text(item, "arguments"));
    else if (type == "custom_tool_call")
      messages.add_call(item, custom_arguments(item_text(item, "input")));
    else if (type == "function_call_output" || type == "custom_tool_call_output")
      messages.add_call_output(item);
  }
  return messages.take();
}

}  // namespace byeol::wire
