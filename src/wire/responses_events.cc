#include "wire/responses_events.h"

#include <utility>

#include "wire/json_fields.h"
#include "wire/json_text.h"

namespace byeol::wire {
namespace {

using Kind = OutputItem::Kind;

constexpr std::string_view kCompleted = "completed";
constexpr std::string_view kIncomplete = "incomplete";

struct EventNames {
  std::string_view delta;
  std::string_view done;
  std::string_view id_prefix;
};

EventNames names_of(Kind kind) {
  switch (kind) {
    case Kind::kMessage:
      return {"response.output_text.delta", "response.output_text.done", "msg_"};
    case Kind::kReasoning:
      return {"response.reasoning_text.delta", "response.reasoning_text.done", "rs_"};
    case Kind::kCall:
      return {"response.function_call_arguments.delta", "response.function_call_arguments.done",
              "fc_"};
    case Kind::kCustomCall:
      break;
  }
  return {"response.custom_tool_call_input.delta", "response.custom_tool_call_input.done", "ctc_"};
}

ResponseStatus status_of(ResponsesEnd::How how) {
  switch (how) {
    case ResponsesEnd::How::kDone:
      return ResponseStatus::kCompleted;
    case ResponsesEnd::How::kCut:
      return ResponseStatus::kIncomplete;
    case ResponsesEnd::How::kFailed:
      return ResponseStatus::kFailed;
    case ResponsesEnd::How::kCancelled:
      break;
  }
  return ResponseStatus::kCancelled;
}

void append_output_index(std::string& to, std::size_t index) {
  to.append(",\"output_index\":");
  append_json_number(to, static_cast<std::int64_t>(index));
}

// What the done event says.
void append_whole_text(std::string& to, const OutputItem& item) {
  if (item.kind == Kind::kCall) {
    to.append(",\"name\":");
    append_json_string(to, item.name);
  }
  to.append(item.kind == Kind::kCall         ? ",\"arguments\":"
            : item.kind == Kind::kCustomCall ? ",\"input\":"
                                             : ",\"text\":");
  append_json_string(to, item.text);
  if (item.kind == Kind::kMessage) to.append(",\"logprobs\":[").append(item.logprobs).append("]");
}

std::string_view last_event(ResponseStatus status) {
  if (status == ResponseStatus::kCompleted) return "response.completed";
  return status == ResponseStatus::kIncomplete ? "response.incomplete" : "response.failed";
}

}  // namespace

ResponsesEvents::ResponsesEvents(std::string_view id, std::int64_t created_at_s,
                                 const ResponsesRequest& request, Random64 random, OnEvent on_event)
    : writer_(id, created_at_s, request),
      random_(std::move(random)),
      on_event_(std::move(on_event)),
      wants_logprobs_(request.logprobs) {}

void ResponsesEvents::queue() {
  BYEOL_CHECK(!created_);
  created_ = true;
  state_.status = ResponseStatus::kQueued;
  emit_response("response.created");
  emit_response("response.queued");
}

void ResponsesEvents::start() {
  state_.status = ResponseStatus::kInProgress;
  if (!std::exchange(created_, true)) emit_response("response.created");
  emit_response("response.in_progress");
}

void ResponsesEvents::content(std::string_view text, std::span<const TokenLogprob> logprobs) {
  if (!wants_logprobs_) logprobs = {};
  if (text.empty() && logprobs.empty()) return;
  open_text(Kind::kMessage);
  item_->text.append(text);
  std::string list;
  append_json(list, logprobs);
  const std::string_view tokens = std::string_view(list).substr(1, list.size() - 2);
  if (!item_->logprobs.empty() && !tokens.empty()) item_->logprobs.push_back(',');
  item_->logprobs.append(tokens);
  emit_delta(text, list);
}

void ResponsesEvents::reasoning(std::string_view text) {
  if (text.empty()) return;
  open_text(Kind::kReasoning);
  item_->text.append(text);
  emit_delta(text, "");
}

void ResponsesEvents::begin_call(std::string_view name, std::string_view call_id, ToolType type) {
  open({.kind = type == ToolType::kCustom ? Kind::kCustomCall : Kind::kCall,
        .call_id = std::string(call_id),
        .name = std::string(name)});
}

void ResponsesEvents::arguments(std::string_view fragment) {
  BYEOL_CHECK(item_ && item_->is_call());
  if (fragment.empty()) return;
  item_->text.append(fragment);
  emit_delta(fragment, "");
}

void ResponsesEvents::end_call(bool whole) {
  BYEOL_CHECK(item_ && item_->is_call());
  if (item_->kind == Kind::kCall) whole = Json::accept(item_->text);
  // Else it may have been cut off, which finish() knows.
  if (whole) close(kCompleted);
}

void ResponsesEvents::finish(const ResponsesEnd& end) {
  BYEOL_CHECK(!std::exchange(finished_, true));
  if (!std::exchange(created_, true)) emit_response("response.created");
  if (end.how == ResponsesEnd::How::kDone) {
    if (!has_answer_) open_text(Kind::kMessage);
    close(kCompleted);
    state_.completed_at_s = end.at_s;
  } else {
    close(kIncomplete);
  }
  state_.status = status_of(end.how);
  state_.error = end.error;
  state_.usage = end.usage;
  state_.deadline = end.deadline;
  emit_response(last_event(state_.status));
}

std::string ResponsesEvents::response() const {
  std::string text;
  writer_.append(text, state_, joined_output_);
  return text;
}

template <typename Fill>
void ResponsesEvents::emit(std::string_view type, Fill&& fill) {
  const std::int64_t number = sequence_number_++;
  if (!on_event_) return;
  event_.assign("{\"type\":\"").append(type).append("\",\"sequence_number\":");
  append_json_number(event_, number);
  fill(event_);
  event_.push_back('}');
  on_event_({type, event_});
}

void ResponsesEvents::emit_response(std::string_view type) {
  emit(type, [&](std::string& to) {
    to.append(",\"response\":");
    writer_.append(to, state_, joined_output_);
  });
}

void ResponsesEvents::emit_delta(std::string_view text, std::string_view logprobs) {
  emit(names_of(item_->kind).delta, [&](std::string& to) {
    append_place(to);
    to.append(",\"delta\":");
    append_json_string(to, text);
    if (!logprobs.empty()) to.append(",\"logprobs\":").append(logprobs);
  });
}

void ResponsesEvents::append_place(std::string& to) const {
  to.append(",\"item_id\":\"").append(item_->id).append("\"");
  append_output_index(to, output_.size());
  if (!item_->is_call()) to.append(",\"content_index\":0");
}

void ResponsesEvents::open(OutputItem item) {
  close(kCompleted);
  item.id = make_id(names_of(item.kind).id_prefix, kIdLetters, random_);
  item_ = std::move(item);
  has_answer_ = has_answer_ || item_->kind != Kind::kReasoning;
  emit("response.output_item.added", [&](std::string& to) {
    append_output_index(to, output_.size());
    to.append(",\"item\":");
    append_new_item(to, *item_);
  });
  if (item_->is_call()) return;
  emit("response.content_part.added", [&](std::string& to) {
    append_place(to);
    to.append(",\"part\":");
    append_part(to, *item_);
  });
}

void ResponsesEvents::open_text(Kind kind) {
  if (!item_ || item_->kind != kind) open({.kind = kind});
}

void ResponsesEvents::close(std::string_view status) {
  if (!item_) return;
  emit(names_of(item_->kind).done, [&](std::string& to) {
    append_place(to);
    append_whole_text(to, *item_);
  });
  if (!item_->is_call())
    emit("response.content_part.done", [&](std::string& to) {
      append_place(to);
      to.append(",\"part\":");
      append_part(to, *item_);
    });
  std::string json;
  append_item(json, *item_, status);
  emit("response.output_item.done", [&](std::string& to) {
    append_output_index(to, output_.size());
    to.append(",\"item\":").append(json);
  });
  if (!output_.empty()) joined_output_.push_back(',');
  joined_output_.append(json);
  output_.push_back({item_->id, std::move(json)});
  item_.reset();
}

}  // namespace byeol::wire
