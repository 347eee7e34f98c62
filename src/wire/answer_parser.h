// What a model's raw answer means: which of its text is the answer, which is thinking, and which
// calls a function. Every family of models writes this in its own way.
//
//   const auto parser = AnswerParser::make({.family = answer_family(chat_template)});
//   parser->feed(text, on_piece);   as the text comes, cut anywhere
//   parser->finish(on_piece);       once, at its end
//
// The pieces of one text, joined per kind and call, do not depend on how it was cut. Text that may
// be the start of a marker is held back until it is certain. White space around a thought and
// around a call belongs to the format and is dropped. What looked like a call and is none is
// content: nothing of an answer is lost. Arguments are the JSON as the model wrote it, and may be
// broken where its answer was cut off; of a custom tool's call they are the text of its input.
//
// Threads: a parser belongs to one.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "wire/tool_type.h"

namespace byeol::wire {

enum class AnswerFamily {
  kPlain,   // Everything is content.
  kHermes,  // <think>…</think>, <tool_call>{"name": …, "arguments": {…}}</tool_call>: Qwen, ChatML.
  kLlama3,  // {"name": …, "parameters": {…}} as the answer; <function=NAME>{…}</function>.
  kMistral,  // [TOOL_CALLS][{…}], [TOOL_CALLS]NAME[ARGS]{…}, [THINK]…[/THINK].
  kGemma,    // ```tool_code and ```json blocks; FunctionGemma's <start_function_call>.
  kHarmony,  // <|channel|>analysis<|message|>…<|end|>: gpt-oss.
};

std::string_view name_of(AnswerFamily family);  // "plain", "hermes", …

// Guessed from the text of a model's chat template.
AnswerFamily answer_family(std::string_view chat_template);

// Whether the parser needs the text of control tokens, which a detokenizer hides by default.
bool answer_needs_control_text(AnswerFamily family);

// Whether the prompt ends inside a thought that the template opened ("<think>\n" at its end).
bool prompt_opens_thought(AnswerFamily family, std::string_view prompt);

enum class PieceKind {
  kContent,        // Text of the answer.
  kReasoning,      // Text of the model's thinking.
  kCallBegin,      // A call begins; text: the tool's name.
  kCallArguments,  // A fragment of its arguments, or of a custom tool's input.
  kCallEnd,        // The call is complete, or was cut off at the answer's end; no text.
};

struct AnswerPiece {
  PieceKind kind;
  std::string_view text;  // Valid during the call of OnPiece; empty only where it has none.
  ToolType tool = ToolType::kFunction;  // That is called.
  bool whole = true;                    // Of a kCallEnd: false where a custom tool's input was cut.
};

using OnPiece = std::function<void(const AnswerPiece& piece)>;

struct AnswerOptions {
  AnswerFamily family = AnswerFamily::kPlain;
  // The tools that the request offers; empty (also for tool_choice "none"): calls are content.
  // A family that marks its calls may call others too; bare JSON is a call only to one of these.
  std::vector<std::string> functions = {};
  std::vector<std::string> custom_tools = {};  // Those of them that are no functions.
  bool opens_in_thought = false;               // See prompt_opens_thought().
};

class AnswerParser {
 public:
  static std::unique_ptr<AnswerParser> make(AnswerOptions options);

  virtual ~AnswerParser() = default;
  virtual void feed(std::string_view text, const OnPiece& on_piece) = 0;
  virtual void finish(const OnPiece& on_piece) = 0;
};

}  // namespace byeol::wire
