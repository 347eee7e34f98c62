#include "wire/completion_writer.h"

#include <unordered_set>

#include "base/utf8.h"
#include "wire/json_text.h"

namespace byeol::wire {
namespace {

// A token as a text that no other token has.
std::string token_text(std::string_view bytes) {
  if (utf8::is_valid(bytes)) return std::string(bytes);
  constexpr char kHex[] = "0123456789abcdef";
  std::string text = "bytes:";
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    text.append("\\x").push_back(kHex[value >> 4]);
    text.push_back(kHex[value & 15]);
  }
  return text;
}

// Characters that begin in these bytes: sums up right over tokens that share one.
std::int64_t characters(std::string_view bytes) {
  std::int64_t count = 0;
  for (const char byte : bytes) count += (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
  return count;
}

template <typename Append>
void append_list(std::string& to, std::string_view name, const CompletionLogprobs& logprobs,
                 Append append) {
  to.append("\"").append(name).append("\":[");
  for (std::size_t i = 0; i < logprobs.tokens.size(); ++i) {
    if (i > 0) to.push_back(',');
    append(logprobs.tokens[i], logprobs.begins_prompt && i == 0);
  }
  to.push_back(']');
}

void append_top(std::string& to, const TokenLogprob& token) {
  to.push_back('{');
  std::unordered_set<std::string_view> written;
  for (const TopLogprob& top : token.top) {
    if (!written.insert(top.bytes).second) continue;
    if (to.back() != '{') to.push_back(',');
    append_json_string(to, token_text(top.bytes));
    to.push_back(':');
    append_json_number(to, clamped_logprob(top.logprob));
  }
  to.push_back('}');
}

void append_logprobs(std::string& to, const std::optional<CompletionLogprobs>& logprobs) {
  to.append(",\"logprobs\":");
  if (!logprobs) {
    to.append("null");
    return;
  }
  to.push_back('{');
  append_list(to, "tokens", *logprobs, [&](const TokenLogprob& token, bool) {
    append_json_string(to, token_text(token.bytes));
  });
  to.push_back(',');
  append_list(to, "token_logprobs", *logprobs, [&](const TokenLogprob& token, bool unknown) {
    if (unknown)
      to.append("null");
    else
      append_json_number(to, clamped_logprob(token.logprob));
  });
  to.push_back(',');
  append_list(to, "top_logprobs", *logprobs, [&](const TokenLogprob& token, bool unknown) {
    if (unknown)
      to.append("null");
    else
      append_top(to, token);
  });
  to.push_back(',');
  std::int64_t offset = logprobs->text_offset;
  append_list(to, "text_offset", *logprobs, [&](const TokenLogprob& token, bool) {
    append_json_number(to, offset);
    offset += characters(token.bytes);
  });
  to.push_back('}');
}

void append_choice(std::string& to, std::int64_t index, std::string_view text,
                   const std::optional<CompletionLogprobs>& logprobs,
                   std::optional<FinishReason> reason) {
  to.append("{\"text\":");
  append_json_string(to, text);
  to.append(",\"index\":");
  append_json_number(to, index);
  append_logprobs(to, logprobs);
  to.append(",\"finish_reason\":");
  if (reason)
    append_json_string(to, name_of(*reason));
  else
    to.append("null");
  to.push_back('}');
}

}  // namespace

std::int64_t CompletionLogprobs::next_offset() const {
  std::int64_t offset = text_offset;
  for (const TokenLogprob& token : tokens) offset += characters(token.bytes);
  return offset;
}

std::string completion_response(const ResponseHead& head, std::span<const CompletionChoice> choices,
                                const CompletionUsage& usage,
                                const std::optional<DeadlineReport>& deadline) {
  std::string text;
  append_head(text, head, "text_completion");
  text.append(",\"choices\":[");
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) text.push_back(',');
    append_choice(text, static_cast<std::int64_t>(i), choices[i].text, choices[i].logprobs,
                  choices[i].finish_reason);
  }
  text.append("],\"usage\":").append(to_json(usage).dump());
  append_deadline(text, deadline);
  text.push_back('}');
  return text;
}

CompletionStream::CompletionStream(const ResponseHead& head, bool include_usage)
    : after_choices_(include_usage ? "],\"usage\":null" : "]") {
  append_head(before_choices_, head, "text_completion");
  before_choices_.append(",\"choices\":[");
}

void CompletionStream::append_text(std::string& to, int choice, std::string_view text,
                                   const std::optional<CompletionLogprobs>& logprobs) const {
  to.append(before_choices_);
  append_choice(to, choice, text, logprobs, std::nullopt);
  to.append(after_choices_).push_back('}');
}

void CompletionStream::append_finish(std::string& to, int choice, std::string_view text,
                                     FinishReason reason,
                                     const std::optional<DeadlineReport>& deadline,
                                     const std::optional<CompletionLogprobs>& logprobs) const {
  to.append(before_choices_);
  append_choice(to, choice, text, logprobs, reason);
  to.append(after_choices_);
  append_deadline(to, deadline);
  to.push_back('}');
}

void CompletionStream::append_usage(std::string& to, const CompletionUsage& usage) const {
  to.append(before_choices_).append("],\"usage\":").append(to_json(usage).dump()).push_back('}');
}

}  // namespace byeol::wire
