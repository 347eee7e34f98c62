#include "bench/speculation.h"

#include <chrono>
#include <memory>
#include <utility>

#include "bench/speculation_texts.h"
#include "runtime/conversation.h"
#include "runtime/turn_stream.h"

namespace byeol::bench {
namespace {

using runtime::Speculation;

struct Answer {
  std::vector<model::TokenId> tokens;
  runtime::TurnEnd end;
};

Result<Answer> run(runtime::Runtime& runtime, runtime::Turn turn, Speculation speculation) {
  turn.speculation = speculation;
  const auto stream = std::make_shared<runtime::TurnStream>();
  BYEOL_TRY_OK(runtime.submit(std::move(turn), stream));
  Answer answer{};
  while (!answer.end.timings.prompt_tokens) {
    const auto item = stream->next(std::chrono::hours(1));
    if (!item) continue;
    if (!item->end)
      answer.tokens.push_back(item->token);
    else
      answer.end = *item->end;
  }
  if (answer.end.reason == runtime::FinishReason::kError)
    return Error{ErrorCode::kCorrupt, answer.end.error};
  return answer;
}

Result<runtime::Turn> make_turn(const runtime::Runtime& runtime, const SpeculationText& text,
                                std::int32_t generate) {
  BYEOL_TRY(auto conversation, runtime::Conversation::create(runtime.model(), text.form));
  conversation.add_user(text.prompt);
  constexpr std::int64_t kNoDate = 0;  // The same prompt every day.
  BYEOL_TRY(auto prompt, conversation.prompt(runtime.context_tokens(), generate, kNoDate));
  runtime::Turn turn;
  turn.prompt = std::move(prompt.tokens);
  turn.max_tokens = generate;
  turn.sampling.temperature = text.temperature;
  return turn;
}

// A plain and a speculating run, the second one first every other time.
Status run_pair(runtime::Runtime& runtime, const runtime::Turn& turn, bool plain_first,
                SpeculationSpeed& speed) {
  Answer answers[2];  // Plain, speculating.
  for (const bool plain : {plain_first, !plain_first}) {
    BYEOL_TRY(Answer answer, run(runtime, turn, plain ? Speculation::kNone : Speculation::kLookup));
    answers[plain ? 0 : 1] = std::move(answer);
  }
  if (answers[0].tokens != answers[1].tokens)
    return Error{ErrorCode::kCorrupt, speed.text + ": the answer with speculation is another one"};
  const runtime::TurnTimings& timings = answers[1].end.timings;
  const double plain = answers[0].end.timings.decode_tokens_per_s();
  const double speculating = timings.decode_tokens_per_s();
  speed.plain_tokens_per_s.push_back(plain);
  speed.speculating_tokens_per_s.push_back(speculating);
  speed.ratios.push_back(plain > 0 ? speculating / plain : 1);
  speed.generated += timings.generated_tokens;
  speed.drafted += timings.drafted_tokens;
  speed.accepted += timings.accepted_tokens;
  return ok();
}

}  // namespace

Result<std::vector<SpeculationSpeed>> measure_speculation(runtime::Runtime& runtime,
                                                          const SpeculationOptions& options,
                                                          const BeforeText& before) {
  if (options.generate < 2 || options.repeat < 1)
    return Error{ErrorCode::kInvalidArgument, "generate must be at least 2 and repeat at least 1"};
  std::vector<SpeculationSpeed> speeds;
  for (const SpeculationText& text : speculation_texts()) {
    if (before) before(text.name);
    BYEOL_TRY(runtime::Turn turn, make_turn(runtime, text, options.generate));
    SpeculationSpeed warm_up{};
    warm_up.text = text.name;
    BYEOL_TRY_OK(run_pair(runtime, turn, true, warm_up));
    SpeculationSpeed speed{};
    speed.text = text.name;
    for (std::int32_t i = 0; i < options.repeat; ++i) {
      turn.sampling.seed = static_cast<std::uint64_t>(i + 1);
      BYEOL_TRY_OK(run_pair(runtime, turn, i % 2 == 0, speed));
    }
    speeds.push_back(std::move(speed));
  }
  return speeds;
}

}  // namespace byeol::bench
