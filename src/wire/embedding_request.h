// POST /v1/embeddings, both ways.
//
// Source: openai-openapi 2.3.0, CreateEmbeddingRequest. base64 is of float32, lowest byte first:
// the official clients ask for it unless told otherwise.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "wire/deadline_fields.h"
#include "wire/prompt_input.h"

namespace byeol::wire {

enum class EmbeddingEncoding { kFloat, kBase64 };

struct EmbeddingRequest {
  std::string model = {};  // "": the client leaves it to the server.
  std::vector<PromptInput> inputs = {};
  EmbeddingEncoding encoding = EmbeddingEncoding::kFloat;
  // The first so many numbers, scaled to length 1 again; at most the model's, which the caller
  // checks.
  std::optional<std::int32_t> dimensions = {};
  std::optional<ServiceTier> service_tier = {};
  DeadlineFields deadline = {};
  std::optional<std::string> user = {};
};

// Besides what read_inputs() refuses, an empty text.
ApiResult<EmbeddingRequest> read_embedding_request(const Json& body);

// The whole answer; all vectors finite, in the order of the inputs.
std::string embedding_response(std::string_view model, std::span<const std::vector<float>> vectors,
                               EmbeddingEncoding encoding, std::int64_t prompt_tokens);

}  // namespace byeol::wire
