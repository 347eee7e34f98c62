// The events of a stream of /v1/responses, and the Response object that they add up to. Feed it
// what the model says; it keeps the order that clients rely on, numbers the events from 0, and
// ends each item, an interrupted one as incomplete.
//
//   ResponsesEvents events(id, created_at_s, request, random, on_event);
//   events.start();
//   events.content("Hi", {});
//   events.finish({.how = ResponsesEnd::How::kDone, …});
//   events.response();   what GET returns
//
//   created, in_progress, then for each item: output_item.added, [content_part.added,] its deltas,
//   its done, [content_part.done,] output_item.done; last completed, incomplete or failed.
//
// Neighbouring pieces of one kind are one item. A call whose arguments are whole JSON, or whose
// custom tool's input is whole, is done at once, so that a client can run it. A response without
// any output gets an empty message, because clients read the first. One that was cancelled ends as
// response.failed with status "cancelled": the specification has no event of its own for it. `data:
// [DONE]` after the last is the server's.
//
// Source: openai-openapi 2.3.0, ResponseStreamEvent; the order: Open Responses, specification.
// Threads: an object belongs to one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wire/api_error.h"
#include "wire/ids.h"
#include "wire/responses_output.h"
#include "wire/responses_stream.h"
#include "wire/responses_writer.h"
#include "wire/token_logprob.h"
#include "wire/tool_type.h"

namespace byeol::wire {

struct ResponsesEnd {
  enum class How {
    kDone,
    kCut,        // max_output_tokens, the context or the deadline is used up.
    kFailed,     // See error.
    kCancelled,  // By a client that wants no more.
  };
  How how = How::kDone;
  std::int64_t at_s = 0;  // Unix time.
  std::optional<CompletionUsage> usage = {};
  std::optional<ApiError> error = {};
  std::optional<DeadlineReport> deadline = {};
};

class ResponsesEvents {
 public:
  // Without a function nothing is written but the Response object. Valid during the call.
  using OnEvent = std::function<void(const ResponsesEvent& event)>;

  ResponsesEvents(std::string_view id, std::int64_t created_at_s, const ResponsesRequest& request,
                  Random64 random, OnEvent on_event);

  void queue();  // Of a background response that waits; before start().
  void start();

  void content(std::string_view text, std::span<const TokenLogprob> logprobs);
  void reasoning(std::string_view text);
  // `call_id` is what the call's output will name: tool_call_id() of ids.h.
  void begin_call(std::string_view name, std::string_view call_id,
                  ToolType type = ToolType::kFunction);
  void arguments(std::string_view fragment);  // Or a fragment of a custom tool's input.
  void end_call(bool whole = true);           // As in AnswerPiece.

  void finish(const ResponsesEnd& end);  // Once, last; also without start().

  // The Response object as of now; of `output`, the items that are done.
  std::string response() const;
  struct Item {
    std::string id;
    std::string json;
  };
  const std::vector<Item>& output() const { return output_; }  // For the store.

 private:
  // on_event with {"type":…,"sequence_number":… and what fill(std::string& to) appends}.
  template <typename Fill>
  void emit(std::string_view type, Fill&& fill);
  void emit_response(std::string_view type);
  void emit_delta(std::string_view text, std::string_view logprobs);
  void append_place(std::string& to) const;  // Of the open item and, of a message, its part.

  void open(OutputItem item);
  void open_text(OutputItem::Kind kind);  // Unless it is open.
  void close(std::string_view status);    // Nothing where no item is open.

  ResponseWriter writer_;
  ResponseState state_;
  Random64 random_;
  OnEvent on_event_;
  std::optional<OutputItem> item_;  // That is being said.
  std::vector<Item> output_;
  std::string joined_output_;  // Separated by commas.
  std::string event_;
  std::int64_t sequence_number_ = 0;
  bool wants_logprobs_;
  bool has_answer_ = false;  // Something other than reasoning.
  bool created_ = false;
  bool finished_ = false;
};

}  // namespace byeol::wire
