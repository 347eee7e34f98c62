// Why an answer ended, as chat completions and completions tell it.
#pragma once

#include <string_view>

namespace byeol::wire {

enum class FinishReason {
  kStop,       // The model was done, or a stop string came.
  kLength,     // max_tokens, the context or the deadline is used up.
  kToolCalls,  // It calls functions.
};

constexpr std::string_view name_of(FinishReason reason) {
  switch (reason) {
    case FinishReason::kStop:
      return "stop";
    case FinishReason::kLength:
      return "length";
    case FinishReason::kToolCalls:
      break;
  }
  return "tool_calls";
}

}  // namespace byeol::wire
