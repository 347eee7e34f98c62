#include "wire/answer_parser.h"

#include <utility>

#include "wire/answer_families.h"
#include "wire/custom_call_parser.h"

namespace byeol::wire {
namespace {

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

class PlainParser : public AnswerParser {
 public:
  void feed(std::string_view text, const OnPiece& on_piece) override {
    if (!text.empty()) on_piece({PieceKind::kContent, text});
  }
  void finish(const OnPiece&) override {}
};

std::unique_ptr<AnswerParser> make_family_parser(AnswerOptions options) {
  switch (options.family) {
    case AnswerFamily::kHermes:
      return make_hermes_parser(std::move(options));
    case AnswerFamily::kLlama3:
      return make_llama3_parser(std::move(options));
    case AnswerFamily::kMistral:
      return make_mistral_parser(std::move(options));
    case AnswerFamily::kGemma:
      return make_gemma_parser(std::move(options));
    case AnswerFamily::kHarmony:
      return make_harmony_parser(std::move(options));
    case AnswerFamily::kPlain:
      break;
  }
  return std::make_unique<PlainParser>();
}

}  // namespace

std::string_view name_of(AnswerFamily family) {
  constexpr std::string_view kNames[] = {"plain",   "hermes", "llama3",
                                         "mistral", "gemma",  "harmony"};
  return kNames[static_cast<std::size_t>(family)];
}

AnswerFamily answer_family(std::string_view chat_template) {
  // From the surest mark to the vaguest: a Llama 3 fine-tuned on Hermes' calls has both marks.
  if (has(chat_template, "<|channel|>")) return AnswerFamily::kHarmony;
  if (has(chat_template, "[TOOL_CALLS]") || has(chat_template, "[THINK]"))
    return AnswerFamily::kMistral;
  if (has(chat_template, "<start_of_turn>")) return AnswerFamily::kGemma;
  if (has(chat_template, "<tool_call>") || has(chat_template, "</think>"))
    return AnswerFamily::kHermes;
  if (has(chat_template, "<|start_header_id|>") || has(chat_template, "<function="))
    return AnswerFamily::kLlama3;
  if (has(chat_template, "<|im_start|>")) return AnswerFamily::kHermes;
  return AnswerFamily::kPlain;
}

bool answer_needs_control_text(AnswerFamily family) {
  switch (family) {
    case AnswerFamily::kLlama3:   // <|python_tag|>
    case AnswerFamily::kMistral:  // [TOOL_CALLS], [ARGS], [THINK]
    case AnswerFamily::kGemma:    // <start_function_call>, <escape>
    case AnswerFamily::kHarmony:  // <|channel|>, <|message|>, <|end|>
      return true;
    case AnswerFamily::kPlain:
    case AnswerFamily::kHermes:  // Its marks are ordinary tokens.
      break;
  }
  return false;
}

bool prompt_opens_thought(AnswerFamily family, std::string_view prompt) {
  const std::size_t last = prompt.find_last_not_of(" \t\r\n");
  prompt = prompt.substr(0, last == std::string_view::npos ? 0 : last + 1);
  switch (family) {
    case AnswerFamily::kHermes:
      return prompt.ends_with("<think>");
    case AnswerFamily::kMistral:
      return prompt.ends_with("[THINK]");
    case AnswerFamily::kPlain:
    case AnswerFamily::kLlama3:
    case AnswerFamily::kGemma:
    case AnswerFamily::kHarmony:
      break;
  }
  return false;
}

std::unique_ptr<AnswerParser> AnswerParser::make(AnswerOptions options) {
  std::vector<std::string> custom_tools = std::move(options.custom_tools);
  auto parser = make_family_parser(std::move(options));
  if (custom_tools.empty()) return parser;
  return with_custom_calls(std::move(parser), std::move(custom_tools));
}

}  // namespace byeol::wire
