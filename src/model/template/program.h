// A parsed template and one run of it: what chat_template.h is made of.
#pragma once

#include <cstddef>

#include "model/template/chat_template.h"
#include "model/template/syntax.h"

namespace byeol::model::jinja {

struct Program {
  Block block;
};

Result<std::string> run(const Program& program, const ChatInputs& inputs,
                        std::size_t steps = kMaxSteps);

// The messages as templates expect them: arguments of tool calls as objects and, unless the
// template takes parts, content as one string.
nlohmann::ordered_json normalized_messages(const nlohmann::ordered_json& messages,
                                           bool keeps_parts);

ChatCapabilities probe(const Program& program);

}  // namespace byeol::model::jinja
