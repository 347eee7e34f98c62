// Llama 3.1 and later, and what was made of them:
//
//   {"name": "f", "parameters": {"a": 1}}; {"name": …}      the whole answer; perhaps after
//                                                           <|python_tag|>
//   <function=f>{"a": 1}</function>                         anywhere
//
// Bare JSON is a call only where it names a function of the request.
#include "wire/answer_families.h"
#include "wire/chat_tools.h"
#include "wire/json_call.h"
#include "wire/streamed_parser.h"

namespace byeol::wire {
namespace {

constexpr std::string_view kPythonTag = "<|python_tag|>";
constexpr std::string_view kFunction = "<function=";
constexpr std::string_view kFunctionEnd = "</function>";
constexpr std::string_view kMarkers[] = {kPythonTag, kFunction};
constexpr std::size_t kHeadBytesMax = 128;  // Of a name, its bracket and white space.

class Llama3Parser : public StreamedParser {
 public:
  explicit Llama3Parser(AnswerOptions options) : functions_(std::move(options.functions)) {}

 private:
  // kOpen: a bare call may begin here. kBetween: after one, another may follow.
  enum class State { kStart, kOpen, kText, kCall, kBetween, kName, kArguments, kFunctionTail };

  bool step() override {
    switch (state_) {
      case State::kStart: {
        const Found tag = take(kPythonTag);
        return tag != Found::kNotYet && become(State::kOpen);
      }
      case State::kOpen:
        return open();
      case State::kText:
        return read_text();
      case State::kCall:
        return read_call();
      case State::kBetween:
        return read_between();
      case State::kName:
        return read_name();
      case State::kArguments:
        if (arguments_.read(buffer_, at_end_, writer_) == CallProgress::kNeedsMore) return false;
        return become(State::kFunctionTail);
      case State::kFunctionTail:
        break;
    }
    const Found end = take(kFunctionEnd);
    return end != Found::kNotYet && become(State::kText);
  }

  bool become(State state) {
    state_ = state;
    return true;
  }

  bool open() {
    const std::size_t begin = buffer_.find_first_not_of(kWhiteSpace);
    if (begin == kNone && !at_end_) return false;
    if (functions_.empty() || begin == kNone || buffer_[begin] != '{') return become(State::kText);
    call_ = JsonCallReader(&functions_);
    return become(State::kCall);
  }

  bool read_text() {
    // The tag is a control token, never content; a function's mark is text.
    const std::span<const std::string_view> markers(kMarkers, functions_.empty() ? 1 : 2);
    const std::size_t which = give_until(PieceKind::kContent, markers);
    if (which == kNone) return false;
    return become(which == 0 ? State::kOpen : State::kName);
  }

  bool read_call() {
    switch (call_.read(buffer_, at_end_, writer_)) {
      case CallProgress::kNeedsMore:
        return false;
      case CallProgress::kNoCall:
        return become(State::kText);
      case CallProgress::kDone:
        break;
    }
    return become(State::kBetween);
  }

  bool read_between() {
    const char next = skip(" \t\r\n;,");
    if (next == '\0') return false;
    return become(next == '{' ? State::kOpen : State::kText);
  }

  // NAME>{ — a window of fixed size, so that it does not matter how the text was cut.
  bool read_name() {
    const std::string_view window = std::string_view(buffer_).substr(0, kHeadBytesMax);
    const std::size_t end = window.find('>');
    const std::string name(window.substr(0, end));
    const std::size_t value = end == kNone ? kNone : window.find_first_not_of(kWhiteSpace, end + 1);
    const bool may_be = (name.empty() && end == kNone) || is_name(name);
    if (may_be && value == kNone && !at_end_ && window.size() < kHeadBytesMax) return false;
    if (!may_be || value == kNone || window[value] != '{') {
      writer_.text(PieceKind::kContent, kFunction);
      return become(State::kText);
    }
    buffer_.erase(0, value);
    writer_.call_begin(name);
    arguments_ = ArgumentsReader();
    return become(State::kArguments);
  }

  std::vector<std::string> functions_;
  State state_ = State::kStart;
  JsonCallReader call_;
  ArgumentsReader arguments_;
};

}  // namespace

std::unique_ptr<AnswerParser> make_llama3_parser(AnswerOptions options) {
  return std::make_unique<Llama3Parser>(std::move(options));
}

}  // namespace byeol::wire
