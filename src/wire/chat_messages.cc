#include "wire/chat_messages.h"

#include "wire/custom_input.h"

namespace byeol::wire {
namespace {

enum class Role { kSystem, kUser, kAssistant, kTool, kFunction };

constexpr std::pair<std::string_view, Role> kRoles[] = {
    {"developer", Role::kSystem},    {"system", Role::kSystem}, {"user", Role::kUser},
    {"assistant", Role::kAssistant}, {"tool", Role::kTool},     {"function", Role::kFunction}};

const char* template_role(Role role) {
  switch (role) {
    case Role::kSystem:
      return "system";
    case Role::kUser:
      return "user";
    case Role::kAssistant:
      return "assistant";
    case Role::kTool:
    case Role::kFunction:
      break;
  }
  return "tool";
}

std::string read_part(const FieldReader& part) {
  const std::string type = part.required_string("type");
  if (type == "text") return part.required_string("text");
  if (type == "refusal") return part.required_string("refusal");
  if (type == "image_url" || type == "input_audio" || type == "file" || type == "video_url")
    part.errors().add(unsupported(
        "'" + part.path() + "' is of type \"" + type + "\"; this model reads text only.",
        part.path()));
  else
    part.wrong("type", R"("text")");
  return {};
}

// Content as one string; nothing where it is absent.
std::optional<std::string> read_content(const FieldReader& message) {
  const Json* content = message.find("content");
  if (content == nullptr) return std::nullopt;
  if (content->is_string()) return content->get<std::string>();
  if (!content->is_array()) {
    message.wrong("content", "a string or a list of text parts");
    return std::nullopt;
  }
  std::string joined;
  bool first = true;
  for (const FieldReader& part : message.elements("content", *content)) {
    if (!std::exchange(first, false)) joined += '\n';
    joined += read_part(part);
  }
  return joined;
}

Json call_json(std::string id, std::string name, std::string arguments) {
  return {{"id", std::move(id)},
          {"type", "function"},
          {"function", {{"name", std::move(name)}, {"arguments", std::move(arguments)}}}};
}

Json read_call(const FieldReader& call) {
  const std::string type = call.string("type").value_or("function");
  if (type == "custom") {
    const std::optional<FieldReader> custom = call.required_fields("custom");
    if (!custom) return {};
    return call_json(call.required_string("id"), custom->required_string("name"),
                     custom_arguments(custom->required_string("input")));
  }
  if (type != "function") {
    call.wrong("type", R"("function" or "custom")");
    return {};
  }
  const std::optional<FieldReader> function = call.required_fields("function");
  if (!function) return {};
  return call_json(call.required_string("id"), function->required_string("name"),
                   function->required_string("arguments"));
}

// The old form had one call, and its answer named the function instead of the call.
std::string legacy_call_id(const std::string& name) {
  return "call_" + name;
}

Json read_calls(const FieldReader& message) {
  Json calls = Json::array();
  if (const Json* given = message.array("tool_calls"))
    for (const FieldReader& call : message.elements("tool_calls", *given))
      calls.push_back(read_call(call));
  if (const auto function = message.fields("function_call")) {
    const std::string name = function->required_string("name");
    calls.push_back(call_json(legacy_call_id(name), name, function->required_string("arguments")));
  }
  return calls;
}

void read_assistant(const FieldReader& message, Json& to) {
  if (message.find("audio") != nullptr) {
    message.errors().add(
        unsupported("'" + message.path_of("audio") + "' is given; this model reads text only.",
                    message.path_of("audio")));
    return;
  }
  std::optional<std::string> content = read_content(message);
  if (!content) content = message.string("refusal");
  Json calls = read_calls(message);
  std::optional<std::string> reasoning = message.string("reasoning_content");
  if (!reasoning) reasoning = message.string("reasoning");
  if (!content && calls.empty() && !reasoning)
    message.wrong("content", "a string, or tool_calls beside it");
  to["content"] = content.value_or("");
  if (reasoning) {
    to["reasoning_content"] = *reasoning;
    to["thinking"] = *reasoning;
  }
  if (!calls.empty()) to["tool_calls"] = std::move(calls);
}

Json read_message(const FieldReader& message) {
  if (message.find("role") == nullptr) message.wrong("role", "a role such as \"user\"");
  const std::optional<Role> role = message.choice("role", kRoles);
  if (!role) return {};
  Json read = {{"role", template_role(*role)}};
  if (*role == Role::kAssistant) {
    read_assistant(message, read);
  } else {
    const std::optional<std::string> content = read_content(message);
    // The answer of an old function may be null.
    if (!content && *role != Role::kFunction)
      message.wrong("content", "a string or a list of text parts");
    read["content"] = content.value_or("");
  }
  if (*role == Role::kTool) read["tool_call_id"] = message.required_string("tool_call_id");
  if (*role == Role::kFunction) {
    read["name"] = message.required_string("name");
    read["tool_call_id"] = legacy_call_id(read["name"].get_ref<const std::string&>());
  } else if (std::optional<std::string> name = message.string("name")) {
    read["name"] = *std::move(name);
  }
  return read;
}

}  // namespace

Json read_messages(const FieldReader& body) {
  const Json* given = body.required_array("messages", 1);
  if (given == nullptr) return {};
  Json messages = Json::array();
  for (const FieldReader& message : body.elements("messages", *given))
    messages.push_back(read_message(message));
  if (body.errors()) return {};
  return messages;
}

}  // namespace byeol::wire
