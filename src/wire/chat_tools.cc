#include "wire/chat_tools.h"

#include <algorithm>
#include <utility>

#include "wire/custom_tools.h"

namespace byeol::wire {
namespace {

constexpr const char* kTypes = R"("function" or "custom")";

void read_tool(const FieldReader& tool, std::set<std::string>& names, ChatTools& offered) {
  const std::string type = tool.required_string("type");
  if (type == "custom") {
    if (const std::optional<FieldReader> custom = tool.required_fields("custom"))
      read_custom_tool(*custom, false, names, offered);
    return;
  }
  if (type != "function") return tool.wrong("type", kTypes);
  const std::optional<FieldReader> function = tool.required_fields("function");
  if (!function) return;
  function->string("description");
  function->object("parameters");
  offered.strict.push_back(function->boolean("strict").value_or(false));
  offered.params.push_back(function->path_of("parameters"));
  std::string name = read_name(*function);
  check_new_name(*function, name, names);
  offered.functions.push_back(std::move(name));
  offered.tools.push_back(tool.json());
}

// {"type": "function", "function": {"name": …}}, or a custom one.
std::optional<NamedTool> named_tool(const FieldReader& tool) {
  const std::string type = tool.string("type").value_or("function");
  const bool is_custom = type == "custom";
  if (!is_custom && type != "function") {
    tool.wrong("type", kTypes);
    return std::nullopt;
  }
  const std::optional<FieldReader> fields = tool.required_fields(type);
  if (!fields) return std::nullopt;
  return NamedTool{is_custom ? ToolType::kCustom : ToolType::kFunction, *fields};
}

void read_choice(const FieldReader& body, ChatTools& offered) {
  const Json* choice = body.find("tool_choice");
  if (choice == nullptr) return;
  if (choice->is_string()) {
    const auto& word = choice->get_ref<const std::string&>();
    if (word == "none") offered = {};
    if (word == "required") demand_call(body, offered);
    if (word == "none" || word == "auto" || word == "required") return;
  }
  if (choice->is_object()) {
    const FieldReader fields = *body.fields("tool_choice");
    const std::string type = fields.required_string("type");
    if (type == "allowed_tools") {
      if (const std::optional<FieldReader> allowed = fields.required_fields("allowed_tools"))
        keep_allowed(*allowed, named_tool, offered);
      return;
    }
    if (type == "function" || type == "custom") {
      const std::optional<NamedTool> named = named_tool(fields);
      if (!named) return;
      if (const std::optional<std::size_t> place = place_of(*named, offered))
        offered = only_these(offered, {*place});
      return demand_call(body, offered);
    }
  }
  body.wrong("tool_choice", R"("none", "auto", "required" or an object of type "function", )"
                            R"("custom" or "allowed_tools")");
}

}  // namespace

std::string read_name(const FieldReader& named) {
  std::string name = named.required_string("name");
  if (!is_name(name)) named.wrong("name", "1 to 64 of the letters A-Z, a-z, 0-9, _ and -");
  return name;
}

bool is_name(std::string_view text) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), is_letter);
}

std::vector<std::string> ChatTools::custom_names() const {
  std::vector<std::string> names;
  for (const auto& [name, input] : custom) names.push_back(name);
  return names;
}

ChatTools only_these(const ChatTools& offered, const std::vector<std::size_t>& places) {
  ChatTools kept{.tools = Json::array()};
  for (const std::size_t place : places) {
    kept.tools.push_back(offered.tools[place]);
    kept.functions.push_back(offered.functions[place]);
    kept.strict.push_back(offered.strict[place]);
    kept.params.push_back(offered.params[place]);
    if (const auto custom = offered.custom.find(offered.functions[place]);
        custom != offered.custom.end())
      kept.custom.insert(*custom);
  }
  return kept;
}

void check_new_name(const FieldReader& named, const std::string& name,
                    std::set<std::string>& before) {
  if (!before.insert(name).second) named.wrong("name", "a name that no other tool has");
}

std::optional<std::size_t> place_of(const NamedTool& named, const ChatTools& offered) {
  const auto found = std::ranges::find(offered.functions, named.fields.required_string("name"));
  const bool is_there = found != offered.functions.end();
  if (!is_there || offered.type_of(*found) != named.type) {
    const bool is_custom = named.type == ToolType::kCustom;
    named.fields.wrong("name", !is_there   ? "the name of a tool"
                               : is_custom ? "the name of a custom tool"
                                           : "the name of a function");
    return std::nullopt;
  }
  return static_cast<std::size_t>(found - offered.functions.begin());
}

bool keep_allowed(const FieldReader& allowed,
                  std::optional<NamedTool> (*named)(const FieldReader& tool), ChatTools& offered) {
  const std::string mode = allowed.required_string("mode");
  if (mode != "auto" && mode != "required") allowed.wrong("mode", R"("auto" or "required")");
  const Json* const tools = allowed.required_array("tools", 1);
  if (tools == nullptr) return false;
  std::vector<std::size_t> places;
  for (const FieldReader& tool : allowed.elements("tools", *tools)) {
    const std::optional<NamedTool> one = named(tool);
    const std::optional<std::size_t> place = one ? place_of(*one, offered) : std::nullopt;
    if (!place) return false;
    if (std::ranges::find(places, *place) == places.end()) places.push_back(*place);
  }
  offered = only_these(offered, places);
  offered.must_call = mode == "required";
  return true;
}

void demand_call(const FieldReader& body, ChatTools& offered) {
  if (offered.functions.empty())
    body.refuse("tool_choice", "'tool_choice' demands a call, but 'tools' offers nothing to call.");
  offered.must_call = true;
}

void refuse_value(const FieldReader& reader, std::string_view name, const std::string& what) {
  const std::string path = reader.path_of(name);
  reader.errors().add(unsupported("'" + path + "'" + what, path));
}

ChatTools read_tools(const FieldReader& body) {
  if (body.find("functions") != nullptr)
    refuse_value(body, "functions", " is the old form; give the functions in 'tools'.");
  if (body.find("function_call") != nullptr)
    refuse_value(body, "function_call", " is the old form; use 'tool_choice'.");
  ChatTools offered;
  if (const Json* tools = body.array("tools"); tools != nullptr && !tools->empty()) {
    std::set<std::string> names;
    offered.tools = Json::array();
    for (const FieldReader& tool : body.elements("tools", *tools)) read_tool(tool, names, offered);
  }
  if (!body.errors()) read_choice(body, offered);
  return offered;
}

}  // namespace byeol::wire
