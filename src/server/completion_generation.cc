#include "server/completion_generation.h"

#include <utility>

#include "server/logprobs.h"
#include "wire/sse.h"

namespace byeol::server {

CompletionGeneration::CompletionGeneration(Context& context, Call call,
                                           const wire::CompletionRequest& request,
                                           std::int64_t prompt_tokens,
                                           std::vector<std::string> echoes)
    : Generation(context, std::move(call), "completions"),
      head_(context.head(wire::completion_id(random64), request.service_tier)),
      stream_(head_, request.streaming.include_usage),
      streams_(request.streaming.stream),
      include_usage_(request.streaming.include_usage),
      wants_logprobs_(request.logprobs.has_value()),
      answers_(request.answers),
      choices_(echoes.size()),
      echoes_(std::move(echoes)) {
  usage().prompt_tokens = prompt_tokens;
  for (std::size_t i = 0; i < choices_.size(); ++i) {
    choices_[i].answer.text = echoes_[i];
    if (wants_logprobs_) choices_[i].answer.logprobs.emplace();
  }
}

void CompletionGeneration::event(const std::function<void(std::string& data)>& write) {
  std::string data, events;
  write(data);
  wire::append_event(events, data);
  send(std::move(events));
}

void CompletionGeneration::respond_echoes() {
  for (Choice& choice : choices_) choice.answer.finish_reason = wire::FinishReason::kLength;
  if (streams_) {
    begin_events(call());
    for (std::size_t i = 0; i < choices_.size(); ++i)
      event([&](std::string& data) {
        stream_.append_finish(data, static_cast<int>(i), echoes_[i], wire::FinishReason::kLength);
      });
  }
  all_ended({});
}

void CompletionGeneration::admitted() {
  if (!streams_) return;
  begin_events(call());
  for (std::size_t i = 0; i < choices_.size(); ++i)
    if (!echoes_[i].empty())
      event([&](std::string& data) { stream_.append_text(data, static_cast<int>(i), echoes_[i]); });
}

void CompletionGeneration::token(int index, const runtime::TokenEvent& token) {
  Choice& choice = choices_[static_cast<std::size_t>(index)];
  if (wants_logprobs_) {
    auto& tokens = streams_ ? choice.pending.tokens : choice.answer.logprobs->tokens;
    tokens.push_back(logprob_of(token, context().encoder));
  }
  if (!streams_) {
    choice.answer.text += token.text;
    return;
  }
  if (token.text.empty()) return;
  event([&](std::string& data) {
    stream_.append_text(data, index, token.text, take_logprobs(choice));
  });
}

// Of the tokens since the last chunk.
std::optional<wire::CompletionLogprobs> CompletionGeneration::take_logprobs(Choice& choice) {
  if (!wants_logprobs_) return {};
  wire::CompletionLogprobs taken = std::exchange(choice.pending, {});
  choice.pending.text_offset = taken.next_offset();
  return taken;
}

void CompletionGeneration::ended(int index, const runtime::TurnEnd& end) {
  Choice& choice = choices_[static_cast<std::size_t>(index)];
  // Answers to one prompt share it.
  if (index % answers_ == 0) usage().cached_tokens += end.timings.reused_tokens;
  const bool is_length = end.reason == runtime::FinishReason::kLength;
  const bool whole = is_length || end.reason == runtime::FinishReason::kStop;
  choice.answer.finish_reason = is_length ? wire::FinishReason::kLength : wire::FinishReason::kStop;
  if (!streams_) {
    choice.answer.text += end.text;
    return;
  }
  if (whole)
    event([&](std::string& data) {
      stream_.append_finish(data, index, end.text, choice.answer.finish_reason, report_of(end),
                            take_logprobs(choice));
    });
}

void CompletionGeneration::all_ended(const std::optional<wire::ApiError>& error) {
  if (!streams_) {
    if (error) return refused(*error, 0);
    std::vector<wire::CompletionChoice> answers;
    for (Choice& choice : choices_) answers.push_back(std::move(choice.answer));
    return respond_json(call(), 200,
                        wire::completion_response(head_, answers, usage(), worst_report()),
                        deadline_headers(worst_report()));
  }
  if (error) {
    event([&](std::string& data) { data = wire::body_of(*error); });
  } else {
    if (include_usage_) event([&](std::string& data) { stream_.append_usage(data, usage()); });
    event([&](std::string& data) { data = "[DONE]"; });
  }
  call().exchange->end();
}

}  // namespace byeol::server
