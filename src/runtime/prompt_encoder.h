// Conversations and texts → the token ids of a prompt, and ids → text: what a server needs of a
// model's template and tokenizer.
//
// A message is text: control tokens that somebody spells in one stay the characters that they are
// (Tokenizer::guarded). A template that knows no system role gets the system's text in front of the
// first user's. A model without a template gets one plain form:
//
//   System text
//
//   User: first message
//   Assistant: answer
//   User: second message
//   Assistant:
//
// and its answers end where it would go on with "\nUser:".
//
// Threads: immutable; any number may encode at once. Lifetime: the model must outlive it. Errors:
// kInvalidArgument where the template refuses the messages, with its sentence.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/model.h"
#include "model/template/chat_template.h"

namespace byeol::runtime {

using model::TokenId;

struct ChatPrompt {
  // OpenAI's: role, content (a string), tool_calls …
  nlohmann::ordered_json messages = nlohmann::ordered_json::array();
  nlohmann::ordered_json tools = nullptr;
  nlohmann::ordered_json variables = nlohmann::ordered_json::object();  // Of the template.
  bool add_generation_prompt = true;
  bool continue_final_message = false;  // The last one is unfinished; the answer goes on with it.
  std::int64_t now_seconds = 0;
};

struct EncodedPrompt {
  std::vector<TokenId> tokens;
  std::string text;  // What the template wrote.
};

class PromptEncoder {
 public:
  // Where the template cannot be read, kUnsupported with its sentence.
  static Result<PromptEncoder> create(const model::Model& model);

  bool has_template() const { return template_.has_value(); }
  const model::ChatCapabilities& capabilities() const { return capabilities_; }
  std::string_view template_source() const { return model_->chat_template(); }
  // What ends an answer besides the model's own end: empty, or "\nUser:".
  std::vector<std::string> stops() const;

  Result<EncodedPrompt> encode(const ChatPrompt& chat) const;
  // A text that the model goes on with.
  std::vector<TokenId> encode_text(std::string_view text, bool add_special) const;

  std::string decode(std::span<const TokenId> tokens) const;
  // The bytes of one token, maybe a part of a character; a control token's spelling.
  std::string_view bytes_of(TokenId token) const;
  std::int32_t vocabulary() const { return model_->tokenizer().size(); }

 private:
  explicit PromptEncoder(const model::Model& model) : model_(&model) {}

  nlohmann::ordered_json guarded(const nlohmann::ordered_json& value) const;
  nlohmann::ordered_json without_system(const nlohmann::ordered_json& messages) const;
  Result<std::string> render(const ChatPrompt& chat) const;

  const model::Model* model_;
  std::optional<model::ChatTemplate> template_;
  model::ChatCapabilities capabilities_;
};

}  // namespace byeol::runtime
