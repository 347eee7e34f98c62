#include "runtime/answer.h"

#include <algorithm>
#include <utility>

#include "runtime/sentence_end.h"

namespace byeol::runtime {
namespace {

double seconds(Answer::Time from, Answer::Time to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

Answer::Answer(const model::Tokenizer& tokenizer, const Turn& turn, std::int32_t max_tokens,
               Time submitted)
    : tokenizer_(tokenizer),
      tokens_(turn.prompt),
      max_tokens_(max_tokens),
      min_tokens_(turn.ignore_end ? max_tokens : turn.min_tokens),
      detokenizer_(tokenizer, turn.show_control ? model::Detokenizer::Control::kShow
                                                : model::Detokenizer::Control::kHide),
      stop_(turn.stop),
      submitted_(submitted),
      started_(submitted),
      first_token_(submitted),
      pace_(turn.deadline, turn.arrived == Time{} ? submitted : turn.arrived) {
  timings_.prompt_tokens = static_cast<std::int32_t>(tokens_.size());
  tokens_.reserve(tokens_.size() + static_cast<std::size_t>(std::min(max_tokens, 4096)));
  // The answer goes on where the prompt ends: a space in front of its first word is part of it.
  constexpr std::size_t kContext = 8;  // A character has at most 4 bytes, so at most 4 tokens.
  for (std::size_t i = tokens_.size() - std::min(tokens_.size(), kContext); i < tokens_.size(); ++i)
    detokenizer_.add(tokens_[i]);
}

void Answer::started(Time now, std::int32_t reused_tokens) {
  started_ = now;
  timings_.reused_tokens = reused_tokens;
}

void Answer::count_draft(std::int32_t drafted, std::int32_t accepted) {
  timings_.drafted_tokens += drafted;
  timings_.accepted_tokens += accepted;
}

void Answer::note_first(Time now) {
  first_token_ = now;
  timings_.first_token_s = seconds(submitted_, now);
  timings_.prefill_s = seconds(started_, now);
}

void Answer::foresee(std::span<const TokenId> tokens) {
  tokens_.insert(tokens_.end(), tokens.begin(), tokens.end());
  foreseen_ += tokens.size();
}

std::optional<FinishReason> Answer::add(const engine::Sampled& sampled, Time now,
                                        TurnListener& listener) {
  if (timings_.first_token_s == 0) note_first(now);
  timings_.decode_s = seconds(first_token_, now);
  if (may_end() && tokenizer_.is_end_of_generation(sampled.token)) return FinishReason::kStop;
  pace_.token(now);
  if (foreseen_ > 0)
    --foreseen_;
  else
    tokens_.push_back(sampled.token);
  ++timings_.generated_tokens;
  const std::string text = stop_.add(detokenizer_.add(sampled.token));
  listener.on_token({sampled.token, text, sampled.logprob, sampled.top});
  if (stop_.stopped()) return FinishReason::kStop;
  if (timings_.generated_tokens >= max_tokens_) return FinishReason::kLength;
  if (!finishes_) return std::nullopt;
  constexpr std::size_t kTail = 64;  // A sentence's end and what closes behind it.
  tail_ += text;
  if (tail_.size() > kTail) tail_.erase(0, tail_.size() - kTail);
  if (!ends_sentence(tail_)) return std::nullopt;
  finished_early_ = true;
  return FinishReason::kLength;
}

// What was asked for is there at once, where others have their first token.
void Answer::end_at_first(Time now, TurnListener& listener) {
  note_first(now);
  pace_.token(now);
  end(FinishReason::kStop, {}, now, listener);
}

void Answer::end_with(std::vector<float> embedding, Time now, TurnListener& listener) {
  embedding_ = std::move(embedding);
  end_at_first(now, listener);
}

void Answer::end_with(std::vector<double> scores, Time now, TurnListener& listener) {
  scores_ = std::move(scores);
  end_at_first(now, listener);
}

void Answer::end_early(Time now, TurnListener& listener) {
  finished_early_ = true;
  end(FinishReason::kLength, {}, now, listener);
}

void Answer::end(FinishReason reason, std::string error, Time now, TurnListener& listener) {
  std::string rest;
  // Without a token of its own, all that is held back is the end of the prompt.
  if (!stop_.stopped() && timings_.generated_tokens > 0) {
    rest = stop_.add(detokenizer_.finish());
    rest += stop_.finish();
  }
  const bool complete = reason == FinishReason::kStop || reason == FinishReason::kLength;
  TurnEnd end{.reason = reason,
              .text = rest,
              .stop_index = stop_.stop_index(),
              .error = std::move(error),
              .timings = timings_,
              .deadline = pace_.report(now, complete)};
  end.deadline.finished_early = finished_early_;
  end.embedding = std::move(embedding_);
  end.scores = std::move(scores_);
  listener.on_end(end);
}

void Answer::refuse(double retry_after_ms, std::string why, TurnListener& listener) {
  TurnEnd end{.reason = FinishReason::kRefused, .text = {}, .error = std::move(why)};
  end.timings = timings_;
  end.retry_after_ms = retry_after_ms;
  listener.on_end(end);
}

}  // namespace byeol::runtime
