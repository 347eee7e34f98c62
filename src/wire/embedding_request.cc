#include "wire/embedding_request.h"

#include <bit>

#include "wire/base64.h"
#include "wire/json_text.h"

namespace byeol::wire {
namespace {

constexpr std::pair<std::string_view, EmbeddingEncoding> kEncodings[] = {
    {"float", EmbeddingEncoding::kFloat}, {"base64", EmbeddingEncoding::kBase64}};

std::string little_endian(std::span<const float> vector) {
  std::string bytes;
  bytes.reserve(vector.size() * 4);
  for (const float value : vector) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    for (int shift = 0; shift < 32; shift += 8)
      bytes.push_back(static_cast<char>(bits >> shift & 0xff));
  }
  return bytes;
}

void append_vector(std::string& to, std::span<const float> vector, EmbeddingEncoding encoding) {
  if (encoding == EmbeddingEncoding::kBase64) {
    to.push_back('"');
    append_base64(to, little_endian(vector));
    to.push_back('"');
    return;
  }
  to.push_back('[');
  for (std::size_t i = 0; i < vector.size(); ++i) {
    if (i > 0) to.push_back(',');
    append_json_number(to, vector[i]);
  }
  to.push_back(']');
}

void refuse_empty(const FieldReader& body, const std::vector<PromptInput>& inputs) {
  for (const PromptInput& input : inputs)
    if (const auto* text = std::get_if<std::string>(&input); text != nullptr && text->empty())
      body.refuse("input", "'input' holds an empty string; expected text.");
}

}  // namespace

ApiResult<EmbeddingRequest> read_embedding_request(const Json& json) {
  FieldErrors errors;
  const FieldReader body(json, errors);
  EmbeddingRequest request;
  request.model = body.string("model").value_or("");
  request.inputs = read_inputs(body, "input");
  refuse_empty(body, request.inputs);
  request.encoding = body.choice("encoding_format", kEncodings).value_or(request.encoding);
  if (const auto dimensions = body.integer("dimensions", 1, INT32_MAX))
    request.dimensions = static_cast<std::int32_t>(*dimensions);
  request.service_tier = read_service_tier(body);
  request.deadline = read_deadline(body);
  request.user = body.string("user");
  if (errors) return errors.take();
  return request;
}

std::string embedding_response(std::string_view model, std::span<const std::vector<float>> vectors,
                               EmbeddingEncoding encoding, std::int64_t prompt_tokens) {
  std::string text = R"({"object":"list","data":[)";
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    text.append(i > 0 ? "," : "").append(R"({"object":"embedding","index":)");
    append_json_number(text, static_cast<std::int64_t>(i));
    text.append(",\"embedding\":");
    append_vector(text, vectors[i], encoding);
    text.push_back('}');
  }
  text.append("],\"model\":");
  append_json_string(text, model);
  text.append(",\"usage\":{\"prompt_tokens\":");
  append_json_number(text, prompt_tokens);
  text.append(",\"total_tokens\":");
  append_json_number(text, prompt_tokens);
  text.append("}}");
  return text;
}

}  // namespace byeol::wire
