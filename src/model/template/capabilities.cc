// What a template supports, learnt from what it writes: a word that no template holds goes in, and
// the prompt is searched for it.
#include "model/template/program.h"

namespace byeol::model::jinja {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kMark = "byeol-probe-7f3a";

Json message(const char* role, Json content) {
  return Json{{"role", role}, {"content", std::move(content)}};
}

std::string prompt_of(const Program& program, const Json& messages, Json tools = nullptr,
                      Json extra = Json::object()) {
  ChatInputs inputs;
  inputs.tools = std::move(tools);
  inputs.extra = std::move(extra);
  inputs.add_generation_prompt = true;
  Result<std::string> prompt = run(program, inputs, messages, kProbeLimits);
  return prompt ? *std::move(prompt) : std::string();
}

bool arrives(const std::string& prompt) {
  return prompt.find(kMark) != std::string::npos;
}

Json tool_named_mark() {
  const Json parameters = {{"type", "object"}, {"properties", Json::object()}};
  return Json::array(
      {{{"type", "function"},
        {"function", {{"name", kMark}, {"description", "d"}, {"parameters", parameters}}}}});
}

Json conversation_with_call() {
  const Json call = {{"id", "call00001"},
                     {"type", "function"},
                     {"function", {{"name", kMark}, {"arguments", Json::object()}}}};
  Json assistant = message("assistant", "");
  assistant["tool_calls"] = Json::array({call});
  Json result = message("tool", "r");
  result["tool_call_id"] = "call00001";
  return Json::array({message("user", "q"), assistant, result});
}

}  // namespace

ChatCapabilities probe(const Program& program) {
  const Json user = Json::array({message("user", "q")});
  const Json parts = Json::array({{{"type", "text"}, {"text", kMark}}});
  const std::string with_parts = prompt_of(program, Json::array({message("user", parts)}));

  ChatCapabilities found;
  found.system_role =
      arrives(prompt_of(program, Json::array({message("system", kMark), message("user", "q")})));
  found.tools = arrives(prompt_of(program, user, tool_named_mark()));
  found.tool_calls = arrives(prompt_of(program, conversation_with_call()));
  found.thinking = prompt_of(program, user, nullptr, {{"enable_thinking", true}}) !=
                   prompt_of(program, user, nullptr, {{"enable_thinking", false}});
  // A template that only prints the list shows its keys as well.
  found.content_parts = arrives(with_parts) && with_parts.find("'type'") == std::string::npos &&
                        with_parts.find("\"type\"") == std::string::npos;
  return found;
}

}  // namespace byeol::model::jinja
