#include "bench/load/answer_reader.h"

#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

namespace byeol::bench {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kErrorBytesMax = 64 * 1024;
constexpr std::size_t kErrorShown = 300;

const Json* member(const Json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

bool has_text(const Json& object, const char* name) {
  const Json* text = member(object, name);
  return text != nullptr && text->is_string() && !text->get_ref<const std::string&>().empty();
}

std::int32_t count_of(const Json& object, const char* name, std::int32_t otherwise) {
  const Json* count = member(object, name);
  if (count == nullptr || !count->is_number_integer()) return otherwise;
  const auto value = count->get<std::int64_t>();
  return value < 0 || value > INT32_MAX ? otherwise : static_cast<std::int32_t>(value);
}

// {"error": {"message": ...}}, {"error": "..."} or the text itself.
std::string error_text(const std::string& body) {
  const Json json = Json::parse(body, nullptr, false);
  const Json* error = member(json, "error");
  const Json* message = error == nullptr ? nullptr : member(*error, "message");
  if (message == nullptr) message = error;
  std::string text =
      message != nullptr && message->is_string() ? message->get<std::string>() : body;
  return text.substr(0, kErrorShown);
}

bool brings_text(const Json& choice) {
  const Json* delta = member(choice, "delta");
  if (delta == nullptr) return has_text(choice, "text");
  return has_text(*delta, "content") || has_text(*delta, "reasoning_content") ||
         has_text(*delta, "reasoning") || has_text(*delta, "refusal") ||
         member(*delta, "tool_calls") != nullptr;
}

double number_of(std::string_view header) {
  const std::string text(header);
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  const bool good = !text.empty() && *end == '\0' && std::isfinite(value) && value >= 0;
  return good ? value : -1;  // A date, which Retry-After may hold, is not waited for.
}

}  // namespace

void AnswerReader::head(const net::HttpHead& head) {
  record_.status = head.status;
  record_.retry_after_ms = number_of(head.header("retry-after-ms"));
  const double seconds = number_of(head.header("retry-after"));
  if (record_.retry_after_ms < 0 && seconds >= 0) record_.retry_after_ms = seconds * 1000;
}

bool AnswerReader::body(double now_ms, std::string_view bytes) {
  if (record_.status != 200) {
    error_body_.append(bytes.substr(0, kErrorBytesMax - error_body_.size()));
    return false;
  }
  if (broken_) return false;
  const std::size_t before = record_.token_ms.size();
  const Status read = decoder_.feed(
      bytes, [this, now_ms](const wire::SseEvent& event_) { event(now_ms, event_.data); });
  if (!read) {
    broken_ = true;
    record_.error = read.error().message;
  }
  return record_.token_ms.size() > before;
}

void AnswerReader::event(double now_ms, std::string_view data) {
  if (done_) return;
  if (data.starts_with("[DONE]")) {
    done_ = true;
    return;
  }
  const Json chunk = Json::parse(data, nullptr, false);
  if (!chunk.is_object()) {
    record_.error =
        "a part of the stream is no JSON object: " + std::string(data.substr(0, kErrorShown));
    return;
  }
  if (member(chunk, "error") != nullptr) {
    record_.error = error_text(std::string(data));
    return;
  }
  if (const Json* choices = member(chunk, "choices"); choices != nullptr && choices->is_array()) {
    for (const Json& choice : *choices) {
      if (brings_text(choice)) record_.token_ms.push_back(now_ms);
      const Json* reason = member(choice, "finish_reason");
      if (reason != nullptr && reason->is_string())
        record_.finish_reason = reason->get<std::string>();
    }
  }
  if (const Json* usage = member(chunk, "usage"); usage != nullptr) {
    record_.prompt_tokens = count_of(*usage, "prompt_tokens", record_.prompt_tokens);
    record_.completion_tokens = count_of(*usage, "completion_tokens", record_.completion_tokens);
    if (const Json* details = member(*usage, "prompt_tokens_details"); details != nullptr)
      record_.cached_tokens = count_of(*details, "cached_tokens", record_.cached_tokens);
  }
}

void AnswerReader::end(double now_ms, const Status& status) {
  record_.end_ms = now_ms;
  if (record_.status != 0 && record_.status != 200)
    record_.error = error_text(error_body_);
  else if (record_.error.empty() && !status)
    record_.error = status.error().message;
  else if (record_.error.empty() && record_.finish_reason.empty())
    record_.error = "the stream ended without a finish_reason";
  else if (record_.error.empty() && !done_)
    record_.error = "the stream ended without [DONE]";
  record_.is_complete = record_.status == 200 && record_.error.empty();
}

}  // namespace byeol::bench
