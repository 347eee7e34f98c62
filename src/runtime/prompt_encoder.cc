#include "runtime/prompt_encoder.h"

#include <utility>

namespace byeol::runtime {
namespace {

using Json = nlohmann::ordered_json;

std::string_view text_of(const Json& message, const char* name) {
  const auto found = message.find(name);
  if (found == message.end() || !found->is_string()) return {};
  return found->get_ref<const std::string&>();
}

// The form of a model without a template; see the header.
std::string plain_form(const ChatPrompt& chat) {
  std::string text;
  for (const Json& message : chat.messages) {
    const std::string_view role = text_of(message, "role");
    const std::string_view content = text_of(message, "content");
    if (role == "system")
      text.append(content).append("\n\n");
    else if (role == "assistant")
      text.append("Assistant: ").append(content).append("\n");
    else
      text.append(role == "user" ? "User: " : "Tool: ").append(content).append("\n");
  }
  if (chat.continue_final_message) {
    text.pop_back();
  } else if (chat.add_generation_prompt) {
    text.append("Assistant:");
  }
  return text;
}

// What the template wrote behind the final message goes.
Result<std::string> cut_behind_final_message(std::string text, const Json& messages) {
  std::string_view content = text_of(messages.back(), "content");
  while (!content.empty() && content.back() == ' ') content.remove_suffix(1);
  const std::size_t place = text.rfind(content);
  if (content.empty() || place == std::string::npos)
    return Error{ErrorCode::kInvalidArgument,
                 "the final message cannot be continued: the chat template does not write it as "
                 "it is"};
  text.resize(place + content.size());
  return text;
}

}  // namespace

Result<PromptEncoder> PromptEncoder::create(const model::Model& model) {
  PromptEncoder encoder(model);
  if (const std::string_view source = model.chat_template(); !source.empty()) {
    BYEOL_TRY(encoder.template_, model::ChatTemplate::compile(source));
    encoder.capabilities_ = encoder.template_->capabilities();
  }
  return encoder;
}

std::vector<std::string> PromptEncoder::stops() const {
  if (has_template()) return {};
  return {"\nUser:"};
}

Result<EncodedPrompt> PromptEncoder::encode(const ChatPrompt& chat) const {
  const model::Tokenizer& tokenizer = model_->tokenizer();
  if (!has_template()) {
    EncodedPrompt prompt{.tokens = {}, .text = plain_form(chat)};
    prompt.tokens = encode_text(prompt.text, true);
    return prompt;
  }
  BYEOL_TRY(std::string text, render(chat));
  if (chat.continue_final_message) {
    BYEOL_TRY(text, cut_behind_final_message(std::move(text), guarded(chat.messages)));
  }
  // The template writes the special tokens itself, as for Hugging Face.
  std::vector<TokenId> tokens =
      tokenizer.encode(text, {.add_special = false, .parse_special = true, .guarded = true});
  return EncodedPrompt{std::move(tokens), std::move(text)};
}

Result<std::string> PromptEncoder::render(const ChatPrompt& chat) const {
  const model::Tokenizer& tokenizer = model_->tokenizer();
  model::ChatInputs inputs;
  inputs.messages =
      guarded(capabilities_.system_role ? chat.messages : without_system(chat.messages));
  inputs.tools = guarded(chat.tools);
  inputs.extra = chat.variables;
  inputs.add_generation_prompt = chat.add_generation_prompt && !chat.continue_final_message;
  inputs.now_seconds = chat.now_seconds;
  if (tokenizer.bos() != model::kNoToken) inputs.bos_token = tokenizer.text(tokenizer.bos());
  if (tokenizer.eos() != model::kNoToken) inputs.eos_token = tokenizer.text(tokenizer.eos());
  return template_->render(inputs);
}

// Every text in it, marked so that none of it becomes a control token.
Json PromptEncoder::guarded(const Json& value) const {
  if (value.is_string()) return model_->tokenizer().guarded(value.get_ref<const std::string&>());
  if (!value.is_structured()) return value;
  Json result = value;
  for (Json& element : result) element = guarded(element);
  return result;
}

Json PromptEncoder::without_system(const Json& messages) const {
  std::string system;
  Json rest = Json::array();
  for (const Json& message : messages) {
    if (text_of(message, "role") != "system") {
      rest.push_back(message);
      if (!system.empty() && text_of(message, "role") == "user") {
        rest.back()["content"] = system + std::string(text_of(message, "content"));
        system.clear();
      }
      continue;
    }
    system.append(text_of(message, "content")).append("\n\n");
  }
  // Nobody to carry it: it is the user's message.
  if (!system.empty()) {
    system.resize(system.size() - 2);
    rest.push_back({{"role", "user"}, {"content", system}});
  }
  return rest;
}

std::vector<TokenId> PromptEncoder::encode_text(std::string_view text, bool add_special) const {
  const model::Tokenizer& tokenizer = model_->tokenizer();
  std::vector<TokenId> tokens =
      tokenizer.encode(text, {.add_special = add_special, .parse_special = true});
  // A text that goes on has a beginning, but no end.
  if (add_special && tokenizer.adds_eos() && tokens.size() > 1 && tokens.back() == tokenizer.eos())
    tokens.pop_back();
  return tokens;
}

std::string PromptEncoder::decode(std::span<const TokenId> tokens) const {
  model::Detokenizer detokenizer(model_->tokenizer(), model::Detokenizer::Control::kShow);
  std::string text;
  for (const TokenId token : tokens) text += detokenizer.add(token);
  return text + detokenizer.finish();
}

std::string_view PromptEncoder::bytes_of(TokenId token) const {
  const model::Tokenizer& tokenizer = model_->tokenizer();
  return tokenizer.is_control(token) ? tokenizer.text(token) : tokenizer.piece(token);
}

}  // namespace byeol::runtime
