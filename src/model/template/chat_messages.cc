#include "model/template/from_json.h"
#include "model/template/program.h"

namespace byeol::model::jinja {
namespace {

using Json = nlohmann::ordered_json;

void parse_arguments(Json& tool_call) {
  if (!tool_call.is_object()) return;
  const auto function = tool_call.find("function");
  Json& owner = function != tool_call.end() && function->is_object() ? *function : tool_call;
  const auto arguments = owner.find("arguments");
  if (arguments == owner.end() || !arguments->is_string()) return;
  Json parsed = Json::parse(arguments->get_ref<const std::string&>(), nullptr, false);
  if (parsed.is_object()) *arguments = std::move(parsed);
}

// [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}] → "a\nb"; anything else stays.
void join_parts(Json& content) {
  if (!content.is_array()) return;
  std::string joined;
  for (const Json& part : content) {
    const auto text = part.is_object() ? part.find("text") : part.end();
    if (!part.is_object() || text == part.end() || !text->is_string()) return;
    if (&part != &content.front()) joined += '\n';
    joined += text->get_ref<const std::string&>();
  }
  content = std::move(joined);
}

}  // namespace

Result<Json> normalized_messages(const Json& messages, bool keeps_parts) {
  if (Status nested = check_nesting(messages); !nested)
    return std::move(nested.error()).within("read messages");
  Json normalized = messages;
  for (Json& message : normalized) {
    if (!message.is_object()) continue;
    if (const auto calls = message.find("tool_calls"); calls != message.end() && calls->is_array())
      for (Json& call : *calls) parse_arguments(call);
    if (const auto content = message.find("content"); content != message.end() && !keeps_parts)
      join_parts(*content);
  }
  return normalized;
}

}  // namespace byeol::model::jinja
