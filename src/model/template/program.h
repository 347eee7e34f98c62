// A parsed template and one run of it: what chat_template.h is made of.
#pragma once

#include "model/template/budget.h"
#include "model/template/chat_template.h"
#include "model/template/syntax.h"

namespace byeol::model::jinja {

struct Program {
  Block block;
};

// The variables are inputs.extra and, beneath it, the other inputs with `messages` in place of
// inputs.messages. An Error if one of them is nested deeper than kMaxValueNesting.
Result<std::string> run(const Program& program, const ChatInputs& inputs,
                        const nlohmann::ordered_json& messages, const Limits& limits = {});

// The messages as templates expect them: arguments of tool calls as objects and, unless the
// template takes parts, content as one string. An Error if they are nested too deeply to be copied.
Result<nlohmann::ordered_json> normalized_messages(const nlohmann::ordered_json& messages,
                                                   bool keeps_parts);

// What one small conversation of probe() may take: compiling runs several.
inline constexpr Limits kProbeLimits{.steps = 100'000, .memory_bytes = std::size_t{4} << 20};
ChatCapabilities probe(const Program& program);

}  // namespace byeol::model::jinja
