// A conversation and the prompt that it makes: the model's chat template over its messages, cut to
// what fits. Of a base model, which has no template, it is one text that both sides write on.
//
// When the context is full the oldest exchange (a user's message and its answer) goes, then the
// next; the system prompt and the newest message stay. A quarter of the context is freed at once:
// to forget changes the prompt from its beginning on, so all of it is computed anew, and that must
// not happen at every turn.
//
// A message is text: a control token that somebody writes in it ("<|im_end|>") stays the characters
// that it is (Tokenizer::guarded), so nobody can put words into another one's mouth.
//
// Threads: belongs to one. Lifetime: the model must outlive it. Errors: kInvalidArgument where even
// the newest message does not fit or the template refuses the messages.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/model.h"
#include "model/template/chat_template.h"

namespace byeol::runtime {

class Conversation {
 public:
  enum class Form { kTemplate, kPlainText };

  // kTemplate falls back to kPlainText where the model has no template: ask form().
  static Result<Conversation> create(const model::Model& model, Form form);

  Form form() const { return template_ ? Form::kTemplate : Form::kPlainText; }
  // False: the template knows no system role, so the first user message carries the system prompt.
  bool has_system_role() const { return template_ && template_->supports_system(); }
  const std::string& system() const { return system_; }
  void set_system(std::string text) { system_ = std::move(text); }

  void add_user(std::string text) { messages_.push_back({Role::kUser, std::move(text)}); }
  void add_answer(std::string text) { messages_.push_back({Role::kAssistant, std::move(text)}); }
  // Takes the newest answer back, so that the message before it is the newest again. Nothing where
  // the newest message is not an answer.
  std::optional<std::string> take_last_answer();
  // Takes the newest message back, which must be the user's.
  void remove_last_user();
  // Both, where the newest message is an answer. False: there is no exchange.
  bool remove_last_exchange();
  void clear() { messages_.clear(); }
  bool empty() const { return messages_.empty(); }

  struct Prompt {
    std::vector<model::TokenId> tokens;
    int dropped_messages;  // That were forgotten for good to make it fit.
  };
  // A prompt that leaves `answer_tokens` of the context for the answer, or as many as there are
  // when nothing more can be forgotten, at least 1. `now_seconds`: for templates that show the date
  // (Unix time). An error changes nothing.
  Result<Prompt> prompt(std::int32_t context_tokens, std::int32_t answer_tokens,
                        std::int64_t now_seconds);

 private:
  enum class Role { kUser, kAssistant };
  struct Message {
    Role role;
    std::string text;
  };

  explicit Conversation(const model::Model& model) : model_(&model) {}

  // Of the messages from `first` on.
  Result<std::vector<model::TokenId>> encode(std::size_t first, std::int64_t now_seconds) const;
  Result<std::string> rendered(std::size_t first, std::int64_t now_seconds) const;
  std::string plain_text(std::size_t first) const;
  std::size_t next_exchange(std::size_t first) const;

  const model::Model* model_;
  std::optional<model::ChatTemplate> template_;
  std::string system_;
  std::vector<Message> messages_;
};

}  // namespace byeol::runtime
