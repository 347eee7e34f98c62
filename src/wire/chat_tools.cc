#include "wire/chat_tools.h"

#include <algorithm>

namespace byeol::wire {
namespace {

constexpr const char* kNameExpected = "1 to 64 of the letters A-Z, a-z, 0-9, _ and -";
constexpr const char* kNotForced =
    " demands a call, which this server cannot force yet; use \"auto\" or \"none\".";

void refuse_value(const FieldReader& reader, std::string_view name, const std::string& what) {
  const std::string path = reader.path_of(name);
  reader.errors().add(unsupported("'" + path + "'" + what, path));
}

std::string read_name(const FieldReader& function) {
  std::string name = function.required_string("name");
  if (!is_name(name)) function.wrong("name", kNameExpected);
  return name;
}

// The name of a tool that is a function.
std::string read_tool(const FieldReader& tool) {
  const std::string type = tool.required_string("type");
  if (type == "custom") {
    refuse_value(tool, "type", " is \"custom\"; this server offers tools of type \"function\".");
    return {};
  }
  if (type != "function") {
    tool.wrong("type", "\"function\"");
    return {};
  }
  const std::optional<FieldReader> function = tool.required_fields("function");
  if (!function) return {};
  function->string("description");
  function->object("parameters");
  if (function->boolean("strict").value_or(false))
    refuse_value(*function, "strict",
                 " is true, which needs constrained output; this server does not offer it yet.");
  return read_name(*function);
}

void keep_allowed(const FieldReader& choice, ChatTools& offered) {
  const std::optional<FieldReader> allowed = choice.required_fields("allowed_tools");
  if (!allowed) return;
  if (allowed->required_string("mode") == "required")
    return refuse_value(*allowed, "mode", kNotForced);
  const Json* tools = allowed->required_array("tools", 1);
  if (allowed->required_string("mode") != "auto") allowed->wrong("mode", "\"auto\"");
  if (tools == nullptr) return;
  ChatTools kept{.tools = Json::array()};
  for (const FieldReader& tool : allowed->elements("tools", *tools)) {
    const std::optional<FieldReader> function = tool.required_fields("function");
    if (!function) return;
    const std::string name = read_name(*function);
    const auto found = std::find(offered.functions.begin(), offered.functions.end(), name);
    if (found == offered.functions.end()) return function->wrong("name", "the name of a tool");
    kept.tools.push_back(
        offered.tools[static_cast<std::size_t>(found - offered.functions.begin())]);
    kept.functions.push_back(name);
  }
  offered = std::move(kept);
}

void read_choice(const FieldReader& body, ChatTools& offered) {
  const Json* choice = body.find("tool_choice");
  if (choice == nullptr) return;
  if (choice->is_string()) {
    const auto& word = choice->get_ref<const std::string&>();
    if (word == "none") offered = {};
    if (word == "required") refuse_value(body, "tool_choice", kNotForced);
    if (word == "none" || word == "auto" || word == "required") return;
  }
  if (choice->is_object()) {
    const FieldReader fields = *body.fields("tool_choice");
    const std::string type = fields.required_string("type");
    if (type == "allowed_tools") return keep_allowed(fields, offered);
    if (type == "function" || type == "custom")
      return refuse_value(body, "tool_choice", kNotForced);
  }
  body.wrong("tool_choice", R"("none", "auto" or an object of type "allowed_tools")");
}

}  // namespace

bool is_name(std::string_view text) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), is_letter);
}

ChatTools read_tools(const FieldReader& body) {
  if (body.find("functions") != nullptr)
    refuse_value(body, "functions", " is the old form; give the functions in 'tools'.");
  if (body.find("function_call") != nullptr)
    refuse_value(body, "function_call", " is the old form; use 'tool_choice'.");
  ChatTools offered;
  if (const Json* tools = body.array("tools"); tools != nullptr && !tools->empty()) {
    for (const FieldReader& tool : body.elements("tools", *tools))
      offered.functions.push_back(read_tool(tool));
    offered.tools = *tools;
  }
  if (!body.errors()) read_choice(body, offered);
  return offered;
}

}  // namespace byeol::wire
