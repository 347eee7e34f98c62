#include "server/chat_generation.h"

#include <utility>

#include "server/ids.h"
#include "server/logprobs.h"
#include "wire/ids.h"
#include "wire/sse.h"

namespace byeol::server {
namespace {

wire::FinishReason finish_of(runtime::FinishReason reason, int calls) {
  if (reason == runtime::FinishReason::kLength) return wire::FinishReason::kLength;
  return calls > 0 ? wire::FinishReason::kToolCalls : wire::FinishReason::kStop;
}

}  // namespace

ChatGeneration::ChatGeneration(Context& context, Call call, const wire::ChatRequest& request,
                               std::int64_t prompt_tokens, bool opens_in_thought)
    : Generation(context, std::move(call), "chat"),
      head_(context.head(wire::chat_completion_id(random64), request.service_tier)),
      stream_(head_, request.streaming.include_usage),
      streams_(request.streaming.stream),
      include_usage_(request.streaming.include_usage),
      wants_logprobs_(request.logprobs.has_value()),
      parallel_calls_(request.parallel_tool_calls) {
  for (int i = 0; i < request.answers; ++i) {
    Choice choice;
    choice.parser = wire::AnswerParser::make({.family = context.family_for(request.tools),
                                              .functions = request.tools.functions,
                                              .custom_tools = request.tools.custom_names(),
                                              .opens_in_thought = opens_in_thought});
    if (wants_logprobs_) choice.answer.logprobs.emplace();
    choices_.push_back(std::move(choice));
  }
  usage().prompt_tokens = prompt_tokens;
}

void ChatGeneration::event(const std::function<void(std::string& data)>& write) {
  data_.clear();
  write(data_);
  if (!data_.empty()) wire::append_event(events_, data_);  // The end of a call has no event.
}

void ChatGeneration::flush() {
  if (!events_.empty()) send(std::exchange(events_, {}));
}

void ChatGeneration::admitted() {
  if (!streams_) return;
  begin_events(call());
  for (int i = 0; i < choices(); ++i)
    event([&](std::string& data) { stream_.append_role(data, i); });
  flush();
}

void ChatGeneration::token(int index, const runtime::TokenEvent& token) {
  Choice& choice = choices_[static_cast<std::size_t>(index)];
  if (wants_logprobs_) choice.logprobs.push_back(logprob_of(token, context().encoder));
  if (!token.text.empty())
    choice.parser->feed(token.text,
                        [&](const wire::AnswerPiece& piece) { take_piece(index, piece); });
  if (choice.thinks) ++usage().reasoning_tokens;
  // A chunk for each token, also where its text is held back: readers see that it goes on, and each
  // token's log-probability comes with it.
  if (streams_ && events_.empty())
    event(
        [&](std::string& data) { stream_.append_content(data, index, {}, take_logprobs(choice)); });
  flush();
}

void ChatGeneration::take_piece(int index, const wire::AnswerPiece& piece) {
  Choice& choice = choices_[static_cast<std::size_t>(index)];
  choice.thinks = piece.kind == wire::PieceKind::kReasoning;
  if (piece.kind == wire::PieceKind::kCallBegin) ++choice.calls;
  // One call was wanted, and was made.
  const bool is_of_call =
      piece.kind == wire::PieceKind::kCallBegin || piece.kind == wire::PieceKind::kCallArguments;
  if (is_of_call && !parallel_calls_ && choice.calls > 1) return;
  if (streams_)
    stream_piece(index, choice, piece);
  else
    keep_piece(choice, piece);
}

void ChatGeneration::keep_piece(Choice& choice, const wire::AnswerPiece& piece) {
  switch (piece.kind) {
    case wire::PieceKind::kContent:
      choice.answer.content += piece.text;
      break;
    case wire::PieceKind::kReasoning:
      choice.answer.reasoning += piece.text;
      break;
    case wire::PieceKind::kCallBegin:
      choice.answer.calls.push_back({context().call_id(), std::string(piece.text), {}, piece.tool});
      break;
    case wire::PieceKind::kCallArguments:
      choice.answer.calls.back().arguments += piece.text;
      break;
    case wire::PieceKind::kCallEnd:
      break;
  }
}

void ChatGeneration::stream_piece(int index, Choice& choice, const wire::AnswerPiece& piece) {
  const int call = choice.calls - 1;
  event([&](std::string& data) {
    switch (piece.kind) {
      case wire::PieceKind::kContent:
        return stream_.append_content(data, index, piece.text, take_logprobs(choice));
      case wire::PieceKind::kReasoning:
        return stream_.append_reasoning(data, index, piece.text, take_logprobs(choice));
      case wire::PieceKind::kCallBegin:
        return stream_.append_call(data, index, call, context().call_id(), piece.text, piece.tool);
      case wire::PieceKind::kCallArguments:
        return stream_.append_arguments(data, index, call, piece.text, piece.tool,
                                        take_logprobs(choice));
      case wire::PieceKind::kCallEnd:
        return;
    }
  });
}

// Of the tokens since the last chunk.
wire::ChatStream::Logprobs ChatGeneration::take_logprobs(Choice& choice) {
  if (!wants_logprobs_) return {};
  sent_logprobs_ = std::exchange(choice.logprobs, {});
  return std::span<const wire::TokenLogprob>(sent_logprobs_);
}

void ChatGeneration::ended(int index, const runtime::TurnEnd& end) {
  Choice& choice = choices_[static_cast<std::size_t>(index)];
  const auto on_piece = [&](const wire::AnswerPiece& piece) { take_piece(index, piece); };
  if (!end.text.empty()) choice.parser->feed(end.text, on_piece);
  choice.parser->finish(on_piece);
  if (index == 0) usage().cached_tokens = end.timings.reused_tokens;
  const bool whole =
      end.reason == runtime::FinishReason::kStop || end.reason == runtime::FinishReason::kLength;
  choice.answer.finish_reason = finish_of(end.reason, choice.calls);
  if (!streams_) {
    if (wants_logprobs_) choice.answer.logprobs = std::move(choice.logprobs);
    return;
  }
  if (whole)
    event([&](std::string& data) {
      const auto left =
          choice.logprobs.empty() ? wire::ChatStream::Logprobs{} : take_logprobs(choice);
      stream_.append_finish(data, index, choice.answer.finish_reason, report_of(end), left);
    });
  flush();
}

void ChatGeneration::all_ended(const std::optional<wire::ApiError>& error) {
  if (!streams_) {
    if (error) return refused(*error, 0);
    std::vector<wire::ChatChoice> answers;
    for (Choice& choice : choices_) answers.push_back(std::move(choice.answer));
    return respond_json(call(), 200, wire::chat_response(head_, answers, usage(), worst_report()),
                        deadline_headers(worst_report()));
  }
  if (error) {
    event([&](std::string& data) { data = wire::body_of(*error); });
  } else {
    if (include_usage_) event([&](std::string& data) { stream_.append_usage(data, usage()); });
    event([&](std::string& data) { data = "[DONE]"; });
  }
  flush();
  call().exchange->end();
}

}  // namespace byeol::server
