// The answers of POST /v1/completions: whole, and as the chunks of a stream.
//
// Log-probabilities have the old form: parallel lists, and text offsets in characters. A token that
// is a part of a character is written "bytes:\xe2\x80", as OpenAI does, so that no two are alike.
//
// Source: openai-openapi 2.3.0, CreateCompletionResponse; `deadline` is ours (deadline_report.h).
// Threads: an object belongs to one.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wire/deadline_report.h"
#include "wire/finish_reason.h"
#include "wire/response_head.h"
#include "wire/token_logprob.h"
#include "wire/usage.h"

namespace byeol::wire {

struct CompletionLogprobs {
  std::vector<TokenLogprob> tokens = {};
  // The first token begins an echoed prompt: nothing came before it, so its values are null.
  bool begins_prompt = false;
  std::int64_t text_offset = 0;  // Characters of this choice before the first token.

  // Characters before the token after these.
  std::int64_t next_offset() const;
};

struct CompletionChoice {
  std::string text = {};
  std::optional<CompletionLogprobs> logprobs = {};
  FinishReason finish_reason = FinishReason::kStop;
};

// The whole answer; choices in the order of their index. `deadline` is left out where the request
// had none.
std::string completion_response(const ResponseHead& head, std::span<const CompletionChoice> choices,
                                const CompletionUsage& usage,
                                const std::optional<DeadlineReport>& deadline = {});

class CompletionStream {
 public:
  CompletionStream(const ResponseHead& head, bool include_usage);

  void append_text(std::string& to, int choice, std::string_view text,
                   const std::optional<CompletionLogprobs>& logprobs = {}) const;
  // Last of a choice; `text` is what was still held back.
  void append_finish(std::string& to, int choice, std::string_view text, FinishReason reason,
                     const std::optional<DeadlineReport>& deadline = {},
                     const std::optional<CompletionLogprobs>& logprobs = {}) const;
  void append_usage(std::string& to, const CompletionUsage& usage) const;

 private:
  std::string before_choices_;
  std::string after_choices_;
};

}  // namespace byeol::wire
