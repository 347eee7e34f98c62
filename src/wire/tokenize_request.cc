#include "wire/tokenize_request.h"

#include "wire/json_text.h"
#include "wire/prompt_input.h"

namespace byeol::wire {

ApiResult<TokenizeRequest> read_tokenize_request(const Json& json) {
  FieldErrors errors;
  const FieldReader body(json, errors);
  TokenizeRequest request;
  request.model = body.string("model").value_or("");
  request.has_messages = body.find("messages") != nullptr;
  if (request.has_messages) {
    BYEOL_TRY(request.chat, read_chat_request(json));
    request.add_special_tokens = body.boolean("add_special_tokens").value_or(false);
  } else if (const std::optional<std::string> content = body.string("content")) {
    request.text = *content;
    request.add_special_tokens = body.boolean("add_special").value_or(false);
  } else if (body.find("content") == nullptr) {
    request.text = body.required_string("prompt");
    request.add_special_tokens = body.boolean("add_special_tokens").value_or(true);
  }
  if (errors) return errors.take();
  return request;
}

ApiResult<DetokenizeRequest> read_detokenize_request(const Json& json) {
  FieldErrors errors;
  const FieldReader body(json, errors);
  DetokenizeRequest request;
  request.model = body.string("model").value_or("");
  if (const Json* tokens = body.required_array("tokens"))
    request.tokens = read_token_ids(*tokens, "tokens", errors).value_or(request.tokens);
  if (errors) return errors.take();
  return request;
}

std::string tokenize_response(std::span<const std::int32_t> tokens, std::int64_t max_model_len) {
  std::string text = "{\"count\":";
  append_json_number(text, static_cast<std::int64_t>(tokens.size()));
  text.append(",\"max_model_len\":");
  append_json_number(text, max_model_len);
  text.append(",\"tokens\":[");
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (i > 0) text.push_back(',');
    append_json_number(text, std::int64_t{tokens[i]});
  }
  text.append("]}");
  return text;
}

std::string detokenize_response(std::string_view text) {
  std::string body = "{\"prompt\":";
  append_json_string(body, text);
  body.append(",\"content\":");
  append_json_string(body, text);
  body.push_back('}');
  return body;
}

}  // namespace byeol::wire
