// The parsers behind AnswerParser::make(), one per family.
#pragma once

#include <memory>

#include "wire/answer_parser.h"

namespace byeol::wire {

std::unique_ptr<AnswerParser> make_hermes_parser(AnswerOptions options);
std::unique_ptr<AnswerParser> make_llama3_parser(AnswerOptions options);
std::unique_ptr<AnswerParser> make_mistral_parser(AnswerOptions options);
std::unique_ptr<AnswerParser> make_gemma_parser(AnswerOptions options);
std::unique_ptr<AnswerParser> make_harmony_parser(AnswerOptions options);

}  // namespace byeol::wire
