// The answers of POST /v1/chat/completions: whole, and as the chunks of a stream. Every field that
// the specification requires is written, also where it is null.
//
//   ChatStream stream(head, include_usage);
//   stream.append_role(data, 0);            first, for each choice
//   stream.append_content(data, 0, "Hi");   then what comes …
//   stream.append_finish(data, 0, FinishReason::kStop, report);
//   stream.append_usage(data, usage);       last, where include_usage; then data: [DONE]
//
// Each function appends one JSON object without line breaks: the data of one event (sse.h). A
// stream that breaks ends with body_of(ApiError) as its last data.
//
// Source: openai-openapi 2.3.0, CreateChatCompletionResponse and …StreamResponse;
// reasoning_content as in llama.cpp and DeepSeek's API; `deadline` is ours (deadline_report.h).
// Threads: an object belongs to one.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wire/deadline_report.h"
#include "wire/finish_reason.h"
#include "wire/response_head.h"
#include "wire/token_logprob.h"
#include "wire/tool_type.h"
#include "wire/usage.h"

namespace byeol::wire {

struct ToolCall {
  std::string id;
  std::string name;
  std::string arguments;  // JSON as the model wrote it, or a custom tool's input.
  ToolType type = ToolType::kFunction;
};

struct ChatChoice {
  std::string content = {};  // null on the wire where it is empty and there are calls.
  std::string reasoning = {};
  std::vector<ToolCall> calls = {};
  std::optional<std::vector<TokenLogprob>> logprobs = {};
  FinishReason finish_reason = FinishReason::kStop;
};

// The whole answer; `deadline` is left out where the request had none.
std::string chat_response(const ResponseHead& head, std::span<const ChatChoice> choices,
                          const CompletionUsage& usage,
                          const std::optional<DeadlineReport>& deadline = {});

class ChatStream {
 public:
  // Tokens' log-probabilities of one chunk; nothing where the request wants none.
  using Logprobs = std::optional<std::span<const TokenLogprob>>;

  ChatStream(const ResponseHead& head, bool include_usage);

  void append_role(std::string& to, int choice) const;
  void append_content(std::string& to, int choice, std::string_view text,
                      Logprobs logprobs = {}) const;
  void append_reasoning(std::string& to, int choice, std::string_view text,
                        Logprobs logprobs = {}) const;
  // `call` counts from 0 in each choice; id and name come once.
  void append_call(std::string& to, int choice, int call, std::string_view id,
                   std::string_view name, ToolType type = ToolType::kFunction) const;
  void append_arguments(std::string& to, int choice, int call, std::string_view fragment,
                        ToolType type = ToolType::kFunction, Logprobs logprobs = {}) const;
  void append_finish(std::string& to, int choice, FinishReason reason,
                     const std::optional<DeadlineReport>& deadline = {},
                     Logprobs logprobs = {}) const;
  void append_usage(std::string& to, const CompletionUsage& usage) const;

 private:
  void open(std::string& to, int choice) const;
  void close(std::string& to, const Logprobs& logprobs) const;
  void append_text(std::string& to, int choice, std::string_view open_delta, std::string_view text,
                   std::string_view close_delta, const Logprobs& logprobs) const;

  std::string before_choices_;  // {"id":…,"model":…,"choices":[
  std::string after_choices_;   // ] and the usage
};

}  // namespace byeol::wire
