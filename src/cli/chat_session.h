// A conversation that is being held: takes messages, prints answers as they come, and keeps both.
//
// An answer that was stopped or that broke off stays in the conversation as far as it was printed;
// a message that got no answer at all does not. Answers go to standard output, all else to standard
// error (notice.h).
//
// Threads: the main thread. Lifetime: runtime and interrupts must outlive it.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "cli/interrupts.h"
#include "runtime/conversation.h"
#include "runtime/runtime.h"
#include "runtime/turn_stream.h"

namespace byeol::cli {

class ChatSession {
 public:
  // `turn`: how to answer; its prompt is empty. `interrupts`: stop an answer; null: nothing does.
  ChatSession(runtime::Runtime& runtime, runtime::Conversation conversation, runtime::Turn turn,
              Interrupts* interrupts);

  // Prints the answer. An Error leaves the conversation as it was, or with the part that came.
  Status say(std::string message);
  // Another answer to the newest message, with the next seed.
  Status retry();

  runtime::Conversation& conversation() { return conversation_; }
  runtime::Turn& turn() { return turn_; }
  void forget();
  void show_stats() const;
  void set_stats_always(bool always) { stats_always_ = always; }
  // The process was asked to end while an answer was on its way.
  bool must_end() const { return must_end_; }

 private:
  struct Heard {
    std::string text;
    runtime::TurnEnd end;
  };

  Result<bool> answer(std::uint64_t seed);
  Heard hear(runtime::TurnStream& stream, runtime::TurnId turn);
  void tell_how_it_ended(const runtime::TurnEnd& end) const;

  runtime::Runtime& runtime_;
  runtime::Conversation conversation_;
  runtime::Turn turn_;
  Interrupts* interrupts_;
  std::optional<runtime::TurnTimings> last_;
  std::uint64_t last_seed_ = 0;
  bool stats_always_ = false;
  bool told_of_forgetting_ = false;
  bool must_end_ = false;
};

}  // namespace byeol::cli
