#include "runtime/conversation.h"

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

bool Conversation::remove_last_answer() {
  if (messages_.size() < 2 || messages_.back().role != Role::kAssistant) return false;
  messages_.pop_back();
  return true;
}

void Conversation::remove_last_user() {
  BYEOL_CHECK(!messages_.empty() && messages_.back().role == Role::kUser);
  messages_.pop_back();
}

Result<Conversation::Prompt> Conversation::prompt(std::int32_t tokens_max,
                                                  std::int64_t now_seconds) {
  Prompt prompt{{}, 0};
  for (;;) {
    BYEOL_TRY(prompt.tokens, encode(now_seconds));
    if (prompt.tokens.size() <= static_cast<std::size_t>(tokens_max)) return prompt;
    const std::size_t before = messages_.size();
    if (!drop_oldest_exchange())
      return Error{ErrorCode::kInvalidArgument,
                   "the message and the system prompt have " +
                       std::to_string(prompt.tokens.size()) + " tokens; with room for an answer, " +
                       std::to_string(tokens_max) + " fit into the context"};
    prompt.dropped_messages += static_cast<int>(before - messages_.size());
  }
}

// The oldest message, and all up to the next one of the user. False: only the newest is left.
bool Conversation::drop_oldest_exchange() {
  std::size_t next = 1;
  while (next < messages_.size() && messages_[next].role != Role::kUser) ++next;
  if (next >= messages_.size()) return false;
  messages_.erase(messages_.begin(), messages_.begin() + static_cast<std::ptrdiff_t>(next));
  return true;
}

Result<std::vector<model::TokenId>> Conversation::encode(std::int64_t now_seconds) const {
  const model::Tokenizer& tokenizer = model_->tokenizer();
  if (!template_)
    return tokenizer.encode(plain_text(), {.add_special = true, .parse_special = false});
  BYEOL_TRY(const std::string text, rendered(now_seconds));
  // The template writes the special tokens itself, as for Hugging Face.
  return tokenizer.encode(text, {.add_special = false, .parse_special = true});
}

Result<std::string> Conversation::rendered(std::int64_t now_seconds) const {
  const model::Tokenizer& tokenizer = model_->tokenizer();
  model::ChatInputs inputs;
  inputs.add_generation_prompt = true;
  inputs.now_seconds = now_seconds;
  if (tokenizer.bos() != model::kNoToken) inputs.bos_token = tokenizer.text(tokenizer.bos());
  if (tokenizer.eos() != model::kNoToken) inputs.eos_token = tokenizer.text(tokenizer.eos());
  const auto add = [&](const char* role, const std::string& text) {
    inputs.messages.push_back({{"role", role}, {"content", text}});
  };
  bool system_pending = !system_.empty();
  if (system_pending && has_system_role()) {
    add("system", system_);
    system_pending = false;
  }
  for (const Message& message : messages_) {
    add(message.role == Role::kUser ? "user" : "assistant",
        system_pending ? system_ + "\n\n" + message.text : message.text);
    system_pending = false;
  }
  return template_->render(inputs);
}

// Base models go on with a text: an answer runs straight on, a new message begins a line.
std::string Conversation::plain_text() const {
  std::string text = system_;
  for (const Message& message : messages_) {
    if (message.role == Role::kUser && !message.text.empty() && !text.empty() &&
        text.back() != '\n')
      text += '\n';
    text += message.text;
  }
  return text;
}

}  // namespace byeol::runtime
