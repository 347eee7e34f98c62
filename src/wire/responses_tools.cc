#include "wire/responses_tools.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace byeol::wire {
namespace {

constexpr const char* kChoiceExpected =
    R"("none", "auto", "required" or an object of type "function" or "allowed_tools")";

void refuse_value(const FieldReader& reader, std::string_view name, const std::string& what) {
  const std::string path = reader.path_of(name);
  reader.errors().add(unsupported("'" + path + "'" + what, path));
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
    tools.offered.strict.push_back(tool["strict"].get<bool>());
    tools.written.push_back(std::move(tool));
  }
}

// The place of a function that a choice names.
std::optional<std::size_t> place_of(const FieldReader& choice, const ChatTools& offered) {
  const std::string type = choice.required_string("type");
  if (type != "function") refuse_type(choice, type);
  const auto found = std::ranges::find(offered.functions, choice.required_string("name"));
  if (found == offered.functions.end()) {
    choice.wrong("name", "the name of a tool");
    return std::nullopt;
  }
  return static_cast<std::size_t>(found - offered.functions.begin());
}

void keep_allowed(const FieldReader& choice, ResponsesTools& tools) {
  const std::string mode = choice.required_string("mode");
  if (mode != "auto" && mode != "required") choice.wrong("mode", R"("auto" or "required")");
  const Json* list = choice.required_array("tools", 1);
  if (list == nullptr) return;
  std::vector<std::size_t> places;
  Json written = Json::array();
  for (const FieldReader& tool : choice.elements("tools", *list)) {
    const std::optional<std::size_t> place = place_of(tool, tools.offered);
    if (!place) return;
    places.push_back(*place);
    written.push_back({{"type", "function"}, {"name", tools.offered.functions[*place]}});
  }
  tools.offered = only_these(tools.offered, places);
  tools.offered.must_call = mode == "required";
  tools.choice_written = {{"type", "allowed_tools"}, {"mode", mode}, {"tools", std::move(written)}};
}

void must_call(const FieldReader& body, ResponsesTools& tools, Json written) {
  if (tools.offered.functions.empty())
    body.refuse("tool_choice", "'tool_choice' demands a call, but 'tools' offers nothing to call.");
  tools.offered.must_call = true;
  tools.choice_written = std::move(written);
}

void read_choice(const FieldReader& body, ResponsesTools& tools) {
  const Json* choice = body.find("tool_choice");
  if (choice == nullptr || *choice == "auto") return;
  if (*choice == "none") {
    tools.offered = {};
    tools.choice_written = "none";
    return;
  }
  if (*choice == "required") return must_call(body, tools, "required");
  if (!choice->is_object()) return body.wrong("tool_choice", kChoiceExpected);
  const FieldReader fields = *body.fields("tool_choice");
  const std::string type = fields.required_string("type");
  if (type == "allowed_tools") return keep_allowed(fields, tools);
  if (type != "function") return refuse_type(fields, type);
  const std::optional<std::size_t> place = place_of(fields, tools.offered);
  if (!place) return;
  tools.offered = only_these(tools.offered, {*place});
  must_call(body, tools, {{"type", "function"}, {"name", tools.offered.functions.front()}});
}

}  // namespace

ResponsesTools read_responses_tools(const FieldReader& body) {
  ResponsesTools tools;
  read_functions(body, tools);
  if (!body.errors()) read_choice(body, tools);
  return tools;
}

}  // namespace byeol::wire
