// GET /v1/models and /v1/models/{id}: what the server offers.
//
// Source: openai-openapi 2.3.0, Model; max_model_len, root and parent as in vLLM; `byeol` is ours
// and tells a client what it may ask of the model.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "wire/json_fields.h"

namespace byeol::wire {

struct ModelCard {
  std::string id;
  std::int64_t created = 0;  // Unix seconds: when the server loaded it.
  std::string owned_by = "byeol";
  std::int64_t max_model_len = 0;  // Tokens of prompt and answer together.
  std::int64_t parameters = 0;
  std::int64_t size_bytes = 0;
  bool chat_template = false;  // Chat completions work.
  bool tools = false;          // The template shows tools.
  bool thinking = false;       // The template can turn thinking on and off.
};

Json to_json(const ModelCard& card);
// {"object": "list", "data": […]}
Json model_list(std::span<const ModelCard> cards);

}  // namespace byeol::wire
