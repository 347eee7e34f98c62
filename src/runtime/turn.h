// A turn: a prompt in, an answer out, and what its owner hears of it.
//
// Threads: plain values; a TurnListener is called from the runtime's thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "constrain/constraint.h"
#include "engine/sampler.h"
#include "engine/sampling_options.h"
#include "model/tokenizer/tokenizer.h"
#include "scheduler/turn_spec.h"

namespace byeol::runtime {

using model::TokenId;
using scheduler::Deadline;
using scheduler::OnMiss;
using scheduler::TurnClass;
using scheduler::TurnId;

// Whether tokens are drafted and computed along with the next one (speculator.h). The answer, its
// log-probabilities and what a listener hears are the same either way, bit for bit; only the time
// differs.
enum class Speculation { kNone, kLookup };

// What a turn brings: an answer, token by token, or at its end the embedding of its prompt: the
// mean of the model's hidden states over all positions (embedding.h). Of an embedding, max_tokens
// and what follows it up to show_control mean nothing; all of it is computed anew, nothing
// remembered. Scores: how probable each of some continuations is (runtime_scores.cc).
enum class Output { kAnswer, kEmbedding, kScores };

struct Turn {
  std::vector<TokenId>
      prompt;  // Not empty. What an earlier turn began alike is not computed again.
  std::int32_t max_tokens = 0;  // Of the answer; 0: until the context is full.
  engine::SamplingOptions sampling;
  std::vector<std::string> stop;  // The answer ends before the first of them.
  Speculation speculation = Speculation::kLookup;
  std::int32_t min_tokens = 0;  // The model's own end of an answer counts only from here on.
  bool ignore_end = false;      // Goes on behind the model's own end of an answer.
  bool show_control = false;    // Control tokens appear in the text, for who reads them.
  Output output = Output::kAnswer;
  // Of kScores: each at least one token, and short enough for a step.
  std::vector<std::vector<TokenId>> continuations;
  // What the answer may be; null: anything. It then ends by itself, in time for max_tokens wherever
  // the shortest way to its end allows that.
  std::shared_ptr<constrain::Matcher> constraint;
  // How the tokens that it forces are computed: all at once, or one by one, which is slower and
  // gives the same answer.
  bool forced_at_once = true;

  Deadline deadline;
  // Refused where the deadline cannot be promised; otherwise it then runs without a guarantee.
  bool insists = true;
  TurnClass turn_class = TurnClass::kDefault;
  std::uint32_t tenant = 0;  // Tenants of one class share by work.
  std::string name;          // For who watches the runtime's state.
  // From when on the deadline counts; not given: when it is submitted.
  std::chrono::steady_clock::time_point arrived{};
};

enum class FinishReason {
  kStop,       // The model ended its answer, or a stop string came; or the embedding is there.
  kLength,     // max_tokens or the context is used up, or it was brought to an end in time.
  kCancelled,  // Its owner wanted no more.
  kDeadline,   // It missed its deadline and wished to be stopped then.
  kRefused,    // Its deadline cannot be kept, or too many turns wait; see TurnEnd.
  kError,      // See TurnEnd::error.
};

// "stop", "length", "cancelled", "deadline", "refused", "error".
const char* name_of(FinishReason reason);

// A token of the answer and the text that it made certain: whole characters, often one token late
// because the rest of a character or of a possible stop string is awaited.
struct TokenEvent {
  TokenId token;
  std::string_view text;                      // Valid during the call.
  float logprob;                              // Where sampling.logprobs asked for it.
  std::span<const engine::TokenLogprob> top;  // Valid during the call.
};

struct TurnTimings {
  std::int32_t prompt_tokens = 0;
  std::int32_t reused_tokens = 0;  // Of the prompt: were in the cache already.
  std::int32_t generated_tokens = 0;
  std::int32_t drafted_tokens = 0;  // Were computed in the hope that they would be chosen.
  // Of those: were chosen, or what a constraint forces behind one that was.
  std::int32_t accepted_tokens = 0;
  double first_token_s = 0;  // From submit() to the first token.
  double prefill_s = 0;      // From the first step of the prompt to the first token.
  double decode_s = 0;       // From the first token to the last.

  double prefill_tokens_per_s() const;
  double decode_tokens_per_s() const;  // Of the tokens after the first; 0 where there is one.
};

// What became of a deadline.
enum class Missed { kNothing, kFirst, kGap, kTotal };

struct DeadlineReport {
  Missed missed = Missed::kNothing;  // The first limit that was.
  bool finished_early = false;       // The answer was ended for the deadline's sake.
  // From the arrival; gaps are between tokens. 0 where there was no token, or no gap.
  double first_ms = 0, mean_gap_ms = 0, max_gap_ms = 0, total_ms = 0;
};

struct TurnEnd {
  FinishReason reason;
  std::string_view text;  // What was held back and is certain now.
  int stop_index = -1;    // Which stop string it was; -1: none.
  std::string error{};    // Where reason is kError, kRefused or kDeadline: a sentence.
  TurnTimings timings{};
  DeadlineReport deadline{};
  // kRefused: when the same turn would be let in, were it alone; 0: never, it asks too much.
  double retry_after_ms = 0;
  // Of each continuation, where the turn asked for them and reason is kStop: the sum of its tokens'
  // log-probabilities.
  std::vector<double> scores{};
  // [width], not normalised, where the turn asked for it and reason is kStop.
  std::vector<float> embedding{};
};

// Called in order, from the runtime's thread, which waits: be quick, never block, never call back
// into the runtime except for cancel().
class TurnListener {
 public:
  virtual ~TurnListener() = default;
  // At most once, first: it was let in. A turn that is refused hears only its end.
  virtual void on_admitted() {}
  virtual void on_token(const TokenEvent& event) = 0;
  virtual void on_end(const TurnEnd& end) = 0;  // Once, last.
};

}  // namespace byeol::runtime
