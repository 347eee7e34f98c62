#include "cli/chat_session.h"

#include <algorithm>
#include <ctime>
#include <utility>

#include "cli/answer_printer.h"
#include "cli/generation_options.h"
#include "cli/notice.h"

namespace byeol::cli {
namespace {

using runtime::FinishReason;
using Form = runtime::Conversation::Form;

constexpr std::chrono::milliseconds kGlanceAtInterrupts{20};

}  // namespace

ChatSession::ChatSession(runtime::Runtime& runtime, runtime::Conversation conversation,
                         runtime::Turn turn, Interrupts* interrupts)
    : runtime_(runtime),
      conversation_(std::move(conversation)),
      turn_(std::move(turn)),
      interrupts_(interrupts) {}

Status ChatSession::say(std::string message) {
  conversation_.add_user(std::move(message));
  Result<bool> answered = answer(turn_.sampling.seed);
  if (answered && *answered) return ok();
  conversation_.remove_last_user();
  if (!answered) return std::move(answered.error());
  notice("(stopped before the answer began; the message is not kept)");
  return ok();
}

Status ChatSession::retry() {
  std::optional<std::string> before = conversation_.take_last_answer();
  if (!before) return Error{ErrorCode::kInvalidArgument, "there is no answer yet to retry"};
  Result<bool> answered = answer(last_seed_ + 1);
  if (answered && *answered) return ok();
  conversation_.add_answer(*std::move(before));
  if (!answered) return std::move(answered.error());
  notice("(stopped before the answer began; the one before is kept)");
  return ok();
}

void ChatSession::forget() {
  conversation_.clear();
  last_.reset();
  told_of_forgetting_ = false;
}

void ChatSession::show_stats() const {
  if (!last_) return notice("no answer yet");
  notice(describe(*last_) + "; seed " + std::to_string(last_seed_));
}

// False: it was stopped before anything came. An Error: nothing came.
Result<bool> ChatSession::answer(std::uint64_t seed) {
  const std::int32_t context = runtime_.context_tokens();
  std::int32_t room = context / 4;
  if (turn_.max_tokens > 0) room = std::min(room, turn_.max_tokens);
  BYEOL_TRY(auto prompt, conversation_.prompt(context, room, std::time(nullptr)));
  if (prompt.dropped_messages > 0 && !told_of_forgetting_) {
    told_of_forgetting_ = true;
    notice("(the context of " + std::to_string(context) +
           " tokens is full: from now on the oldest messages are forgotten)");
  }
  runtime::Turn turn = turn_;
  turn.prompt = std::move(prompt.tokens);
  turn.sampling.seed = seed;
  const auto stream = std::make_shared<runtime::TurnStream>();
  BYEOL_TRY(const runtime::TurnId id, runtime_.submit(std::move(turn), stream));
  Heard heard = hear(*stream, id);
  last_ = heard.end.timings;
  last_seed_ = seed;
  const bool nothing = heard.end.timings.generated_tokens == 0;
  if (nothing && heard.end.reason == FinishReason::kCancelled) return false;
  if (nothing && heard.end.reason == FinishReason::kError)
    return Error{ErrorCode::kCorrupt, heard.end.error};
  conversation_.add_answer(std::move(heard.text));
  tell_how_it_ended(heard.end);
  if (stats_always_) show_stats();
  return true;
}

ChatSession::Heard ChatSession::hear(runtime::TurnStream& stream, runtime::TurnId turn) {
  Heard heard{};
  AnswerPrinter printer;
  for (;;) {
    if (interrupts_) {
      const Interrupts::Taken taken = interrupts_->take();
      must_end_ = must_end_ || taken.end;
      if (taken.interrupt || taken.end) runtime_.cancel(turn);
    }
    const auto item = stream.next(kGlanceAtInterrupts);
    if (!item) continue;
    heard.text += item->text;
    printer.print(item->text);
    if (!item->end) continue;
    printer.finish();
    heard.end = *item->end;
    return heard;
  }
}

void ChatSession::tell_how_it_ended(const runtime::TurnEnd& end) const {
  const std::int32_t used = end.timings.prompt_tokens + end.timings.generated_tokens;
  if (end.reason == FinishReason::kCancelled) notice("(stopped)");
  if (end.reason == FinishReason::kError) notice("(broken off: " + end.error + ")");
  if (end.reason != FinishReason::kLength) return;
  if (used >= runtime_.context_tokens())
    notice("(cut: the context is full)");
  else if (conversation_.form() == Form::kTemplate)
    notice("(cut after " + std::to_string(end.timings.generated_tokens) +
           " tokens; /set max-tokens N allows more)");
}

}  // namespace byeol::cli
