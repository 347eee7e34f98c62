#include "wire/responses_output.h"

#include "wire/json_text.h"

namespace byeol::wire {
namespace {

void append_call(std::string& to, const OutputItem& item, std::string_view type,
                 std::string_view arguments) {
  to.append(",\"type\":\"").append(type).append("\",\"call_id\":");
  append_json_string(to, item.call_id);
  to.append(",\"name\":");
  append_json_string(to, item.name);
  to.append(",\"").append(arguments).append("\":");
  append_json_string(to, item.text);
}

void append_item(std::string& to, const OutputItem& item, std::string_view status,
                 std::string_view parts) {
  to.append("{\"id\":");
  append_json_string(to, item.id);
  switch (item.kind) {
    case OutputItem::Kind::kMessage:
      to.append(R"(,"type":"message","role":"assistant","content":[)").append(parts).append("]");
      break;
    case OutputItem::Kind::kReasoning:
      to.append(R"(,"type":"reasoning","summary":[],"content":[)").append(parts).append("]");
      break;
    case OutputItem::Kind::kCall:
      append_call(to, item, "function_call", "arguments");
      break;
    case OutputItem::Kind::kCustomCall:
      append_call(to, item, "custom_tool_call", "input");
      break;
  }
  to.append(",\"status\":\"").append(status).append("\"}");
}

}  // namespace

void append_part(std::string& to, const OutputItem& item) {
  const bool is_message = item.kind == OutputItem::Kind::kMessage;
  to.append(is_message ? R"({"type":"output_text","text":)"
                       : R"({"type":"reasoning_text","text":)");
  append_json_string(to, item.text);
  if (is_message) to.append(R"(,"annotations":[],"logprobs":[)").append(item.logprobs).append("]");
  to.push_back('}');
}

void append_item(std::string& to, const OutputItem& item, std::string_view status) {
  std::string part;
  if (!item.is_call()) append_part(part, item);
  append_item(to, item, status, part);
}

void append_new_item(std::string& to, const OutputItem& item) {
  append_item(to, item, "in_progress", "");
}

}  // namespace byeol::wire
