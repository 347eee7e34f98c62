#include "server/responses_generation.h"

#include <utility>

#include "server/interrupted_responses.h"
#include "server/live_responses.h"
#include "server/logprobs.h"
#include "server/unix_time.h"

namespace byeol::server {
namespace {

std::vector<store::StoredItem> stored(const wire::Items& items) {
  std::vector<store::StoredItem> result;
  for (const wire::Json& item : items)
    result.push_back({std::string(wire::item_text(item, "id")), item.dump()});
  return result;
}

}  // namespace

ResponsesGeneration::ResponsesGeneration(Context& context, Call call, PreparedResponse prepared)
    : Generation(context, std::move(call), "responses"),
      prepared_(std::move(prepared)),
      live_(
          std::make_shared<LiveResponse>(prepared_.id, prepared_.created_at_s, prepared_.request)),
      parser_(
          wire::AnswerParser::make({.family = context.family_for(prepared_.request.tools.offered),
                                    .functions = prepared_.request.tools.offered.functions,
                                    .custom_tools = prepared_.request.tools.offered.custom_names(),
                                    .opens_in_thought = prepared_.opens_in_thought})) {
  usage().prompt_tokens = prepared_.prompt_tokens;
}

void ResponsesGeneration::begin(runtime::Turn turn) {
  if (!enter()) return;
  const auto self = std::static_pointer_cast<ResponsesGeneration>(shared_from_this());
  context().live.add({.response = live_,
                      .owner = call().owner,
                      .background = prepared_.request.background,
                      .cancel = [weak = std::weak_ptr(self)] {
                        const auto generation = weak.lock();
                        if (!generation) return;
                        generation->unwanted_ = true;
                        generation->cancel_all();
                      }});
  if (prepared_.request.background) {
    live_->tell([](wire::ResponsesEvents& events) { events.queue(); });
    store::StoredResponse begun = to_keep(live_->json(), live_->events());
    begun.unfinished = true;
    if (const Status kept = context().responses.put(begun); !kept) {
      context().live.remove(prepared_.id);
      return respond_error(call(), wire::server_error(kept.error().message));
    }
  } else {
    call().exchange->on_hang_up([weak = std::weak_ptr(self)] {
      if (const auto generation = weak.lock()) generation->unwanted_ = true;
    });
  }
  std::vector<runtime::Turn> turns;
  turns.push_back(std::move(turn));
  start(std::move(turns));
}

void ResponsesGeneration::admitted() {
  const wire::ResponsesRequest& request = prepared_.request;
  if (request.stream) {
    begin_events(call());
    // One in the background is made at its own pace, whoever looks on.
    live_->follow(call(), -1,
                  request.background ? ToldEvents::Pace::kReaders : ToldEvents::Pace::kModels);
  } else if (request.background) {
    respond_json(call(), 200, live_->json());
  } else {
    live_->answer_at_end(call());
  }
  live_->tell([](wire::ResponsesEvents& events) { events.start(); });
}

void ResponsesGeneration::token(int, const runtime::TokenEvent& token) {
  if (prepared_.request.logprobs) logprobs_.push_back(logprob_of(token, context().encoder));
  if (!token.text.empty())
    parser_->feed(token.text, [this](const wire::AnswerPiece& piece) { take_piece(piece); });
  if (thinks_) ++usage().reasoning_tokens;
  lags_behind(live_->lag_bytes());
}

void ResponsesGeneration::take_piece(const wire::AnswerPiece& piece) {
  thinks_ = piece.kind == wire::PieceKind::kReasoning;
  if (piece.kind == wire::PieceKind::kCallBegin) ++calls_;
  const bool is_of_call = piece.kind != wire::PieceKind::kContent && !thinks_;
  // One call was wanted, and was made.
  if (is_of_call && calls_ > 1 && !prepared_.request.parallel_tool_calls) return;
  live_->tell([&](wire::ResponsesEvents& events) {
    switch (piece.kind) {
      case wire::PieceKind::kContent:
        events.content(piece.text, logprobs_);
        return logprobs_.clear();
      case wire::PieceKind::kReasoning:
        events.reasoning(piece.text);
        return logprobs_.clear();
      case wire::PieceKind::kCallBegin:
        return events.begin_call(piece.text, context().call_id(), piece.tool);
      case wire::PieceKind::kCallArguments:
        events.arguments(piece.text);
        return logprobs_.clear();
      case wire::PieceKind::kCallEnd:
        return events.end_call(piece.whole);
    }
  });
}

void ResponsesGeneration::ended(int, const runtime::TurnEnd& end) {
  const auto on_piece = [this](const wire::AnswerPiece& piece) { take_piece(piece); };
  if (!end.text.empty()) parser_->feed(end.text, on_piece);
  parser_->finish(on_piece);
  reason_ = end.reason;
  usage().cached_tokens = end.timings.reused_tokens;
}

void ResponsesGeneration::all_ended(const std::optional<wire::ApiError>& error) {
  using How = wire::ResponsesEnd::How;
  wire::ResponsesEnd end{.at_s = now_s(), .usage = usage(), .deadline = worst_report()};
  if (reason_ == runtime::FinishReason::kLength) end.how = How::kCut;
  if (reason_ == runtime::FinishReason::kCancelled && unwanted_) {
    end.how = How::kCancelled;
  } else if (reason_ == runtime::FinishReason::kCancelled) {
    end.how = How::kFailed;
    end.error = wire::server_error(kServerStopped);
  } else if (error) {
    end.how = How::kFailed;
    end.error = error;
  }
  const auto self = std::static_pointer_cast<ResponsesGeneration>(shared_from_this());
  context().post([self, end = std::move(end)] { self->finish(end); });
}

// Whoever hears of the end may go on from the response at once: by then it is in the store and no
// longer among those that are being made.
void ResponsesGeneration::finish(const wire::ResponsesEnd& end) {
  (void)live_->finish(end, [this](const auto& response, const auto& output, const auto& events) {
    store::StoredResponse made = to_keep(response, events);
    for (const auto& item : output) made.output.push_back({item.id, item.json});
    const bool is_kept = prepared_.request.store && !context().live.is_forgotten(prepared_.id);
    const Status kept = is_kept ? context().responses.put(made) : ok();
    // One in the background is in the store already, as unfinished: there it can still fail.
    if (!kept)
      (void)context().responses.finish(
          {prepared_.id, failed_response(response, wire::sentence(kept.error().message))});
    // It may have been deleted while it was being written.
    if (context().live.is_forgotten(prepared_.id)) remove();
    context().live.remove(prepared_.id);
    return kept;
  });
}

store::StoredResponse ResponsesGeneration::to_keep(const std::string& response,
                                                   const std::vector<std::string>& events) const {
  return {.id = prepared_.id,
          .tenant = call().owner,
          .created_at_s = prepared_.created_at_s,
          .previous_id = prepared_.request.previous_response_id.value_or(""),
          .json = response,
          .input = stored(prepared_.request.input),
          .output = {},
          .events = events};
}

// From the store, where it is there at all.
void ResponsesGeneration::remove() {
  (void)context().responses.remove(prepared_.id, call().owner);
}

void ResponsesGeneration::refused(const wire::ApiError& error, double retry_after_ms) {
  const bool was_stored = prepared_.request.background;
  const auto self = std::static_pointer_cast<ResponsesGeneration>(shared_from_this());
  context().post([self, was_stored, error, retry_after_ms] {
    if (was_stored) self->remove();
    self->context().live.remove(self->prepared_.id);
    self->Generation::refused(error, retry_after_ms);
  });
}

}  // namespace byeol::server
