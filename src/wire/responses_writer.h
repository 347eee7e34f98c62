// The Response object of /v1/responses, and the small answers around it, as JSON texts.
//
// All keys that the strict schema of Open Responses requires are written, also where they are null:
// the request's settings are echoed with their defaults.
//
// Source: openai-openapi 2.3.0, Response, ResponseItemList, TokenCountsResource; Open Responses,
// ResponseResource. `deadline` is ours (deadline_report.h). Threads: plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "wire/api_error.h"
#include "wire/deadline_report.h"
#include "wire/responses_request.h"
#include "wire/usage.h"

namespace byeol::wire {

enum class ResponseStatus { kQueued, kInProgress, kCompleted, kIncomplete, kFailed, kCancelled };

std::string_view name_of(ResponseStatus status);

// What changes while a response is made.
struct ResponseState {
  ResponseStatus status = ResponseStatus::kInProgress;
  std::optional<std::int64_t> completed_at_s = {};  // Unix time.
  std::optional<ApiError> error = {};               // Where it failed.
  std::optional<CompletionUsage> usage = {};
  std::optional<DeadlineReport> deadline = {};  // Left out where the request had none.
};

class ResponseWriter {
 public:
  // `created_at_s`: Unix time. Keeps nothing of the request but its settings.
  ResponseWriter(std::string_view id, std::int64_t created_at_s, const ResponsesRequest& request);

  // `output`: the items' JSON, separated by commas.
  void append(std::string& to, const ResponseState& state, std::string_view output) const;

 private:
  std::string identity_;  // Fields without braces.
  std::string settings_;
};

// One page of /v1/responses/{id}/input_items; the items' ids and JSON.
struct ListedItem {
  std::string_view id;
  std::string_view json;
};
std::string item_list(std::span<const ListedItem> items, bool has_more);

std::string deleted_response(std::string_view id);
std::string input_tokens_answer(std::int64_t input_tokens);

}  // namespace byeol::wire
