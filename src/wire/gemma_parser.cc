// Gemma 3 has no tokens for calls: it does as its prompt asks, which is one of
//
//   ```tool_code
//   f(a="x", n=3)
//   ```
//   ```json
//   {"name": "f", "parameters": {"a": "x"}}
//   ```
//   {"name": "f", "parameters": {"a": "x"}}            the whole answer
//
// FunctionGemma was trained on one form:
//
//   <start_function_call>call:f{a:<escape>x<escape>,n:3}<end_function_call>
//
// A block is a call only where it names a function of the request. Calls are given when they are
// complete. A block's end may stand in a string of its JSON, as text that is no end. Source:
// Google's guides to function calling with Gemma and to FunctionGemma.
#include <algorithm>

#include "wire/answer_families.h"
#include "wire/json_call.h"
#include "wire/literal_call.h"
#include "wire/streamed_parser.h"

namespace byeol::wire {
namespace {

struct Block {
  std::string_view begin;
  std::string_view end;
};
constexpr Block kBlocks[] = {{"```tool_code", "```"},
                             {"```tool_call", "```"},
                             {"```json", "```"},
                             {"<start_function_call>", "<end_function_call>"}};
constexpr std::string_view kBegins[] = {kBlocks[0].begin, kBlocks[1].begin, kBlocks[2].begin,
                                        kBlocks[3].begin};
constexpr std::size_t kFunctionGemma = 3;

class GemmaParser : public StreamedParser {
 public:
  explicit GemmaParser(AnswerOptions options) : functions_(std::move(options.functions)) {}

 private:
  enum class State { kStart, kBareCall, kText, kBlock };

  bool step() override {
    switch (state_) {
      case State::kStart:
        return start();
      case State::kBareCall:
        return read_bare_call();
      case State::kText:
        block_ = give_until(PieceKind::kContent, begins());
        searched_ = 0;
        strings_ = {};
        return block_ != kNone && become(State::kBlock);
      case State::kBlock:
        break;
    }
    return read_block();
  }

  bool become(State state) {
    state_ = state;
    return true;
  }

  std::span<const std::string_view> begins() const {
    return std::span<const std::string_view>(kBegins).first(
        functions_.empty() ? 0 : std::size(kBegins));
  }

  bool start() {
    const std::size_t begin = buffer_.find_first_not_of(kWhiteSpace);
    if (begin == kNone) return at_end_ && become(State::kText);
    const bool may_be_call = !functions_.empty() && buffer_[begin] == '{';
    return become(may_be_call ? State::kBareCall : State::kText);
  }

  bool read_bare_call() {
    if (call_.read(buffer_, at_end_, writer_) == CallProgress::kNeedsMore) return false;
    return become(State::kText);
  }

  bool read_block() {
    const std::string_view end_mark = kBlocks[block_].end;
    std::size_t end = find_end(end_mark);
    if (end == kNone && !at_end_) return false;
    if (end == kNone) end = buffer_.find(end_mark);  // A string that never ended was none.
    // FunctionGemma's end mark may be the token at which generation stops.
    const bool complete = end != kNone || block_ == kFunctionGemma;
    const std::string_view body = std::string_view(buffer_).substr(0, end);
    if (complete && give_calls(body)) {
      buffer_.erase(0, end == kNone ? buffer_.size() : end + end_mark.size());
      return become(State::kText);
    }
    writer_.text(PieceKind::kContent, kBlocks[block_].begin);
    writer_.text(PieceKind::kContent, body);
    // Its end would else be looked at as a beginning: "```json".
    if (end != kNone) writer_.text(PieceKind::kContent, end_mark);
    buffer_.erase(0, end == kNone ? buffer_.size() : end + end_mark.size());
    return become(State::kText);
  }

  std::size_t find_end(std::string_view end_mark) {
    const std::size_t begin = buffer_.find_first_not_of(kWhiteSpace);
    if (begin == kNone) return kNone;
    const bool is_json = buffer_[begin] == '{';
    const std::size_t certain = buffer_.size() - marker_tail(buffer_, {&end_mark, 1});
    for (; searched_ < certain; ++searched_) {
      if (!strings_.inside() && std::string_view(buffer_).substr(searched_).starts_with(end_mark))
        return searched_;
      if (is_json) strings_.read(buffer_[searched_]);
    }
    return kNone;
  }

  // Whether the block is one of calls; all of them, or none.
  bool give_calls(std::string_view body) {
    if (block_ == kFunctionGemma) {
      const std::optional<LiteralCall> call = parse_gemma_call(body);
      if (!call) return false;
      give(*call);
      return true;
    }
    if (give_json_call(body, &functions_, writer_)) return true;
    const std::optional<std::vector<LiteralCall>> calls = parse_python_calls(body);
    if (!calls) return false;
    for (const LiteralCall& call : *calls)
      if (std::find(functions_.begin(), functions_.end(), call.name) == functions_.end())
        return false;
    for (const LiteralCall& call : *calls) give(call);
    return true;
  }

  void give(const LiteralCall& call) {
    writer_.call_begin(call.name);
    writer_.call_arguments(call.arguments.dump(-1, ' ', false, Json::error_handler_t::replace));
    writer_.call_end();
  }

  std::vector<std::string> functions_;
  State state_ = State::kStart;
  JsonCallReader call_{&functions_};
  std::size_t block_ = kNone;
  std::size_t searched_ = 0;  // Of buffer_: the block's end does not begin before it.
  JsonStrings strings_;       // Of the block, up to there.
};

}  // namespace

std::unique_ptr<AnswerParser> make_gemma_parser(AnswerOptions options) {
  return std::make_unique<GemmaParser>(std::move(options));
}

}  // namespace byeol::wire
