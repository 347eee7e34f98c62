// POST /tokenize and /detokenize, in the forms of vLLM and of llama.cpp's server:
//
//   {"prompt": "…", "add_special_tokens": true}    vLLM; or "messages": [...] instead of "prompt"
//   {"content": "…", "add_special": false}         llama.cpp
//   {"tokens": [1, 2, 3]}                          both, the way back
//
// One answer serves both: each client reads the fields that it knows.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wire/chat_request.h"

namespace byeol::wire {

struct TokenizeRequest {
  std::string model = {};
  std::string text = {};
  // Instead of the text, where has_messages: rendered with the chat template.
  bool has_messages = false;
  ChatRequest chat = {};
  // Whether the tokenizer adds its own (BOS). By default so for vLLM's "prompt" only: a chat
  // template writes them itself.
  bool add_special_tokens = false;
};

ApiResult<TokenizeRequest> read_tokenize_request(const Json& body);

struct DetokenizeRequest {
  std::string model = {};
  std::vector<std::int32_t> tokens = {};  // At least 0; whether the model has them is not checked.
};

ApiResult<DetokenizeRequest> read_detokenize_request(const Json& body);

// {"count", "max_model_len", "tokens"}
std::string tokenize_response(std::span<const std::int32_t> tokens, std::int64_t max_model_len);
// {"prompt": text, "content": text}; broken UTF-8 becomes U+FFFD.
std::string detokenize_response(std::string_view text);

}  // namespace byeol::wire
