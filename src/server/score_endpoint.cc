#include "server/score_endpoint.h"

#include <memory>
#include <utility>

#include "server/read_request.h"
#include "server/turn_end.h"
#include "server/turn_request.h"
#include "server/unix_time.h"
#include "wire/score_request.h"

namespace byeol::server {
namespace {

// One request's turn, from its start to the answer.
class Scores : public runtime::TurnListener, public std::enable_shared_from_this<Scores> {
 public:
  Scores(Context& context, Call call, std::vector<wire::ScoredChoice> choices,
         std::int64_t prompt_tokens)
      : context_(context),
        call_(std::move(call)),
        choices_(std::move(choices)),
        prompt_tokens_(prompt_tokens) {}
  Scores(const Scores&) = delete;
  Scores& operator=(const Scores&) = delete;
  ~Scores() override { context_.under_way.leave(this); }

  void start(runtime::Turn turn) {
    logged_ = to_log(context_, call_, "score", 0, turn);
    const auto id = context_.runtime.submit(std::move(turn), shared_from_this());
    if (!id) {
      record_unsubmitted(context_, logged_, id.error());
      return respond_refused(call_, submit_error(id.error()), submit_retry_ms(id.error()));
    }
    const auto cancel = [&runtime = context_.runtime, turn_id = *id] { runtime.cancel(turn_id); };
    if (!context_.under_way.enter(this, cancel)) cancel();
    call_.exchange->on_hang_up(cancel);
  }

  void on_token(const runtime::TokenEvent&) override {}
  void on_end(const runtime::TurnEnd& end) override {
    record(context_, logged_, end, Judges::kYes);
    if (end.reason != runtime::FinishReason::kStop)
      return respond_refused(call_, error_of(end), end.retry_after_ms);
    for (std::size_t i = 0; i < choices_.size(); ++i) choices_[i].logprob = end.scores[i];
    respond_json(call_, 200, wire::score_response(context_.card.id, choices_, prompt_tokens_),
                 deadline_headers(report_of(logged_, end)));
  }

 private:
  Context& context_;
  Call call_;
  std::vector<wire::ScoredChoice> choices_;
  std::int64_t prompt_tokens_;
  LoggedTurn logged_;
};

wire::ApiResult<wire::ScoreRequest> read(const Context& context, const Call& call) {
  BYEOL_TRY(const wire::Json body, read_body(call));
  BYEOL_TRY(wire::ScoreRequest request, wire::read_score_request(body));
  BYEOL_TRY_OK(check_model(context, request.model));
  BYEOL_TRY_OK(wire::add_deadline_headers(header_lookup(call), request.deadline));
  return request;
}

}  // namespace

void score(Context& context, const Call& call) {
  const wire::ApiResult<wire::ScoreRequest> read_request = read(context, call);
  if (!read_request) return respond_error(call, read_request.error());
  const wire::ScoreRequest& request = *read_request;
  runtime::Turn turn;
  if (request.messages == nullptr) {
    turn.prompt = context.encoder.encode_text(request.prompt, true);
  } else {
    Result<runtime::EncodedPrompt> prompt =
        context.encoder.encode({.messages = request.messages, .now_seconds = now_s()});
    if (!prompt) return respond_error(call, wire::api_error(prompt.error()));
    turn.prompt = std::move(prompt->tokens);
  }
  turn.output = runtime::Output::kScores;
  turn.arrived = call.request().arrived;
  turn.tenant = call.tenant;
  turn.name = call.id;
  set_deadline(request.deadline, request.service_tier, turn);
  std::vector<wire::ScoredChoice> choices;
  for (const std::string& text : request.choices) {
    turn.continuations.push_back(context.encoder.encode_text(text, false));
    choices.push_back({text, static_cast<std::int64_t>(turn.continuations.back().size()), 0});
  }
  const auto prompt_tokens = static_cast<std::int64_t>(turn.prompt.size());
  std::make_shared<Scores>(context, call, std::move(choices), prompt_tokens)
      ->start(std::move(turn));
}

}  // namespace byeol::server
