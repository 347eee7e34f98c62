#include "wire/chat_writer.h"

#include "wire/json_text.h"

namespace byeol::wire {
namespace {

void append_logprobs(std::string& to, const ChatStream::Logprobs& logprobs) {
  to.append(",\"logprobs\":");
  if (!logprobs) {
    to.append("null");
    return;
  }
  to.append("{\"content\":");
  append_json(to, *logprobs);
  to.append(",\"refusal\":null}");
}

struct CallWords {
  std::string_view type, arguments;  // The names of fields, too.
};
CallWords words_of(ToolType type) {
  if (type == ToolType::kCustom) return {"custom", "input"};
  return {"function", "arguments"};
}

// "function":{"name":…,"arguments":…}; the name is left out where there is none.
void append_called(std::string& to, ToolType type, std::optional<std::string_view> name,
                   std::string_view arguments) {
  const CallWords words = words_of(type);
  to.append("\"").append(words.type).append("\":{");
  if (name) {
    to.append("\"name\":");
    append_json_string(to, *name);
    to.push_back(',');
  }
  to.append("\"").append(words.arguments).append("\":");
  append_json_string(to, arguments);
  to.push_back('}');
}

void append_calls(std::string& to, std::span<const ToolCall> calls) {
  to.append(",\"tool_calls\":[");
  for (const ToolCall& call : calls) {
    if (&call != calls.data()) to.push_back(',');
    to.append("{\"id\":");
    append_json_string(to, call.id);
    to.append(",\"type\":\"").append(words_of(call.type).type).append("\",");
    append_called(to, call.type, call.name, call.arguments);
    to.push_back('}');
  }
  to.push_back(']');
}

void append_message(std::string& to, const ChatChoice& choice) {
  to.append("{\"role\":\"assistant\",\"content\":");
  if (choice.content.empty() && !choice.calls.empty())
    to.append("null");
  else
    append_json_string(to, choice.content);
  to.append(",\"refusal\":null,\"annotations\":[]");
  if (!choice.reasoning.empty()) {
    to.append(",\"reasoning_content\":");
    append_json_string(to, choice.reasoning);
  }
  if (!choice.calls.empty()) append_calls(to, choice.calls);
  to.push_back('}');
}

}  // namespace

std::string chat_response(const ResponseHead& head, std::span<const ChatChoice> choices,
                          const CompletionUsage& usage,
                          const std::optional<DeadlineReport>& deadline) {
  std::string text;
  append_head(text, head, "chat.completion");
  text.append(",\"choices\":[");
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const ChatChoice& choice = choices[i];
    text.append(i > 0 ? ",{\"index\":" : "{\"index\":");
    append_json_number(text, static_cast<std::int64_t>(i));
    text.append(",\"message\":");
    append_message(text, choice);
    append_logprobs(text, choice.logprobs);
    text.append(",\"finish_reason\":\"").append(name_of(choice.finish_reason)).append("\"}");
  }
  text.append("],\"usage\":").append(to_json(usage).dump());
  append_deadline(text, deadline);
  text.push_back('}');
  return text;
}

ChatStream::ChatStream(const ResponseHead& head, bool include_usage)
    : after_choices_(include_usage ? "],\"usage\":null" : "]") {
  append_head(before_choices_, head, "chat.completion.chunk");
  before_choices_.append(",\"choices\":[");
}

void ChatStream::open(std::string& to, int choice) const {
  to.append(before_choices_).append("{\"index\":");
  append_json_number(to, std::int64_t{choice});
  to.append(",\"delta\":{");
}

void ChatStream::close(std::string& to, const Logprobs& logprobs) const {
  to.push_back('}');
  append_logprobs(to, logprobs);
  to.append(",\"finish_reason\":null}").append(after_choices_).push_back('}');
}

void ChatStream::append_text(std::string& to, int choice, std::string_view open_delta,
                             std::string_view text, std::string_view close_delta,
                             const Logprobs& logprobs) const {
  open(to, choice);
  to.append(open_delta);
  append_json_escaped(to, text);
  to.append(close_delta);
  close(to, logprobs);
}

void ChatStream::append_role(std::string& to, int choice) const {
  append_text(to, choice, R"("role":"assistant","content":")", "", "\"", {});
}

void ChatStream::append_content(std::string& to, int choice, std::string_view text,
                                Logprobs logprobs) const {
  append_text(to, choice, R"("content":")", text, "\"", logprobs);
}

void ChatStream::append_reasoning(std::string& to, int choice, std::string_view text,
                                  Logprobs logprobs) const {
  append_text(to, choice, R"("reasoning_content":")", text, "\"", logprobs);
}

void ChatStream::append_call(std::string& to, int choice, int call, std::string_view id,
                             std::string_view name, ToolType type) const {
  open(to, choice);
  to.append(R"("tool_calls":[{"index":)");
  append_json_number(to, std::int64_t{call});
  to.append(R"(,"id":)");
  append_json_string(to, id);
  to.append(",\"type\":\"").append(words_of(type).type).append("\",");
  append_called(to, type, name, "");
  to.append("}]");
  close(to, {});
}

void ChatStream::append_arguments(std::string& to, int choice, int call, std::string_view fragment,
                                  ToolType type, Logprobs logprobs) const {
  open(to, choice);
  to.append(R"("tool_calls":[{"index":)");
  append_json_number(to, std::int64_t{call});
  to.push_back(',');
  append_called(to, type, std::nullopt, fragment);
  to.append("}]");
  close(to, logprobs);
}

void ChatStream::append_finish(std::string& to, int choice, FinishReason reason,
                               const std::optional<DeadlineReport>& deadline,
                               Logprobs logprobs) const {
  open(to, choice);
  to.push_back('}');
  append_logprobs(to, logprobs);
  to.append(",\"finish_reason\":\"").append(name_of(reason)).append("\"}").append(after_choices_);
  append_deadline(to, deadline);
  to.push_back('}');
}

void ChatStream::append_usage(std::string& to, const CompletionUsage& usage) const {
  to.append(before_choices_).append("],\"usage\":").append(to_json(usage).dump()).push_back('}');
}

}  // namespace byeol::wire
