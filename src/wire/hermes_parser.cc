// Qwen, Hermes, EXAONE, and others with ChatML's manners:
//
//   <think>
//   thinking
//   </think>
//
//   content
//   <tool_call>
//   {"name": "f", "arguments": {"a": 1}}
//   </tool_call>
#include "wire/answer_families.h"
#include "wire/json_call.h"
#include "wire/streamed_parser.h"

namespace byeol::wire {
namespace {

constexpr std::string_view kThink = "<think>";
constexpr std::string_view kThinkEnd[] = {"</think>"};
constexpr std::string_view kCallBegin[] = {"<tool_call>"};
constexpr std::string_view kCallEnd = "</tool_call>";

class HermesParser : public StreamedParser {
 public:
  explicit HermesParser(AnswerOptions options)
      : with_calls_(!options.functions.empty()),
        state_(options.opens_in_thought ? State::kThought : State::kStart) {}

 private:
  enum class State { kStart, kThought, kText, kCall, kCallTail };

  bool step() override {
    switch (state_) {
      case State::kStart:
        return start();
      case State::kThought:
        if (give_until(PieceKind::kReasoning, kThinkEnd) == kNone) return false;
        writer_.end_block();
        return become(State::kText);
      case State::kText:
        if (give_until(PieceKind::kContent, calls()) == kNone) return false;
        call_ = JsonCallReader();
        return become(State::kCall);
      case State::kCall:
        return read_call();
      case State::kCallTail:
        break;
    }
    return end_call();
  }

  bool become(State state) {
    state_ = state;
    return true;
  }

  std::span<const std::string_view> calls() const {
    return with_calls_ ? std::span<const std::string_view>(kCallBegin)
                       : std::span<const std::string_view>();
  }

  // A model thinks first or not at all: a later <think> is what it talks about.
  bool start() {
    const Found found = take(kThink);
    if (found == Found::kNotYet) return false;
    return become(found == Found::kYes ? State::kThought : State::kText);
  }

  bool read_call() {
    switch (call_.read(buffer_, at_end_, writer_)) {
      case CallProgress::kNeedsMore:
        return false;
      case CallProgress::kNoCall:
        writer_.text(PieceKind::kContent, kCallBegin[0]);
        return become(State::kText);
      case CallProgress::kDone:
        break;
    }
    return become(State::kCallTail);
  }

  bool end_call() {
    // A bracket too many is as common as one too few.
    if (skip(" \t\r\n}") == '\0') return false;
    const Found found = take(kCallEnd);
    return found != Found::kNotYet && become(State::kText);
  }

  bool with_calls_;
  State state_;
  JsonCallReader call_;
};

}  // namespace

std::unique_ptr<AnswerParser> make_hermes_parser(AnswerOptions options) {
  return std::make_unique<HermesParser>(std::move(options));
}

}  // namespace byeol::wire
