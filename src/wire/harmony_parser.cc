// gpt-oss. An answer is a row of messages, the first of which the prompt has begun with
// "<|start|>assistant":
//
//   <|channel|>analysis<|message|>thinking<|end|>
//   <|start|>assistant<|channel|>commentary to=functions.f <|constrain|>json<|message|>{"a":
//   1}<|call|>
//   <|start|>assistant to=functions.f<|channel|>commentary json<|message|>{"a": 1}<|call|>
//   <|start|>assistant<|channel|>final<|message|>content<|return|>
//
// Commentary that is addressed to nobody is content: what the model says before it calls. What
// looks like a mark in a string of a call's JSON is text. Source: OpenAI's Harmony response format.
#include "wire/answer_families.h"
#include "wire/json_call.h"
#include "wire/streamed_parser.h"

namespace byeol::wire {
namespace {

constexpr std::string_view kMessage = "<|message|>";
constexpr std::string_view kChannel = "<|channel|>";
constexpr std::string_view kRecipient = "to=";
constexpr std::string_view kFunctions = "functions.";
// What ends a message; models leave <|end|> out where a message follows.
constexpr std::string_view kEnds[] = {"<|end|>", "<|return|>", "<|call|>", "<|start|>", kChannel};
constexpr std::string_view kHeaderStarts[] = {"<|start|>",     kChannel,   kMessage,
                                              "<|constrain|>", kRecipient, "assistant"};

// From after `mark` up to white space or the next control token.
std::string_view word_after(std::string_view header, std::string_view mark) {
  const std::size_t at = header.find(mark);
  if (at == std::string_view::npos) return {};
  header.remove_prefix(at + mark.size());
  return header.substr(0, header.find_first_of(" \t\r\n<"));
}

class HarmonyParser : public StreamedParser {
 public:
  explicit HarmonyParser(AnswerOptions options) : with_calls_(!options.functions.empty()) {}

 private:
  enum class State { kStart, kHeader, kText, kCall };

  bool step() override {
    switch (state_) {
      case State::kStart:
        return start();
      case State::kHeader:
        return read_header();
      case State::kText:
        return read_text();
      case State::kCall:
        break;
    }
    return read_call();
  }

  bool become(State state) {
    state_ = state;
    return true;
  }

  // An answer that begins without a header is content as it stands.
  bool start() {
    const std::size_t begin = buffer_.find_first_not_of(kWhiteSpace);
    if (begin == kNone) return false;
    const std::string_view text = std::string_view(buffer_).substr(begin);
    for (const std::string_view mark : kHeaderStarts) {
      if (text.starts_with(mark)) return become(State::kHeader);
      if (!at_end_ && mark.starts_with(text)) return false;
    }
    kind_ = PieceKind::kContent;
    return become(State::kText);
  }

  bool read_header() {
    const std::size_t end = buffer_.find(kMessage);
    if (end == kNone) {
      // A header that was cut off says nothing; what never was one is content.
      const bool is_header = messages_ > 0 || buffer_.find("<|") != kNone;
      if (at_end_ && is_header) buffer_.clear();
      return false;
    }
    const std::string_view header = std::string_view(buffer_).substr(0, end);
    std::string_view recipient = word_after(header, kRecipient);
    const bool is_thinking = word_after(header, kChannel) == "analysis";
    const bool is_first = messages_++ == 0;
    if (!recipient.empty() && with_calls_) {
      if (recipient.starts_with(kFunctions)) recipient.remove_prefix(kFunctions.size());
      writer_.call_begin(recipient);
      first_ = '\0';
      strings_ = {};
      state_ = State::kCall;
    } else {
      const PieceKind kind = is_thinking ? PieceKind::kReasoning : PieceKind::kContent;
      // Messages of one kind are paragraphs of one text.
      if (!is_first && kind == kind_) writer_.text(kind, "\n\n");
      kind_ = kind;
      state_ = State::kText;
    }
    buffer_.erase(0, end + kMessage.size());
    return true;
  }

  bool end_message(std::size_t which) {
    if (which == kNone) return false;
    if (kEnds[which] == kChannel) buffer_.insert(0, kChannel);
    return become(State::kHeader);
  }

  bool read_text() { return end_message(give_until(kind_, kEnds)); }

  // Which of kEnds stands there.
  std::size_t end_at(std::size_t at) const {
    const std::string_view text = std::string_view(buffer_).substr(at);
    if (text.front() != '<') return kNone;
    for (std::size_t i = 0; i < std::size(kEnds); ++i)
      if (text.starts_with(kEnds[i])) return i;
    return kNone;
  }

  bool read_call() {
    const std::size_t certain = buffer_.size() - (at_end_ ? 0 : marker_tail(buffer_, kEnds));
    std::size_t at = 0;
    std::size_t which = kNone;
    for (; at < certain; ++at) {
      if (!strings_.inside()) which = end_at(at);
      if (which != kNone) break;
      const char letter = buffer_[at];
      if (first_ == '\0' && kWhiteSpace.find(letter) == kNone) first_ = letter;
      if (first_ == '{') strings_.read(letter);
    }
    writer_.call_arguments(std::string_view(buffer_).substr(0, at));
    buffer_.erase(0, at + (which == kNone ? 0 : kEnds[which].size()));
    if (which == kNone && !at_end_) return false;
    writer_.call_end();
    if (which == kNone) return become(State::kHeader);
    return end_message(which);
  }

  bool with_calls_;
  State state_ = State::kStart;
  PieceKind kind_ = PieceKind::kContent;
  int messages_ = 0;
  char first_ = '\0';    // Of a call's arguments, white space aside.
  JsonStrings strings_;  // Of these, up to the buffer.
};

}  // namespace

std::unique_ptr<AnswerParser> make_harmony_parser(AnswerOptions options) {
  return std::make_unique<HarmonyParser>(std::move(options));
}

}  // namespace byeol::wire
