// Mistral's models, by the version of their tokenizer:
//
//   [TOOL_CALLS] [{"name": "f", "arguments": {"a": 1}, "id": "…"}]     up to v7
//   [TOOL_CALLS]f{"a": 1}                                              v11
//   [TOOL_CALLS]f[CALL_ID]…[ARGS]{"a": 1}                              v11 and v13; the id may lack
//   [THINK]thinking[/THINK]content                                     Magistral
#include "wire/answer_families.h"
#include "wire/chat_tools.h"
#include "wire/json_call.h"
#include "wire/streamed_parser.h"

namespace byeol::wire {
namespace {

constexpr std::string_view kThink = "[THINK]";
constexpr std::string_view kThinkEnd[] = {"[/THINK]"};
constexpr std::string_view kCalls[] = {"[TOOL_CALLS]"};
constexpr std::string_view kCallId = "[CALL_ID]";
constexpr std::string_view kArgs = "[ARGS]";
constexpr std::size_t kNameBytesMax = 256;  // With the call's id.

class MistralParser : public StreamedParser {
 public:
  explicit MistralParser(AnswerOptions options)
      : with_calls_(!options.functions.empty()),
        state_(options.opens_in_thought ? State::kThought : State::kStart) {}

 private:
  enum class State { kStart, kThought, kText, kForm, kItem, kListedCall, kName, kArguments };

  bool step() override {
    switch (state_) {
      case State::kStart: {
        const Found found = take(kThink);
        if (found == Found::kNotYet) return false;
        return become(found == Found::kYes ? State::kThought : State::kText);
      }
      case State::kThought:
        if (give_until(PieceKind::kReasoning, kThinkEnd) == kNone) return false;
        writer_.end_block();
        return become(State::kText);
      case State::kText:
        return read_text();
      case State::kForm:
        return read_form();
      case State::kItem:
        return read_item();
      case State::kListedCall:
        return read_listed_call();
      case State::kName:
        return read_name();
      case State::kArguments:
        break;
    }
    if (arguments_.read(buffer_, at_end_, writer_) == CallProgress::kNeedsMore) return false;
    return become(State::kText);
  }

  bool become(State state) {
    state_ = state;
    return true;
  }

  // What was taken and led to no call is content.
  bool give_back() {
    writer_.text(PieceKind::kContent, taken_);
    return become(State::kText);
  }

  bool read_text() {
    const std::span<const std::string_view> markers(kCalls, with_calls_ ? 1 : 0);
    if (give_until(PieceKind::kContent, markers) == kNone) return false;
    taken_ = kCalls[0];
    return become(State::kForm);
  }

  bool read_form() {
    const std::size_t begin = buffer_.find_first_not_of(kWhiteSpace);
    if (begin == kNone) return at_end_ && give_back();
    if (buffer_[begin] != '[') return become(State::kName);
    taken_.append(buffer_, 0, begin + 1);
    buffer_.erase(0, begin + 1);
    return become(State::kItem);
  }

  bool read_item() {
    const std::size_t begin = buffer_.find_first_not_of(" \t\r\n,");
    if (begin == kNone) return at_end_ && give_back();
    if (buffer_[begin] == ']') {
      buffer_.erase(0, begin + 1);
      return become(State::kText);
    }
    if (buffer_[begin] != '{') return give_back();
    taken_.append(buffer_, 0, begin);
    buffer_.erase(0, begin);
    call_ = JsonCallReader();
    return become(State::kListedCall);
  }

  bool read_listed_call() {
    switch (call_.read(buffer_, at_end_, writer_)) {
      case CallProgress::kNeedsMore:
        return false;
      case CallProgress::kNoCall:
        return give_back();
      case CallProgress::kDone:
        break;
    }
    taken_.clear();
    return become(State::kItem);
  }

  bool read_name() {
    const std::string_view window = std::string_view(buffer_).substr(0, kNameBytesMax);
    const std::size_t value = window.find('{');
    if (value == kNone && !at_end_ && window.size() < kNameBytesMax) return false;
    std::string_view name = window.substr(0, value);
    for (const std::string_view mark : {kArgs, kCallId}) name = name.substr(0, name.find(mark));
    name.remove_prefix(std::min(name.find_first_not_of(kWhiteSpace), name.size()));
    name = name.substr(0, name.find_last_not_of(kWhiteSpace) + 1);
    if (value == kNone || !is_name(name)) return give_back();
    writer_.call_begin(name);
    buffer_.erase(0, value);
    arguments_ = ArgumentsReader();
    return become(State::kArguments);
  }

  bool with_calls_;
  State state_;
  std::string taken_;
  JsonCallReader call_;
  ArgumentsReader arguments_;
};

}  // namespace

std::unique_ptr<AnswerParser> make_mistral_parser(AnswerOptions options) {
  return std::make_unique<MistralParser>(std::move(options));
}

}  // namespace byeol::wire
