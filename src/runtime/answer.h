// The answer of one turn as it grows: the tokens so far, the text that is certain, the stop strings
// and the clock. Knows nothing of engines and threads.
//
// Threads: the runtime's alone.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/stop.h"
#include "model/tokenizer/tokenizer.h"
#include "runtime/pace.h"
#include "runtime/turn.h"

namespace byeol::runtime {

class Answer {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // `max_tokens`: of the answer, at least 1.
  Answer(const model::Tokenizer& tokenizer, const Turn& turn, std::int32_t max_tokens,
         Time submitted);

  const std::vector<TokenId>& tokens() const { return tokens_; }  // Prompt and answer.
  std::int32_t prompt_tokens() const { return timings_.prompt_tokens; }
  std::int32_t generated_tokens() const { return timings_.generated_tokens; }
  std::int32_t reused_tokens() const { return timings_.reused_tokens; }
  std::int32_t max_tokens() const { return max_tokens_; }
  // Whether the model's own end of an answer counts by now.
  // `more`: so many tokens later.
  bool may_end(std::int32_t more = 0) const {
    return timings_.generated_tokens + more >= min_tokens_;
  }
  // How many tokens the cache will hold at the end.
  std::int32_t tokens_max() const { return timings_.prompt_tokens + max_tokens_; }

  // How many more tokens the cache may get: the last one of all is never fed back.
  std::int32_t cache_room() const {
    return tokens_max() - static_cast<std::int32_t>(tokens_.size()) - 1;
  }

  // While its reader lags behind, its deadline stands still.
  void pause(Time now) { pace_.pause(now); }
  void go_on(Time now) { pace_.go_on(now); }
  void started(Time now, std::int32_t reused_tokens);
  void count_draft(std::int32_t drafted, std::int32_t accepted);
  // From now on the end of a sentence ends the answer.
  void finish_at_sentence_end() { finishes_ = true; }

  // Tokens that will come for certain, before they are told: each is then added as it was foreseen.
  void foresee(std::span<const TokenId> tokens);
  // Those that are not told yet.
  std::span<const TokenId> foreseen() const { return std::span(tokens_).last(foreseen_); }
  // Takes the next token and tells the listener. The reason, once the answer is complete.
  std::optional<FinishReason> add(const engine::Sampled& sampled, Time now, TurnListener& listener);
  // The embedding, or the scores, that were asked for instead of tokens.
  void end_with(std::vector<float> embedding, Time now, TurnListener& listener);
  void end_with(std::vector<double> scores, Time now, TurnListener& listener);
  // It will end sooner than it would have, for the deadline's sake.
  void note_early_end() { finished_early_ = true; }
  // Ends it here, for the deadline's sake.
  void end_early(Time now, TurnListener& listener);
  // Tells the listener that this was all.
  void end(FinishReason reason, std::string error, Time now, TurnListener& listener);
  void refuse(double retry_after_ms, std::string why, TurnListener& listener);

 private:
  void note_first(Time now);
  void end_at_first(Time now, TurnListener& listener);

  const model::Tokenizer& tokenizer_;
  std::vector<TokenId> tokens_;
  std::size_t foreseen_ = 0;  // The last so many of them are not told yet.
  std::int32_t max_tokens_;
  std::int32_t min_tokens_;  // Of the answer; before them its end is none.
  model::Detokenizer detokenizer_;
  engine::StopMatcher stop_;
  Time submitted_;
  Time started_;
  Time first_token_;
  TurnTimings timings_;
  Pace pace_;
  bool finishes_ = false;
  bool finished_early_ = false;
  std::string tail_;  // The newest text, where finishes_.
  std::vector<float> embedding_;
  std::vector<double> scores_;
};

}  // namespace byeol::runtime
