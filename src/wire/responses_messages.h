// From the items of a Responses conversation to the messages that a chat template takes.
//
// The messages have the shape of chat completions. What one answer of the model was made of is one
// message again, as it was when the model wrote it: its reasoning (reasoning_content), its text and
// its calls. A developer speaks as the system does, and neighbours among system messages are one,
// because templates take one. Reasoning that no answer follows is left out.
//
// Threads: plain values.
#pragma once

#include <optional>
#include <string>

#include "wire/json_fields.h"
#include "wire/responses_items.h"

namespace byeol::wire {

// `items` without references: see resolve_references(). `instructions` come first.
Json items_to_messages(const Items& items, const std::optional<std::string>& instructions);

}  // namespace byeol::wire
