#include "runtime/conversation.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace byeol::runtime {

Result<Conversation> Conversation::create(const model::Model& model, Form form) {
  Conversation conversation(model);
  const std::string_view source = model.chat_template();
  if (form == Form::kTemplate && !source.empty()) {
    BYEOL_TRY(conversation.template_, model::ChatTemplate::compile(source));
  }
  return conversation;
}

std::optional<std::string> Conversation::take_last_answer() {
  if (messages_.size() < 2 || messages_.back().role != Role::kAssistant) return std::nullopt;
  std::string text = std::move(messages_.back().text);
  messages_.pop_back();
  return text;
}

void Conversation::remove_last_user() {
  BYEOL_CHECK(!messages_.empty() && messages_.back().role == Role::kUser);
  messages_.pop_back();
}

bool Conversation::remove_last_exchange() {
  if (!take_last_answer()) return false;
  remove_last_user();
  return true;
}

Result<Conversation::Prompt> Conversation::prompt(std::int32_t context_tokens,
                                                  std::int32_t answer_tokens,
                                                  std::int64_t now_seconds) {
  std::vector<model::TokenId> tokens;
  std::size_t first = 0;
  std::int32_t wanted = std::max(answer_tokens, 1);
  for (;;) {
    BYEOL_TRY(tokens, encode(first, now_seconds));
    const auto room = std::int64_t{context_tokens} - static_cast<std::int64_t>(tokens.size());
    if (room >= wanted) break;
    const std::size_t next = next_exchange(first);
    if (next < messages_.size()) {
      first = next;
      wanted = std::max(answer_tokens, 1) + context_tokens / 4;
      continue;
    }
    if (room >= 1) break;
    return Error{ErrorCode::kInvalidArgument,
                 "the message " +
                     std::string(system_.empty() ? "has " : "and the system prompt have ") +
                     std::to_string(tokens.size()) + " tokens; with room for an answer, at most " +
                     std::to_string(context_tokens - 1) + " fit into the context"};
  }
  messages_.erase(messages_.begin(), messages_.begin() + static_cast<std::ptrdiff_t>(first));
  return Prompt{std::move(tokens), static_cast<int>(first)};
}

// The next message of the user after `first`; the end, where `first` begins the newest exchange.
std::size_t Conversation::next_exchange(std::size_t first) const {
  std::size_t next = first + 1;
  while (next < messages_.size() && messages_[next].role != Role::kUser) ++next;
  return next;
}

Result<std::vector<model::TokenId>> Conversation::encode(std::size_t first,
                                                         std::int64_t now_seconds) const {
  const model::Tokenizer& tokenizer = model_->tokenizer();
  if (!template_) {
    std::vector<model::TokenId> tokens =
        tokenizer.encode(plain_text(first), {.add_special = true, .parse_special = false});
    // A text that goes on has a beginning, but no end.
    if (tokens.size() > 1 && tokens.back() == tokenizer.eos()) tokens.pop_back();
    return tokens;
  }
  BYEOL_TRY(const std::string text, rendered(first, now_seconds));
  // The template writes the special tokens itself, as for Hugging Face.
  return tokenizer.encode(text, {.add_special = false, .parse_special = true, .guarded = true});
}

Result<std::string> Conversation::rendered(std::size_t first, std::int64_t now_seconds) const {
  const model::Tokenizer& tokenizer = model_->tokenizer();
  model::ChatInputs inputs;
  inputs.add_generation_prompt = true;
  inputs.now_seconds = now_seconds;
  if (tokenizer.bos() != model::kNoToken) inputs.bos_token = tokenizer.text(tokenizer.bos());
  if (tokenizer.eos() != model::kNoToken) inputs.eos_token = tokenizer.text(tokenizer.eos());
  const auto add = [&](const char* role, const std::string& text) {
    inputs.messages.push_back({{"role", role}, {"content", tokenizer.guarded(text)}});
  };
  bool system_pending = !system_.empty();
  if (system_pending && has_system_role()) {
    add("system", system_);
    system_pending = false;
  }
  for (std::size_t i = first; i < messages_.size(); ++i) {
    const Message& message = messages_[i];
    add(message.role == Role::kUser ? "user" : "assistant",
        system_pending ? system_ + "\n\n" + message.text : message.text);
    system_pending = false;
  }
  return template_->render(inputs);
}

// Base models go on with a text: an answer runs straight on, a new message begins a line.
std::string Conversation::plain_text(std::size_t first) const {
  std::string text = system_;
  for (std::size_t i = first; i < messages_.size(); ++i) {
    const Message& message = messages_[i];
    if (message.role == Role::kUser && !message.text.empty() && !text.empty() &&
        text.back() != '\n')
      text += '\n';
    text += message.text;
  }
  return text;
}

}  // namespace byeol::runtime
