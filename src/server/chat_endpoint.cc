#include "server/chat_endpoint.h"

#include <utility>

#include "server/answer_constraint.h"
#include "server/chat_generation.h"
#include "server/ids.h"
#include "server/read_request.h"
#include "server/turn_request.h"
#include "server/unix_time.h"

namespace byeol::server {
namespace {

wire::ApiResult<wire::ChatRequest> read(const Context& context, const Call& call) {
  BYEOL_TRY(const wire::Json body, read_body(call));
  BYEOL_TRY(wire::ChatRequest request, wire::read_chat_request(body));
  BYEOL_TRY_OK(check_model(context, request.model));
  BYEOL_TRY_OK(check_answers(context, static_cast<std::size_t>(request.answers)));
  BYEOL_TRY_OK(wire::add_deadline_headers(header_lookup(call), request.deadline));
  return request;
}

runtime::ChatPrompt prompt_of(const wire::ChatRequest& request) {
  return {.messages = request.messages,
          .tools = request.tools.tools,
          .variables = request.template_variables,
          .add_generation_prompt = request.add_generation_prompt,
          .continue_final_message = request.continue_final_message,
          .now_seconds = now_s()};
}

}  // namespace

void chat_completions(Context& context, const Call& call) {
  const wire::ApiResult<wire::ChatRequest> read_request = read(context, call);
  if (!read_request) return respond_error(call, read_request.error());
  const wire::ChatRequest& request = *read_request;
  Result<runtime::EncodedPrompt> prompt = context.encoder.encode(prompt_of(request));
  if (!prompt) return respond_error(call, wire::api_error(prompt.error()));

  const bool opens_in_thought = wire::prompt_opens_thought(context.family, prompt->text);
  auto constraint = constraint_of(context, {.form = request.form,
                                            .tools = &request.tools,
                                            .parallel_calls = request.parallel_tool_calls,
                                            .opens_in_thought = opens_in_thought});
  if (!constraint) return respond_error(call, constraint.error());

  runtime::Turn turn;
  turn.constraint = *std::move(constraint);
  turn.prompt = std::move(prompt->tokens);
  turn.max_tokens = request.max_tokens.value_or(context.options.max_tokens);
  turn.stop = request.stop;
  for (std::string& stop : context.encoder.stops()) turn.stop.push_back(std::move(stop));
  turn.show_control = wire::answer_needs_control_text(context.family);
  set_sampling(request.sampling, request.logprobs, random64(), turn);
  set_deadline(request.deadline, request.service_tier, turn);

  const auto generation = std::make_shared<ChatGeneration>(
      context, call, request, static_cast<std::int64_t>(turn.prompt.size()), opens_in_thought);
  std::vector<runtime::Turn> turns(static_cast<std::size_t>(request.answers), turn);
  for (std::size_t i = 0; i < turns.size(); ++i) {
    turns[i].sampling.choice = static_cast<std::uint32_t>(i);
    turns[i].name = generation->id();
  }
  generation->start(std::move(turns));
}

}  // namespace byeol::server
