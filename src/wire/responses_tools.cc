#include "wire/responses_tools.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace byeol::wire {
namespace {

constexpr const char* kChoiceExpected = R"("none", "auto" or an object of type "allowed_tools")";

void refuse_value(const FieldReader& reader, std::string_view name, const std::string& what) {
  const std::string path = reader.path_of(name);
  reader.errors().add(unsupported("'" + path + "'" + what, path));
}

void refuse_forced(const FieldReader& reader, std::string_view name) {
  refuse_value(reader, name,
               " demands a call, which this server cannot force yet; use \"auto\" or \"none\".");
}

void refuse_type(const FieldReader& tool, const std::string& type) {
  refuse_value(tool, "type",
               " is " + described(Json(type)) + "; this server offers tools of type \"function\".");
}

// A tool with all its fields.
Json read_tool(const FieldReader& tool) {
  const std::string type = tool.required_string("type");
  if (type != "function") refuse_type(tool, type);
  const std::string name = tool.required_string("name");
  if (!is_name(name)) tool.wrong("name", "1 to 64 of the letters A-Z, a-z, 0-9, _ and -");
  if (tool.boolean("strict").value_or(false))
    refuse_value(tool, "strict",
                 " is true, which needs constrained output; this server does not offer it yet.");
  const std::optional<std::string> description = tool.string("description");
  const Json* parameters = tool.object("parameters");
  return {{"type", "function"},
          {"name", name},
          {"description", description ? Json(*description) : Json()},
          {"parameters", parameters ? *parameters : Json()},
          {"strict", false}};
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

void read_functions(const FieldReader& body, ResponsesTools& tools) {
  const Json* list = body.array("tools");
  if (list == nullptr || list->empty()) return;
  tools.offered.tools = Json::array();
  std::set<std::string> names;
  for (const FieldReader& reader : body.elements("tools", *list)) {
    Json tool = read_tool(reader);
    auto name = tool["name"].get<std::string>();
    if (!names.insert(name).second) reader.wrong("name", "a name that no other tool has");
    tools.offered.tools.push_back(for_template(tool));
    tools.offered.functions.push_back(std::move(name));
    tools.written.push_back(std::move(tool));
  }
}

void keep_allowed(const FieldReader& choice, ResponsesTools& tools) {
  const std::string mode = choice.required_string("mode");
  if (mode == "required") refuse_forced(choice, "mode");
  if (mode != "auto") choice.wrong("mode", R"("auto")");
  const Json* list = choice.required_array("tools", 1);
  if (list == nullptr) return;
  std::map<std::string_view, std::size_t> index_of;
  for (const std::string& name : tools.offered.functions) index_of.emplace(name, index_of.size());
  ChatTools kept{.tools = Json::array()};
  Json written = Json::array();
  for (const FieldReader& tool : choice.elements("tools", *list)) {
    const std::string type = tool.required_string("type");
    if (type != "function") refuse_type(tool, type);
    const std::string name = tool.required_string("name");
    const auto found = index_of.find(name);
    if (found == index_of.end()) return tool.wrong("name", "the name of a tool");
    kept.tools.push_back(tools.offered.tools[found->second]);
    kept.functions.push_back(name);
    written.push_back({{"type", "function"}, {"name", name}});
  }
  tools.offered = std::move(kept);
  tools.choice_written = {
      {"type", "allowed_tools"}, {"mode", "auto"}, {"tools", std::move(written)}};
}

void read_choice(const FieldReader& body, ResponsesTools& tools) {
  const Json* choice = body.find("tool_choice");
  if (choice == nullptr || *choice == "auto") return;
  if (*choice == "none") {
    tools.offered = {};
    tools.choice_written = "none";
    return;
  }
  if (*choice == "required") return refuse_forced(body, "tool_choice");
  if (!choice->is_object()) return body.wrong("tool_choice", kChoiceExpected);
  const FieldReader fields = *body.fields("tool_choice");
  const std::string type = fields.required_string("type");
  if (type == "allowed_tools") return keep_allowed(fields, tools);
  if (type == "function") return refuse_forced(body, "tool_choice");
  refuse_type(fields, type);
}

}  // namespace

ResponsesTools read_responses_tools(const FieldReader& body) {
  ResponsesTools tools;
  read_functions(body, tools);
  if (!body.errors()) read_choice(body, tools);
  return tools;
}

}  // namespace byeol::wire
