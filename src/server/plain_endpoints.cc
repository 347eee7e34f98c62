#include "server/plain_endpoints.h"

#include "server/read_request.h"
#include "server/unix_time.h"
#include "wire/tokenize_request.h"

namespace byeol::server {
namespace {

wire::ApiResult<std::vector<runtime::TokenId>> tokens_of(const Context& context,
                                                         const wire::TokenizeRequest& request) {
  if (!request.has_messages)
    return context.encoder.encode_text(request.text, request.add_special_tokens);
  Result<runtime::EncodedPrompt> prompt =
      context.encoder.encode({.messages = request.chat.messages,
                              .tools = request.chat.tools.tools,
                              .variables = request.chat.template_variables,
                              .add_generation_prompt = request.chat.add_generation_prompt,
                              .continue_final_message = request.chat.continue_final_message,
                              .now_seconds = now_s()});
  if (!prompt) return wire::api_error(prompt.error());
  return std::move(prompt->tokens);
}

wire::ApiResult<std::string> tokenized(const Context& context, const Call& call) {
  BYEOL_TRY(const wire::Json body, read_body(call));
  BYEOL_TRY(const wire::TokenizeRequest request, wire::read_tokenize_request(body));
  BYEOL_TRY_OK(check_model(context, request.model));
  BYEOL_TRY(const std::vector<runtime::TokenId> tokens, tokens_of(context, request));
  return wire::tokenize_response(tokens, context.card.max_model_len);
}

wire::ApiResult<std::string> detokenized(const Context& context, const Call& call) {
  BYEOL_TRY(const wire::Json body, read_body(call));
  BYEOL_TRY(const wire::DetokenizeRequest request, wire::read_detokenize_request(body));
  BYEOL_TRY_OK(check_model(context, request.model));
  for (const std::int32_t token : request.tokens)
    if (token >= context.encoder.vocabulary())
      return wire::invalid_request("The token " + std::to_string(token) +
                                       " is not in the vocabulary, which ends at " +
                                       std::to_string(context.encoder.vocabulary() - 1) + ".",
                                   "tokens");
  return wire::detokenize_response(context.encoder.decode(request.tokens));
}

void respond(const Call& call, const wire::ApiResult<std::string>& body) {
  if (!body) return respond_error(call, body.error());
  respond_json(call, 200, *body);
}

}  // namespace

void list_models(const Context& context, const Call& call) {
  respond_json(call, 200, wire::model_list({&context.card, 1}).dump());
}

void show_model(const Context& context, const Call& call, const std::string& name) {
  if (const auto known = check_model(context, name); !known)
    return respond_error(call, known.error());
  respond_json(call, 200, wire::to_json(context.card).dump());
}

void tokenize(const Context& context, const Call& call) {
  respond(call, tokenized(context, call));
}

void detokenize(const Context& context, const Call& call) {
  respond(call, detokenized(context, call));
}

}  // namespace byeol::server
