// The prompts that speculation is measured with. Written for this purpose.
#pragma once

#include <string>
#include <vector>

#include "runtime/conversation.h"

namespace byeol::bench {

struct SpeculationText {
  std::string name;
  std::string prompt;
  runtime::Conversation::Form form;  // A message of a chat, or a text to go on with.
  float temperature;
};

std::vector<SpeculationText> speculation_texts();

}  // namespace byeol::bench
