#include "server/responses_endpoint.h"

#include <utility>

#include "server/answer_constraint.h"
#include "server/ids.h"
#include "server/live_responses.h"
#include "server/read_request.h"
#include "server/responses_generation.h"
#include "server/turn_request.h"
#include "server/unix_time.h"
#include "wire/responses_messages.h"

namespace byeol::server {
namespace {

using wire::Json;

wire::ApiError not_to_go_on_from(Context& context, const Call& call, const std::string& previous) {
  const std::string id = "'" + previous.substr(0, 200) + "'";
  // It is an earlier one that is missing where the last one is there.
  return wire::invalid_request(
      context.responses.get(previous, call.owner)
          ? "An earlier response of the conversation that " + id +
                " belongs to was deleted, or is kept no longer; expected all of them, or the "
                "conversation's items as 'input'."
          : "There is no stored response " + id + " to go on from.",
      "previous_response_id", "previous_response_not_found");
}

// What was said before: the items of all responses that this one goes on from.
wire::ApiResult<wire::Items> history(Context& context, const Call& call,
                                     const wire::ResponsesRequest& request) {
  if (!request.previous_response_id) return wire::Items{};
  const std::string& previous = *request.previous_response_id;
  if (context.live.find(previous, call.owner))
    return wire::invalid_request("The response '" + previous.substr(0, 200) +
                                     "' is still being made; go on from it when it is complete.",
                                 "previous_response_id");
  const auto chain = context.responses.chain(previous, call.owner);
  if (!chain)
    return chain.error().code == ErrorCode::kNotFound ? not_to_go_on_from(context, call, previous)
                                                      : wire::api_error(chain.error());
  std::vector<std::string> texts;
  for (const store::StoredItem& item : *chain) texts.push_back(item.json);
  return wire::parse_items(texts);
}

// The messages of the whole conversation; fills in what the input refers to.
wire::ApiResult<Json> messages_of(Context& context, const Call& call,
                                  wire::ResponsesRequest& request) {
  BYEOL_TRY(wire::Items items, history(context, call, request));
  BYEOL_TRY_OK(wire::resolve_references(request.input,
                                        [&](std::string_view id) -> std::optional<std::string> {
                                          const auto item = context.responses.item(id, call.owner);
                                          if (!item) return std::nullopt;
                                          return item->json;
                                        }));
  wire::assign_item_ids(request.input, random64);
  items.insert(items.end(), request.input.begin(), request.input.end());
  return wire::items_to_messages(items, request.instructions);
}

// The oldest exchange goes; false: only the newest is left.
bool forget_oldest(Json& messages) {
  const auto is = [](const Json& message, const char* role) { return message["role"] == role; };
  std::size_t first = 0;
  while (first < messages.size() && is(messages[first], "system")) ++first;
  std::size_t next = first + 1;
  while (next < messages.size() && !is(messages[next], "user")) ++next;
  if (next >= messages.size()) return false;
  messages.erase(messages.begin() + static_cast<std::ptrdiff_t>(first),
                 messages.begin() + static_cast<std::ptrdiff_t>(next));
  return true;
}

wire::ApiResult<runtime::EncodedPrompt> encode(Context& context,
                                               const wire::ResponsesRequest& request,
                                               Json messages) {
  for (;;) {
    Result<runtime::EncodedPrompt> prompt =
        context.encoder.encode({.messages = messages,
                                .tools = request.tools.offered.tools,
                                .variables = request.template_variables,
                                .now_seconds = now_s()});
    if (!prompt) return wire::api_error(prompt.error());
    const bool fits =
        static_cast<std::int64_t>(prompt->tokens.size()) + request.max_output_tokens.value_or(16) <=
        context.card.max_model_len;
    if (fits || !request.truncate || !forget_oldest(messages)) return *std::move(prompt);
  }
}

wire::ApiResult<wire::ResponsesRequest> read(const Context& context, const Call& call) {
  BYEOL_TRY(const Json body, read_body(call));
  BYEOL_TRY(wire::ResponsesRequest request, wire::read_responses_request(body));
  BYEOL_TRY_OK(check_model(context, request.model));
  BYEOL_TRY_OK(wire::add_deadline_headers(header_lookup(call), request.deadline));
  return request;
}

wire::ApiStatus create(Context& context, const Call& call) {
  BYEOL_TRY(wire::ResponsesRequest request, read(context, call));
  request.model = context.card.id;  // As the Response object tells it.
  BYEOL_TRY(Json messages, messages_of(context, call, request));
  BYEOL_TRY(runtime::EncodedPrompt prompt, encode(context, request, std::move(messages)));

  const bool opens_in_thought = wire::prompt_opens_thought(context.family, prompt.text);
  BYEOL_TRY(std::shared_ptr<constrain::Matcher> constraint,
            constraint_of(context, {.form = request.form,
                                    .tools = &request.tools.offered,
                                    .parallel_calls = request.parallel_tool_calls,
                                    .opens_in_thought = opens_in_thought}));

  runtime::Turn turn;
  turn.constraint = std::move(constraint);
  turn.max_tokens = request.max_output_tokens.value_or(context.options.max_tokens);
  turn.stop = context.encoder.stops();
  turn.show_control = wire::answer_needs_control_text(context.family);
  set_sampling(request.sampling,
               request.logprobs ? std::optional(request.top_logprobs) : std::nullopt, random64(),
               turn);
  set_deadline(request.deadline, request.service_tier, turn);
  turn.name = wire::make_id("resp_", 2 * wire::kIdLetters, random64);

  PreparedResponse prepared{.request = std::move(request),
                            .id = turn.name,
                            .created_at_s = now_s(),
                            .prompt_tokens = static_cast<std::int64_t>(prompt.tokens.size()),
                            .opens_in_thought = opens_in_thought};
  turn.prompt = std::move(prompt.tokens);
  std::make_shared<ResponsesGeneration>(context, call, std::move(prepared))->begin(std::move(turn));
  return Nothing{};
}

wire::ApiResult<std::int64_t> count(Context& context, const Call& call) {
  BYEOL_TRY(const Json body, read_body(call));
  BYEOL_TRY(wire::ResponsesRequest request, wire::read_input_tokens_request(body));
  BYEOL_TRY_OK(check_model(context, request.model));
  BYEOL_TRY(Json messages, messages_of(context, call, request));
  BYEOL_TRY(const runtime::EncodedPrompt prompt, encode(context, request, std::move(messages)));
  return static_cast<std::int64_t>(prompt.tokens.size());
}

}  // namespace

void create_response(Context& context, const Call& call) {
  if (const wire::ApiStatus created = create(context, call); !created)
    respond_error(call, created.error());
}

void count_input_tokens(Context& context, const Call& call) {
  const wire::ApiResult<std::int64_t> tokens = count(context, call);
  if (!tokens) return respond_error(call, tokens.error());
  respond_json(call, 200, wire::input_tokens_answer(*tokens));
}

}  // namespace byeol::server
