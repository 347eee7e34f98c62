// A model's own chat template (GGUF key tokenizer.chat_template, Jinja): messages → the text of the
// prompt, as Hugging Face's apply_chat_template writes it.
//
//   BYEOL_TRY(ChatTemplate chat, ChatTemplate::compile(source));
//   BYEOL_TRY(std::string prompt, chat.render({.messages = …, .add_generation_prompt = true}));
//
// The subset of Jinja and its limits stand in docs/architecture/template.md. A template is
// untrusted: steps, memory, output and nesting are bounded, and every failure is an Error whose
// message begins with "chat template line L, column C:". What raise_exception() says ends up there
// too. Immutable after compile(): any number of threads may render at once. Nothing here reads a
// clock.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace byeol::model {

struct ChatInputs {
  // OpenAI's messages: [{"role": "user", "content": "…"}, …]. A tool call's arguments may be an
  // object or, as OpenAI sends them, a string with JSON: a string that parses becomes the object.
  nlohmann::ordered_json messages = nlohmann::ordered_json::array();
  nlohmann::ordered_json tools;  // Null or OpenAI's array of tools.
  bool add_generation_prompt = false;
  std::string bos_token;
  std::string eos_token;
  std::int64_t now_seconds = 0;  // Unix time, UTC; what strftime_now() shows.
  // Further variables as an object: enable_thinking, reasoning_effort, documents … They win over
  // the names above.
  nlohmann::ordered_json extra = nlohmann::ordered_json::object();
};

// Found by rendering small conversations and looking for what arrives.
struct ChatCapabilities {
  bool system_role = false;  // A system message arrives.
  bool tools = false;        // Tools arrive.
  bool tool_calls = false;   // An assistant's tool call arrives.
  bool thinking = false;     // enable_thinking changes the prompt.
  // Content may be a list of typed parts; else render() joins the texts.
  bool content_parts = false;
};

namespace jinja {
struct Program;
}

class ChatTemplate {
 public:
  static Result<ChatTemplate> compile(std::string_view source);

  Result<std::string> render(const ChatInputs& inputs) const;

  const ChatCapabilities& capabilities() const { return capabilities_; }
  bool supports_system() const { return capabilities_.system_role; }

 private:
  explicit ChatTemplate(std::shared_ptr<const jinja::Program> program)
      : program_(std::move(program)) {}

  std::shared_ptr<const jinja::Program> program_;
  ChatCapabilities capabilities_;
};

}  // namespace byeol::model
