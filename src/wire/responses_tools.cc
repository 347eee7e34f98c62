#include "wire/responses_tools.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "wire/custom_tools.h"

namespace byeol::wire {
namespace {

constexpr const char* kChoiceExpected =
    R"("none", "auto", "required" or an object of type "function", "custom" or "allowed_tools")";

void refuse_type(const FieldReader& tool, const std::string& type) {
  refuse_value(tool, "type",
               " is " + described(Json(type)) +
                   "; this server offers tools of type \"function\" and \"custom\".");
}

// A function with all its fields.
Json written_function(const FieldReader& tool) {
  const std::string name = read_name(tool);
  const bool strict = tool.boolean("strict").value_or(false);
  const std::optional<std::string> description = tool.string("description");
  const Json* parameters = tool.object("parameters");
  return {{"type", "function"},
          {"name", name},
          {"description", description ? Json(*description) : Json()},
          {"parameters", parameters ? *parameters : Json()},
          {"strict", strict}};
}

Json for_template(const Json& tool) {
  Json function{{"name", tool["name"]}};
  if (!tool["description"].is_null()) function["description"] = tool["description"];
  // Templates go through the properties without asking whether there are any.
  function["parameters"] = tool["parameters"].is_null()
                               ? Json{{"type", "object"}, {"properties", Json::object()}}
                               : tool["parameters"];
  return {{"type", "function"}, {"function", std::move(function)}};
}

void read_function(const FieldReader& reader, std::set<std::string>& names, ResponsesTools& tools) {
  Json tool = written_function(reader);
  auto name = tool["name"].get<std::string>();
  check_new_name(reader, name, names);
  tools.offered.tools.push_back(for_template(tool));
  tools.offered.functions.push_back(std::move(name));
  tools.offered.strict.push_back(tool["strict"].get<bool>());
  tools.offered.params.push_back(reader.path_of("parameters"));
  tools.written.push_back(std::move(tool));
}

void read_custom(const FieldReader& reader, std::set<std::string>& names, ResponsesTools& tools) {
  read_custom_tool(reader, true, names, tools.offered);
  const std::string& name = tools.offered.functions.back();
  Json written{{"type", "custom"}, {"name", name}};
  if (const Json* description = reader.find("description")) written["description"] = *description;
  written["format"] = custom_format(tools.offered.custom.at(name));
  tools.written.push_back(std::move(written));
}

void read_tools(const FieldReader& body, ResponsesTools& tools) {
  const Json* list = body.array("tools");
  if (list == nullptr || list->empty()) return;
  tools.offered.tools = Json::array();
  std::set<std::string> names;
  for (const FieldReader& reader : body.elements("tools", *list)) {
    const std::string type = reader.required_string("type");
    if (type == "custom")
      read_custom(reader, names, tools);
    else if (type == "function")
      read_function(reader, names, tools);
    else
      refuse_type(reader, type);
  }
}

// A tool in a choice: its name stands beside its type.
std::optional<NamedTool> named_tool(const FieldReader& tool) {
  const std::string type = tool.required_string("type");
  if (type == "function") return NamedTool{ToolType::kFunction, tool};
  if (type == "custom") return NamedTool{ToolType::kCustom, tool};
  refuse_type(tool, type);
  return std::nullopt;
}

Json written_choice(const ChatTools& offered, const std::string& name) {
  const bool is_custom = offered.type_of(name) == ToolType::kCustom;
  return {{"type", is_custom ? "custom" : "function"}, {"name", name}};
}

void read_allowed(const FieldReader& choice, ResponsesTools& tools) {
  if (!keep_allowed(choice, named_tool, tools.offered)) return;
  Json written = Json::array();
  for (const std::string& name : tools.offered.functions)
    written.push_back(written_choice(tools.offered, name));
  tools.choice_written = {{"type", "allowed_tools"},
                          {"mode", tools.offered.must_call ? "required" : "auto"},
                          {"tools", std::move(written)}};
}

void read_choice(const FieldReader& body, ResponsesTools& tools) {
  const Json* choice = body.find("tool_choice");
  if (choice == nullptr || *choice == "auto") return;
  if (*choice == "none") {
    tools.offered = {};
    tools.choice_written = "none";
    return;
  }
  if (*choice == "required") {
    tools.choice_written = "required";
    return demand_call(body, tools.offered);
  }
  if (!choice->is_object()) return body.wrong("tool_choice", kChoiceExpected);
  const FieldReader fields = *body.fields("tool_choice");
  const std::string type = fields.required_string("type");
  if (type == "allowed_tools") return read_allowed(fields, tools);
  const std::optional<NamedTool> named = named_tool(fields);
  const std::optional<std::size_t> place = named ? place_of(*named, tools.offered) : std::nullopt;
  if (!place) return;
  tools.offered = only_these(tools.offered, {*place});
  tools.choice_written = written_choice(tools.offered, tools.offered.functions.front());
  demand_call(body, tools.offered);
}

}  // namespace

ResponsesTools read_responses_tools(const FieldReader& body) {
  ResponsesTools tools;
  read_tools(body, tools);
  if (!body.errors()) read_choice(body, tools);
  return tools;
}

}  // namespace byeol::wire
