// Calls of custom tools: around any family's parser, which reads them as calls of functions.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "wire/answer_parser.h"

namespace byeol::wire {

// Pieces of `parser`, those of calls to one of these tools with the input in the arguments' place.
std::unique_ptr<AnswerParser> with_custom_calls(std::unique_ptr<AnswerParser> parser,
                                                std::vector<std::string> custom_tools);

}  // namespace byeol::wire
