#include "server/completions_endpoint.h"

#include <utility>
#include <variant>

#include "server/answer_constraint.h"
#include "server/completion_generation.h"
#include "server/read_request.h"
#include "server/turn_request.h"

namespace byeol::server {
namespace {

wire::ApiResult<wire::CompletionRequest> read(const Context& context, const Call& call) {
  BYEOL_TRY(const wire::Json body, read_body(call));
  BYEOL_TRY(wire::CompletionRequest request, wire::read_completion_request(body));
  BYEOL_TRY_OK(check_model(context, request.model));
  BYEOL_TRY_OK(
      check_answers(context, request.prompts.size() * static_cast<std::size_t>(request.answers)));
  BYEOL_TRY_OK(wire::add_deadline_headers(header_lookup(call), request.deadline));
  if (request.echo && request.logprobs)
    return wire::unsupported(
        "'echo' together with 'logprobs' is not offered: it asks for the probabilities of the "
        "prompt's own tokens; `byeol logits` and `byeol perplexity` measure those.",
        "echo");
  return request;
}

std::vector<runtime::TokenId> tokens_of(const Context& context, const wire::PromptInput& prompt) {
  if (const auto* ids = std::get_if<std::vector<std::int32_t>>(&prompt)) return *ids;
  return context.encoder.encode_text(std::get<std::string>(prompt), true);
}

std::string text_of(const Context& context, const wire::PromptInput& prompt) {
  if (const auto* text = std::get_if<std::string>(&prompt)) return *text;
  return context.encoder.decode(std::get<std::vector<std::int32_t>>(prompt));
}

}  // namespace

void completions(Context& context, const Call& call) {
  const wire::ApiResult<wire::CompletionRequest> read_request = read(context, call);
  if (!read_request) return respond_error(call, read_request.error());
  const wire::CompletionRequest& request = *read_request;

  auto constraint = constraint_of(context, {.form = request.form});
  if (!constraint) return respond_error(call, constraint.error());
  runtime::Turn turn;
  turn.constraint = *std::move(constraint);
  turn.max_tokens = request.max_tokens;
  turn.stop = request.stop;
  set_sampling(request.sampling, request.logprobs, random64(), turn);
  set_deadline(request.deadline, request.service_tier, turn);

  std::vector<runtime::Turn> turns;
  std::vector<std::string> echoes;
  std::int64_t prompt_tokens = 0;
  for (const wire::PromptInput& prompt : request.prompts) {
    turn.prompt = tokens_of(context, prompt);
    prompt_tokens += static_cast<std::int64_t>(turn.prompt.size());
    for (int answer = 0; answer < request.answers; ++answer) {
      turn.sampling.choice = static_cast<std::uint32_t>(answer);
      turns.push_back(turn);
      echoes.push_back(request.echo ? text_of(context, prompt) : std::string());
    }
  }
  const auto generation = std::make_shared<CompletionGeneration>(context, call, request,
                                                                 prompt_tokens, std::move(echoes));
  if (request.max_tokens == 0) return generation->respond_echoes();
  for (runtime::Turn& each : turns) each.name = generation->id();
  generation->start(std::move(turns));
}

}  // namespace byeol::server
